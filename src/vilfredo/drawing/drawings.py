"""From an architecture's text to its drawing."""

import re

from vilfredo.drawing.cells import cell_scene
from vilfredo.drawing.drawing import Drawing
from vilfredo.drawing.flat import flat_scene
from vilfredo.drawing.perceptrons import mlp_scene
from vilfredo.errors import InputError, nearest
from vilfredo.spaces.cells import parse_cell
from vilfredo.spaces.mlp import parse_mlp
from vilfredo.spaces.parallel import parse_flat

KINDS = ("cells", "parallel", "mlp")
"""Of spaces, as settings spell them; see `vilfredo.spaces`."""

_LAYER = re.compile(r"\(\s*['\"]?\d+['\"]?\s*,[^(),]*\)|dropout", re.IGNORECASE)
"""What only perceptrons have: a width and an activation in brackets, or a dropout layer."""


def draw(architecture: str, *, kind: str | None = None, residual: bool = True) -> Drawing:
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

    Raises
    ------
    InputError
        When the text spells none, or there is no such kind. Whether the operators exist is not checked here.
    """
    kind = kind or ("mlp" if is_perceptron(architecture) else "cells")
    return drawing_of(kind, architecture, residual=residual)


def drawing_of(space_kind: str, text: str, *, residual: bool = True) -> Drawing:
    """Draw an architecture of a kind of space; see `draw`."""
    match space_kind:
        case "cells":
            return Drawing(cell_scene(parse_cell(text), residual=residual))
        case "parallel":
            return Drawing(flat_scene(parse_flat(text)))
        case "mlp":
            return Drawing(mlp_scene(parse_mlp(text)))
    raise InputError(
        f"draw: there is no kind of architecture '{space_kind}'.{nearest(space_kind, KINDS)} Known: {', '.join(KINDS)}."
    )


def is_perceptron(text: str) -> bool:
    """Whether a text spells layers of a perceptron rather than blocks of a cell; ``[]`` might be either."""
    return bool(_LAYER.search(text))
