"""What one part of a network costs, found out once for each shape that it is built for.

The networks of a search are made of the same operators in the same few shapes, again and again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from vilfredo.networks.layers import ConvNormSwish, SameAvgPool, SameConv, SameMaxPool
from vilfredo.networks.operators.tconv import DoublingConv
from vilfredo.networks.recurrent import Recurrent, RecurrentStandIn
from vilfredo.networks.shapes import OperandShape

BYTES = 4
"""Of a number: float32."""

_OWN_FLOPS = (SameConv, DoublingConv, Recurrent)
_NO_FLOPS = (nn.Sequential, nn.Identity, nn.BatchNorm2d, nn.SiLU, ConvNormSwish, SameMaxPool, SameAvgPool)


@dataclass(frozen=True, slots=True)
class Cost:
    """Size and cost of an operator or of another part of a cell."""

    parameters: int
    """Frozen ones too."""
    statistics: int
    """Running means and variances."""
    flops: int
    """Of one sample's forward pass; a multiply-add is two."""
    kept: int
    """Bytes that one sample's forward pass leaves behind for the backward pass, besides the input."""
    keeps_input: bool
    """Whether it also holds on to its input."""
    largest: int
    """Bytes per sample of the largest tensor among those kept and the output."""


@lru_cache(maxsize=4096)
def cost_of(build: Callable[..., nn.Module], *arguments: str | OperandShape) -> Cost:
    """Cost of the module that ``build(*arguments)`` makes; the last argument is its shape.

    It is built on the meta device: nothing is allocated and nothing computed.
    """
    shape = arguments[-1]
    assert isinstance(shape, OperandShape)
    with torch.device("meta"):
        module = build(*arguments)
    parameters = sum(parameter.numel() for parameter in module.parameters())
    norms = [child for child in module.modules() if isinstance(child, nn.BatchNorm2d)]
    flops = known_flops(module)
    module = _cheaper(module)
    if flops is None:
        flops = count_flops(module, (shape.in_filters, *shape.size))
    kept, keeps_input, largest = _kept_per_sample(module, shape)
    return Cost(parameters, sum(2 * norm.num_features for norm in norms), flops, kept, keeps_input, largest)


def count_flops(network: nn.Module, input_shape: tuple[int, int, int]) -> int:
    """FLOPs of one sample's forward pass of a network on the meta device, counted by torch."""
    training = network.training
    network.eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(torch.empty(1, *input_shape, device="meta"))
    network.train(training)
    total: int = counter.get_total_flops()
    return total


def known_flops(module: nn.Module) -> int | None:
    """Sum up what the layers know of themselves; None where one is of an unknown kind, as in plug-ins.

    Torch's counter knows every operation, but importing what it needs takes seconds.
    """
    layers = [layer for _, layer in module.named_modules(remove_duplicate=False)]
    if any(type(layer) not in (*_OWN_FLOPS, *_NO_FLOPS) for layer in layers):
        return None
    return sum(layer.flops for layer in layers if isinstance(layer, _OWN_FLOPS))


def _cheaper(module: nn.Module) -> nn.Module:
    """Put in place of layers what keeps as much and costs the meta device little: for batch norms Swish."""
    if isinstance(module, nn.BatchNorm2d):
        return nn.SiLU()
    if isinstance(module, Recurrent):
        return RecurrentStandIn(module)
    for name, child in module.named_children():
        setattr(module, name, _cheaper(child))
    return module


def _kept_per_sample(module: nn.Module, shape: OperandShape) -> tuple[int, bool, int]:
    """Bytes kept besides the input, whether that is kept too, and bytes of the largest tensor."""
    fewer, more = (_kept(module, shape, samples) for samples in (2, 3))
    # What doesn't grow with the batch drops out.
    growth = [size - smaller for smaller, size in zip(fewer, more, strict=False)]
    keeps_input = more[1] > 0
    return sum(growth[2:]), keeps_input, max(growth)


def _kept(module: nn.Module, shape: OperandShape, samples: int) -> list[int]:
    """Bytes of a forward pass' output; of its input, if autograd keeps that; and of all else that it keeps."""
    storages: dict[int, tuple[Tensor, int]] = {}  # with the tensors, lest an address be used again

    def pack(tensor: Tensor) -> Tensor:
        storages[_key(tensor)] = (tensor, tensor.untyped_storage().nbytes())
        return tensor

    x = torch.empty(samples, shape.in_filters, *shape.size, device="meta", requires_grad=True)
    with torch.enable_grad(), torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        y = module(x)
    permanent = {_key(tensor) for tensor in (*module.parameters(), *module.buffers())}
    sizes = {key: size for key, (_, size) in storages.items() if key not in permanent}
    return [y.untyped_storage().nbytes(), sizes.pop(_key(x), 0), *sizes.values()]


def _key(tensor: Tensor) -> int:
    key: int = tensor.untyped_storage()._cdata
    return key
