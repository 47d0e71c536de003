"""Multi-layer perceptrons as modules (MLPNAS, section 5.1)."""

import math
from itertools import pairwise

from torch import Tensor, nn

from vilfredo.errors import InputError
from vilfredo.networks.cost import BYTES
from vilfredo.networks.counting import Counts
from vilfredo.networks.layers import initialise
from vilfredo.networks.network import InputShape
from vilfredo.spaces.mlp import Dense, Mlp

_ACTIVATIONS = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU, "elu": nn.ELU}
_MOST_WEIGHTS = 2**31
"""Of one layer."""


class MlpNetwork(nn.Module):
    """Fully connected layers, each with its activation; dropout where the architecture has it; one linear layer.

    The paper's single sigmoid for two classes is the same function as two logits.

    Parameters
    ----------
    mlp
        Hidden layers; none: multinomial logistic regression.
    input_shape
        Channels, height and width; all of them are read as features.
    dropout_rate
        Share of the values that a dropout layer sets to zero in training, below 1.

    Raises
    ------
    InputError
        When a size is not positive.
    """

    def __init__(self, mlp: Mlp, input_shape: InputShape, classes: int, dropout_rate: float) -> None:
        super().__init__()
        _check(input_shape, classes)
        width = math.prod(input_shape)
        layers: list[nn.Module] = []
        for layer in mlp.layers:
            if isinstance(layer, Dense):
                layers += [_linear(width, layer.width, layer.activation), _ACTIVATIONS[layer.activation]()]
                width = layer.width
            else:
                layers.append(nn.Dropout(dropout_rate))
        self.hidden = nn.Sequential(*layers)
        self.head = nn.Linear(width, classes)
        initialise(self.head)

    def forward(self, x: Tensor) -> Tensor:
        """Map samples (n, channels, height, width) to logits (n, classes)."""
        logits: Tensor = self.head(self.hidden(x.flatten(1)))
        return logits


def count_mlp(mlp: Mlp, input_shape: InputShape, classes: int) -> Counts:
    """Count without building the network.

    Raises
    ------
    InputError
        When a size is not positive, or a layer is too large for any machine.
    """
    _check(input_shape, classes)
    features = math.prod(input_shape)
    dense = [layer.width for layer in mlp.layers if isinstance(layer, Dense)]
    widths = [features, *dense, classes]
    weights = [before * after for before, after in pairwise(widths)]
    if max(weights) > _MOST_WEIGHTS:
        raise InputError(f"network: {mlp} is too large to be built: a layer of {max(weights):,} weights.")
    parameters = sum(weights) + sum(widths[1:])
    # Each linear layer keeps what it reads, each activation what it answers, dropout its mask.
    dropped = [dense[sum(isinstance(one, Dense) for one in mlp.layers[:at]) - 1] for at in _dropouts(mlp)]
    kept = features + 2 * sum(dense) + 2 * sum(dropped) + classes
    return Counts(
        parameters=parameters,
        parameters_with_buffers=parameters,
        flops=2 * sum(weights),
        cells=len(mlp.layers),
        activations=BYTES * kept,
        inference=BYTES * 2 * max(widths),
        largest=BYTES * max(widths),
    )


def _dropouts(mlp: Mlp) -> list[int]:
    return [index for index, layer in enumerate(mlp.layers) if not isinstance(layer, Dense)]


def _check(input_shape: InputShape, classes: int) -> None:
    if min(*input_shape, classes) < 1:
        raise InputError(f"network: expected sizes of at least 1, got input {input_shape} and {classes} classes.")


def _linear(width: int, out: int, activation: str) -> nn.Linear:
    """He's weights before rectifiers, Glorot's before what saturates: deep ones would not train otherwise."""
    layer = nn.Linear(width, out)
    if activation in ("relu", "elu"):
        initialise(layer)
    else:
        nn.init.xavier_uniform_(layer.weight, gain=5 / 3 if activation == "tanh" else 1.0)
        nn.init.zeros_(layer.bias)
    return layer
