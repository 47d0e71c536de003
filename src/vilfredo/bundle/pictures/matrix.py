"""The confusion matrix: which classes are taken for which."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vilfredo.bundle.pictures.style import EMPTY
from vilfredo.bundle.report import TestReport

_INCHES = 6.0
"""Side of the matrix, about."""
_SMALLEST_FONT, _LARGEST_FONT = 6.0, 15.0
_MOST_NAMES = 50
"""More would run into each other: every second, third, … class is named then."""
_LEVEL = 10
"""Up to so many classes, short names stand level."""


def draw_matrix(panel: Any, report: TestReport, names: Sequence[str]) -> None:
    """Colour by the share of the true class; counts in the cells where there is room for them."""
    from matplotlib.colors import PowerNorm  # noqa: PLC0415 - takes a second, and few commands draw

    counts = np.array(report.confusion)  # (classes, classes)
    there = counts.sum(axis=1, keepdims=True)
    shares = np.ma.masked_array(counts / np.maximum(there, 1), mask=np.broadcast_to(there == 0, counts.shape))
    axes = panel.subplots()
    axes.set_facecolor(EMPTY)
    # The root makes a single mistake among many samples visible.
    image = axes.imshow(shares, cmap="Blues", norm=PowerNorm(0.5, 0.0, 1.0), interpolation="nearest")
    bar = panel.colorbar(image, ax=axes, fraction=0.046, pad=0.02, ticks=[0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1])
    bar.ax.set_yticklabels(["0", "1 %", "5 %", "10 %", "25 %", "50 %", "75 %", "100 %"], fontsize=9.5)
    bar.outline.set_visible(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    _name(axes, names)
    room = _INCHES * 72 / len(counts)  # points a cell has
    font = min(_LARGEST_FONT, 0.42 * room, 1.35 * room / len(str(counts.max())))
    if font >= _SMALLEST_FONT:
        _write(axes, counts, shares, font)
    axes.set(xlabel="answer", ylabel="true class")
    numbers = " and number of samples" if font >= _SMALLEST_FONT else ""
    numbers = " and number of samples" if font >= _SMALLEST_FONT else ""
    absent = " (grey: not in the test part)" if (there == 0).any() else ""
    axes.set_title(f"Confusion matrix: share of the true class{numbers}{absent}")


def _name(axes: Any, names: Sequence[str]) -> None:
    every = -(-len(names) // _MOST_NAMES)
    places = range(0, len(names), every)
    few = [names[place] for place in places]
    font = float(np.clip(0.62 * _INCHES * 72 / len(few), _SMALLEST_FONT, 11))
    level = len(few) <= _LEVEL and max(map(len, few)) * 0.62 * font < 0.95 * _INCHES * 72 / len(few)
    axes.set_yticks(places, few, fontsize=font)
    axes.set_xticks(places, few, fontsize=font, rotation=0 if level else 90)
    axes.tick_params(length=0 if every == 1 else 3)


def _write(axes: Any, counts: NDArray[np.int64], shares: Any, font: float) -> None:
    few = len(counts) <= 5
    for (row, column), count in np.ndenumerate(counts):
        if not count and not few:
            continue  # noughts everywhere would hide the rest
        share = shares[row, column]
        dark = share is not np.ma.masked and share > 0.4
        axes.text(
            column, row, str(count), ha="center", va="center", fontsize=font, color="white" if dark else "#222222"
        )
