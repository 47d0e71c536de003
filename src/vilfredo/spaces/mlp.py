"""Multi-layer perceptrons: the hidden layers of one, as a frozen value with a text form that parses back."""

import re
from dataclasses import dataclass

from vilfredo.errors import InputError, nearest

ACTIVATIONS = ("elu", "relu", "sigmoid", "tanh")
"""What a dense layer may apply (MLPNAS, section 5.1)."""
WIDEST = 65_536
"""Units in a layer: far beyond what tables need, and no typing error allocates all memory."""
MOST_LAYERS = 10
"""Hidden layers, dropout layers among them (MLPNAS, section 5.1)."""

_DROPOUT = "dropout"
_PAIR = re.compile(r"\(([^()]*)\)")
_BETWEEN_LAYERS = re.compile(r"[;,](?![^()]*\))")
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}", re.ASCII)
_EXAMPLE = "[(256, 'relu');dropout;(64, 'elu')]"


@dataclass(frozen=True, slots=True)
class Dense:
    """A dense layer of `width` units, each followed by an activation.

    Raises
    ------
    InputError
        When the width is not in 1 … `WIDEST`, or the activation not one of `ACTIVATIONS`.
    """

    width: int
    activation: str

    def __post_init__(self) -> None:
        if not 1 <= self.width <= WIDEST:
            raise InputError(f"mlp: a layer has width {self.width}. Expected 1 … {WIDEST}.")
        if self.activation == "softmax":
            raise InputError(
                f"mlp: layer ({self.width}, 'softmax') looks like the output layer, which is added by itself. "
                "Write the hidden layers alone."
            )
        if self.activation not in ACTIVATIONS:
            raise InputError(
                f"mlp: '{self.activation}' is not an activation.{nearest(self.activation, ACTIVATIONS)} "
                f"Known: {', '.join(ACTIVATIONS)}."
            )

    def __str__(self) -> str:
        return f"({self.width}, '{self.activation}')"


@dataclass(frozen=True, slots=True)
class Dropout:
    """A dropout layer; its rate is the space's (MLPNAS, section 5.1: 0.2)."""

    def __str__(self) -> str:
        return _DROPOUT


@dataclass(frozen=True)
class Mlp:
    """The hidden layers, first one first; the task adds the output layer. None at all: logistic regression.

    Raises
    ------
    InputError
        When a dropout layer comes first, where it would drop inputs, or after another, when there are more than
        `MOST_LAYERS`.
    """

    layers: tuple[Dense | Dropout, ...] = ()

    def __post_init__(self) -> None:
        if len(self.layers) > MOST_LAYERS:
            raise InputError(
                f"mlp: expected at most {MOST_LAYERS} hidden layers, dropout included, got {len(self.layers)}."
            )
        for index, layer in enumerate(self.layers):
            if isinstance(layer, Dropout) and (index == 0 or isinstance(self.layers[index - 1], Dropout)):
                place = "follows another" if index else "comes first and would drop inputs"
                raise InputError(
                    f"mlp: layer {index} is a dropout that {place}. Expected each after a dense layer, e.g. {_EXAMPLE}."
                )

    @property
    def dense(self) -> tuple[Dense, ...]:
        """The dense layers alone."""
        return tuple(layer for layer in self.layers if isinstance(layer, Dense))

    def __str__(self) -> str:
        return f"[{';'.join(map(str, self.layers))}]"

    def __len__(self) -> int:
        return len(self.layers)


def parse_mlp(text: str) -> Mlp:
    """Read hidden layers; outer brackets, quotes and spaces may be left out, and commas may stand between layers.

    Parameters
    ----------
    text
        E.g. ``[(256, 'relu');dropout;(64, 'elu')]`` or, as the paper prints them, ``(256, 'relu'), (64, 'elu')``;
        ``[]`` has no hidden layer.

    Raises
    ------
    InputError
        When the text is not a list of layers, or `Dense` or `Mlp` refuses them.
    """
    body = text.strip()
    if body.startswith("[") and body.endswith("]"):
        body = body[1:-1]
    if not body.strip():
        if text.strip():
            return Mlp()
        raise InputError(f"mlp: the text is empty. Write '[]' for no hidden layer, or e.g. {_EXAMPLE}.")
    return Mlp(tuple(_parse_layer(part.strip(), text) for part in _BETWEEN_LAYERS.split(body)))


def _parse_layer(part: str, text: str) -> Dense | Dropout:
    pair = _PAIR.fullmatch(part)
    values = [_plain(value) for value in (pair.group(1).split(",") if pair else [part])]
    if values == [_DROPOUT]:
        return Dropout()
    if pair is None or len(values) != 2:
        raise InputError(
            f"mlp: '{part}' in '{text}' is not a layer.{nearest(_plain(part), [_DROPOUT])} "
            f"Expected (width, activation) or dropout, e.g. {_EXAMPLE}."
        )
    width, activation = values
    if not _NUMBER.fullmatch(width):
        raise InputError(f"mlp: '{width}' in '{text}' is not a width. Expected a number from 1 to {WIDEST}.")
    return Dense(int(width), activation)


def _plain(part: str) -> str:
    return " ".join(part.split()).strip(" '\"").lower()
