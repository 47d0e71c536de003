"""A multi-layer perceptron as a scene: its layers from top to bottom, wider ones for more units."""

import math
from collections.abc import Mapping
from itertools import pairwise

from vilfredo.drawing.boxes import box, framed
from vilfredo.drawing.paths import line
from vilfredo.drawing.scene import Arrow, Box, Colour, Scene, Shape
from vilfredo.drawing.shapes import counted
from vilfredo.spaces.mlp import Dense, Dropout, Mlp

_COLOURS: Mapping[str, Colour] = {"elu": "green", "relu": "blue", "sigmoid": "yellow", "tanh": "pink"}
_WORDS = {
    "elu": "exponential linear unit",
    "relu": "rectified linear unit",
    "sigmoid": "logistic function, 0 to 1",
    "tanh": "hyperbolic tangent, -1 to 1",
}
_BETWEEN = 26.0
_NARROWEST, _PER_DOUBLING = 120.0, 14.0
"""Width of a layer of one unit, and what each doubling adds, pixels."""


def mlp_scene(mlp: Mlp, *, features: int | None = None, classes: int | None = None) -> Scene:
    """Draw a perceptron.

    Parameters
    ----------
    features
        What it reads; None where that isn't known.
    classes
        What it tells apart; None where that isn't known.
    """
    boxes = [box(0.0, 0.0, "input" if features is None else counted(features, "feature"), least=_width(features or 1))]
    for layer in mlp.layers:
        boxes.append(_layer(layer, boxes[-1].bottom + _BETWEEN))
    tip = "a dense layer with a value for each class; softmax makes probabilities of them"
    last = "output" if classes is None else counted(classes, "class", "classes")
    boxes.append(box(0.0, boxes[-1].bottom + _BETWEEN, last, "dense, softmax", least=_width(classes or 1), tip=tip))
    arrows = [Arrow(line((0.0, upper.bottom), (0.0, lower.y))) for upper, lower in pairwise(boxes)]
    shapes: list[Shape] = [*arrows, *boxes]
    hidden = len(mlp.dense)
    title = f"Perceptron of {hidden} hidden layer{'s' * (hidden != 1)}"
    steps = [" ".join(each.lines) for each in boxes]
    return framed(
        shapes, title, f"From {steps[0]} through {', '.join(steps[1:-1]) or 'no hidden layer'} to {steps[-1]}."
    )


def _layer(layer: Dense | Dropout, top: float) -> Box:
    if isinstance(layer, Dropout):
        tip = "in training, some values are set to zero at random"
        return box(0.0, top, "dropout", kind="ghost", least=_NARROWEST, tip=tip)
    tip = f"{layer.activation}: {_WORDS[layer.activation]}"
    words = (counted(layer.width, "unit"), f"dense, {layer.activation}")
    return box(0.0, top, *words, colour=_COLOURS[layer.activation], least=_width(layer.width), tip=tip)


def _width(units: int) -> float:
    return _NARROWEST + _PER_DOUBLING * math.log2(units)
