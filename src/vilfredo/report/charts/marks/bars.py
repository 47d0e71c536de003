"""Bars from zero, side by side where there are several for a category."""

import math
from collections.abc import Iterator

from vilfredo.report.charts.chart import Axis, Bars, Chart
from vilfredo.report.charts.colours import css
from vilfredo.report.charts.markup import element, known, tip
from vilfredo.report.charts.plot import Plot
from vilfredo.report.charts.spelling import told

FILLED = 0.78
"""Share of a category's place that its bars take."""
THICKEST = 34.0
"""Pixels: few bars in a wide chart stay bars."""


def draw_bars(bars: Bars, plot: Plot, chart: Chart) -> str:
    """Draw the bars of one layer."""
    names = (plot.y if chart.horizontal else plot.x).categories
    axis = chart.x if chart.horizontal else chart.y
    drawn = ""
    for n, left, top, width, height in bar_boxes(bars, plot, chart):
        text = bars.tips[n] if n < len(bars.tips) else _tip(bars, names[n], bars.values[n], axis)
        drawn += element("rect", x=left, y=top, width=width, height=height, data_tip=tip(text))
    return plot.clipped(element("g", drawn, style=f"fill:{css(bars.colour)}")) if drawn else ""


def bar_boxes(bars: Bars, plot: Plot, chart: Chart) -> Iterator[tuple[int, float, float, float, float]]:
    """Category, left end, top, width and height in pixels of each bar."""
    both = [layer for layer in chart.layers if isinstance(layer, Bars)]
    rank = next(n for n, layer in enumerate(both) if layer is bars)
    names = (plot.y if chart.horizontal else plot.x).categories
    slot = (plot.height if chart.horizontal else plot.width) / len(names)
    thick = min(FILLED * slot / len(both), THICKEST)
    # Neighbours of one category keep a hair's breadth apart.
    breadth = max(thick - 1, 0.6)
    for n, (_, value) in enumerate(zip(names, bars.values, strict=False)):
        side = (n + 0.5) * slot + (rank - len(both) / 2) * thick + 0.5
        ends = _ends(value, plot, horizontal=chart.horizontal)
        if known(*ends):
            low, length = min(ends), abs(ends[1] - ends[0])
            yield (n, low, side, length, breadth) if chart.horizontal else (n, side, low, breadth, length)


def _ends(value: float, plot: Plot, *, horizontal: bool) -> tuple[float, float]:
    """Where a bar begins and ends, along itself; on a logarithmic axis, that has no zero, it begins at the edge."""
    scale = plot.x if horizontal else plot.y
    origin = scale.low if scale.logarithmic else min(max(0.0, scale.low), scale.high)
    if not math.isfinite(value):
        return math.nan, math.nan
    along = plot.across if horizontal else plot.down
    return along(origin), along(value)


def _tip(bars: Bars, name: str, value: float, axis: Axis) -> str:
    said = f"{bars.name or axis.label}: {told(value, axis.quantity)}"
    return f"{name}\n{said}"
