"""Bars from zero, side by side where there are several for a category."""

import math

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
    both = [layer for layer in chart.layers if isinstance(layer, Bars)]
    rank = next(n for n, layer in enumerate(both) if layer is bars)
    names = (plot.y if chart.horizontal else plot.x).categories
    slot = (plot.height if chart.horizontal else plot.width) / len(names)
    thick = min(FILLED * slot / len(both), THICKEST)
    axis = chart.x if chart.horizontal else chart.y
    drawn = ""
    for n, (name, value) in enumerate(zip(names, bars.values, strict=False)):
        side = (n + 0.5) * slot + (rank - len(both) / 2) * thick
        ends = _ends(value, plot, horizontal=chart.horizontal)
        if not known(*ends):
            continue
        low, high = min(ends), max(ends)
        text = tip(bars.tips[n] if n < len(bars.tips) else _tip(bars, name, value, axis))
        # Neighbours of one category keep a hair's breadth apart.
        side, breadth = side + 0.5, max(thick - 1, 0.6)
        if chart.horizontal:
            drawn += element("rect", x=low, y=side, width=high - low, height=breadth, data_tip=text)
        else:
            drawn += element("rect", x=side, y=low, width=breadth, height=high - low, data_tip=text)
    return plot.clipped(element("g", drawn, style=f"fill:{css(bars.colour)}")) if drawn else ""


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
