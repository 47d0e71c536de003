"""Learning curves, of the choice between networks and of the final training."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from vilfredo.bundle.pictures.style import BLUE, GREY, ORANGE
from vilfredo.trials import Epoch


@dataclass(frozen=True, slots=True)
class Curves:
    """What was recorded while it learned; what is empty is not drawn."""

    selection: Sequence[Epoch] = ()
    """Of the chosen network in model selection, with validation scores."""
    final: Sequence[Epoch] = ()
    """Of the training on all training data, as a rule without."""


def draw_curves(panel: Any, curves: Curves) -> None:
    """Draw the training loss and, where any was measured, the validation accuracy, over epochs."""
    losses = _lines(curves, lambda epoch: epoch.training_loss)
    accuracies = _lines(curves, lambda epoch: epoch.validation_accuracy)
    if not losses and not accuracies:
        panel.text(0.5, 0.5, "No learning curve was recorded.", ha="center", color=GREY)
        return
    drawn = [(name, lines) for name, lines in (("training loss", losses), ("validation accuracy", accuracies)) if lines]
    for axes, (name, lines) in zip(panel.subplots(1, len(drawn), squeeze=False)[0], drawn, strict=True):
        for label, colour, dash, points in lines:
            single = len(points) == 1
            axes.plot(*zip(*points, strict=True), dash, color=colour, label=label, marker="o" if single else None)
        axes.set_title(name.capitalize())
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.25)
        axes.legend()


def _lines(
    curves: Curves, value: Callable[[Epoch], float | None]
) -> list[tuple[str, str, str, list[tuple[int, float]]]]:
    """Label, colour, dash and points of each curve that has any."""
    known = (
        ("model selection", BLUE, "-", _points(curves.selection, value)),
        ("final training", ORANGE, "--", _points(curves.final, value)),
    )
    return [line for line in known if line[-1]]


def _points(curve: Sequence[Epoch], value: Callable[[Epoch], float | None]) -> list[tuple[int, float]]:
    points = ((each.epoch, value(each)) for each in curve)
    return [(epoch, number) for epoch, number in points if number is not None and math.isfinite(number)]
