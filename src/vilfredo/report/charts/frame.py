"""How a chart's picture is divided: what stands above, below and beside the area, and how much is left for it."""

from dataclasses import dataclass
from itertools import chain

from vilfredo.report.charts.axes import GAP, SIZE, Label, Names, names_below, names_beside, reach_left, tick_labels
from vilfredo.report.charts.chart import Chart
from vilfredo.report.charts.plot import Plot
from vilfredo.report.charts.scales import scales
from vilfredo.report.charts.text import width as text_width
from vilfredo.report.charts.text import wrap
from vilfredo.report.charts.ticks import Tick

_LEAST_AREA = 110.0
"""Pixels high: a picture grows rather than that what stands around leaves less."""
_NAMES_SHARE = 0.42
"""At most so much of a picture's width goes to the names of categories."""
_NAME_ROOM, _MOST_NAMES = 17.0, 60
"""A picture grows so that so many names beside the area have a line of their own."""
_RIGHT = 14.0
_REACH = 0.18
"""At most so much of a picture's width is left free for slanted names to begin in."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the area lies in the picture, and what stands around it."""

    plot: Plot
    left: float
    top: float
    height: float
    """Of the whole picture."""
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    below: Names | None
    beside: list[Label]
    x_label: list[str]
    """In lines."""


def frame(chart: Chart, width: float, height: float, top: float) -> Frame:
    """Divide a picture of that size, the uppermost `top` pixels of which are taken; it is higher where need be."""
    x, y = scales(chart)
    x_label = list(wrap(chart.x.label, width - 8, SIZE, 2))
    under = SIZE + GAP + 6 + len(x_label) * (SIZE + 3)
    high = max(height - top - under, _LEAST_AREA, min(len(y.categories), _MOST_NAMES) * _NAME_ROOM)
    y_ticks = tick_labels(y, high, upright=True)
    beside = names_beside(y, high, _NAMES_SHARE * width) if y.categories else []
    texts = chain((tick.label for tick in y_ticks), (name.text for name in beside))
    left = max((text_width(text, SIZE) for text in texts), default=0.0) + 2 * GAP
    if x.categories:
        # Slanted names begin to the left of what they name.
        left = max(left, min(reach_left(x, width - left - _RIGHT), _REACH * width))
    wide = width - left - _RIGHT
    x_ticks = tick_labels(x, wide, upright=False)
    if x_ticks:
        # Half of the last label reaches beyond its tick.
        beyond = text_width(x_ticks[-1].label, SIZE) / 2 - (1 - x.place(x_ticks[-1].value)) * wide
        wide -= max(beyond + 2 - _RIGHT, 0.0)
    below = names_below(x, wide, left) if x.categories else None
    if below is not None:
        under += below.height - SIZE - GAP
        high = max(height - top - under, _LEAST_AREA)
    return Frame(Plot(x, y, wide, high), left, top, top + high + under, x_ticks, y_ticks, below, beside, x_label)
