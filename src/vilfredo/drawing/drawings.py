"""From an architecture's text to its drawing, or to that of the network that it becomes."""

import math
import re
from collections.abc import Sequence

from vilfredo.drawing.cells import cell_scene
from vilfredo.drawing.drawing import Drawing
from vilfredo.drawing.flat import flat_scene
from vilfredo.drawing.macro import network_scene
from vilfredo.drawing.perceptrons import mlp_scene
from vilfredo.drawing.shapes import InputShape
from vilfredo.drawing.stack import stack_scene
from vilfredo.errors import InputError, nearest
from vilfredo.spaces.cells import parse_cell
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.mlp import parse_mlp
from vilfredo.spaces.parallel import Stack, parse_flat

KINDS = ("cells", "parallel", "mlp")
"""Of spaces, as settings spell them; see `vilfredo.spaces`."""

_LAYER = re.compile(r"\(\s*['\"]?\d+['\"]?\s*,[^(),]*\)|dropout", re.IGNORECASE)
"""What only perceptrons have: a width and an activation in brackets, or a dropout layer."""
_BLOCK = re.compile(r"\([^()]*(,[^()]*){3}\)")
"""What only cells have; an operator in it may well be called dropout."""


def draw(architecture: str, *, kind: str | None = None, residual: bool = True, abreast: int = 2) -> Drawing:
    """Draw a cell or a perceptron from its text.

    Parameters
    ----------
    architecture
        E.g. ``[(-2, '3x3 conv', -1, '2x2 maxpool')]`` or ``[(256, 'relu');dropout;(64, 'elu')]``.
    kind
        ``cells``, ``parallel`` for flat cells (all answers concatenated, none added) or ``mlp``; None: a perceptron
        where the text spells one, else a cell.
    residual
        Of a cell: whether its nearest lookback is added to its output, as networks do by default.
    abreast
        Of a cell: how many blocks may stand beside each other: 1 where there is hardly more room than a phone has.

    Raises
    ------
    InputError
        When the text spells none, or there is no such kind. Whether the operators exist is not checked here.
    """
    return drawing_of(kind or kind_of_text(architecture), architecture, residual=residual, abreast=abreast)


def drawing_of(space_kind: str, text: str, *, residual: bool = True, abreast: int = 2) -> Drawing:
    """Draw an architecture of a kind of space; see `draw`."""
    match space_kind:
        case "cells":
            return Drawing(cell_scene(parse_cell(text), residual=residual, abreast=max(1, abreast)))
        case "parallel":
            return Drawing(flat_scene(parse_flat(text)))
        case "mlp":
            return Drawing(mlp_scene(parse_mlp(text)))
    raise _unknown(space_kind)


def network_drawing(
    space_kind: str,
    text: str,
    *,
    macro: MacroArchitecture | None = None,
    stack: Stack | None = None,
    input_shape: Sequence[int] | None = None,
    classes: int | None = None,
) -> Drawing:
    """Draw the whole network that an architecture becomes.

    Parameters
    ----------
    space_kind
        See `draw`; a perceptron is the whole network already.
    macro
        How cells are stacked; None: as by default.
    stack
        How flat cells are stacked; None: as by default.
    input_shape
        As data have it: (channels, height, width) of images, (channels, length) of series, (features,) of tables; None
        where it isn't known.
    classes
        What is told apart; None where that isn't known.

    Raises
    ------
    InputError
        When the text spells no such architecture.
    """
    shape = None if input_shape is None else _as_image(input_shape)
    match space_kind:
        case "cells":
            scene = network_scene(parse_cell(text), macro or MacroArchitecture(), input_shape=shape, classes=classes)
        case "parallel":
            scene = stack_scene(parse_flat(text), stack or Stack(), input_shape=shape, classes=classes)
        case "mlp":
            features = None if shape is None else math.prod(shape)
            scene = mlp_scene(parse_mlp(text), features=features, classes=classes)
        case _:
            raise _unknown(space_kind)
    return Drawing(scene)


def kind_of_text(text: str) -> str:
    """``mlp`` where a text spells layers of a perceptron, else ``cells``; ``[]`` might be either."""
    return "mlp" if _LAYER.search(text) and not _BLOCK.search(text) else "cells"


def _as_image(shape: Sequence[int]) -> InputShape:
    """Channels, height and width: series are images of height 1, and tables have a channel for each feature."""
    channels, *sides = shape
    return channels, *((1, 1, *sides)[-2:])  # type: ignore[return-value]


def _unknown(kind: str) -> InputError:
    known = ", ".join(KINDS)
    return InputError(f"draw: there is no kind of architecture '{kind}'.{nearest(kind, KINDS)} Known: {known}.")
