"""The layers of a chart as matplotlib draws them."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from vilfredo.report.charts.chart import Band, Bars, Chart, Heat, Line, Points, Rule
from vilfredo.report.charts.colours import HEX
from vilfredo.report.charts.marks.bars import FILLED, THICKEST
from vilfredo.report.charts.marks.heat import strength, within
from vilfredo.report.charts.marks.rules import label_places, rule_ends
from vilfredo.report.charts.markup import known
from vilfredo.report.charts.plot import Plot
from vilfredo.report.charts.scales import Scale
from vilfredo.report.charts.text import clean

_MARKERS = {"dot": "o", "ring": "o", "cross": "x", "diamond": "D", "square": "s"}
_DIAMETER = {"dot": 1.15, "ring": 1.15, "cross": 1.15, "diamond": 1.0, "square": 1.05}
"""Points for each pixel of a symbol's radius."""
_MANY = 2000
"""Points from which on they are an image within the file, which viewers would else take long to draw."""


def ink_layers(axes: Any, chart: Chart, plot: Plot) -> bool:
    """Draw all layers; returns whether there was anything to draw."""
    for order, layer in enumerate(chart.layers):
        above = 2 + 0.01 * order
        match layer:
            case Points():
                _points(axes, layer, plot, above)
            case Line():
                _line(axes, layer, plot, above)
            case Band():
                _band(axes, layer, plot, above)
            case Bars():
                _bars(axes, layer, chart, plot, above)
            case Heat():
                _heat(axes, layer, plot, above)
            case Rule():
                _rule(axes, layer, plot, above)
    for _, text, left, base in label_places(chart, plot):
        place = (left / plot.width, 1 - base / plot.height)
        axes.text(*place, text, transform=axes.transAxes, color=HEX["muted"], fontsize="small", zorder=3, bbox=_HALO)
    return bool(axes.lines or axes.collections or axes.patches)


_HALO = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.6}


def _points(axes: Any, points: Points, plot: Plot, above: float) -> None:
    places = [(x, y) for x, y in zip(points.x, points.y, strict=True) if plot.holds(plot.across(x), plot.down(y))]
    if not places:
        return
    colour = HEX[points.colour]
    hollow = points.symbol == "ring"
    axes.plot(
        *zip(*places, strict=True),
        linestyle="none",
        marker=_MARKERS[points.symbol],
        markersize=_DIAMETER[points.symbol] * points.size,
        markerfacecolor="white" if hollow else colour,
        markeredgecolor=colour if hollow or points.symbol == "cross" else "white",
        markeredgewidth=1.0 if hollow or points.symbol == "cross" else 0.4,
        label=_named(points.name),
        zorder=above,
        clip_on=False,
        rasterized=len(places) > _MANY,
    )


def _line(axes: Any, line: Line, plot: Plot, above: float) -> None:
    x, y = _shown(line.x, plot.x), _shown(line.y, plot.y)
    there = sum(not (math.isnan(a) or math.isnan(b)) for a, b in zip(x, y, strict=True))
    if not there:
        return
    axes.plot(
        x,
        y,
        color=HEX[line.colour],
        linestyle="--" if line.dashed else "-",
        drawstyle="steps-post" if line.steps else "default",
        linewidth=0.7 if line.faint else 1.3,
        alpha=0.4 if line.faint else 1.0,
        marker="." if there == 1 else None,
        label=_named(line.name),
        zorder=above,
    )


def _band(axes: Any, band: Band, plot: Plot, above: float) -> None:
    if band.x:
        x, low, high = _shown(band.x, plot.x), _shown(band.low, plot.y), _shown(band.high, plot.y)
        look: dict[str, Any] = {"color": HEX[band.colour], "alpha": 0.18, "linewidth": 0}
        axes.fill_between(x, low, high, label=_named(band.name), zorder=above, **look)


def _bars(axes: Any, bars: Bars, chart: Chart, plot: Plot, above: float) -> None:
    both = [layer for layer in chart.layers if isinstance(layer, Bars)]
    rank = next(n for n, layer in enumerate(both) if layer is bars)
    slot = (plot.height if chart.horizontal else plot.width) / len((plot.y if chart.horizontal else plot.x).categories)
    thick = min(FILLED / len(both), THICKEST / slot)
    shown = [(n, value) for n, value in enumerate(bars.values) if math.isfinite(value)]
    sides = [n + (rank + 0.5 - len(both) / 2) * thick for n, _ in shown]
    lengths = [value for _, value in shown]
    look: dict[str, Any] = {"color": HEX[bars.colour], "label": _named(bars.name), "zorder": above}
    below: dict[str, Any] = {"color": HEX["muted"], "linewidth": 0.7 * any(value < 0 for value in lengths)}
    if chart.horizontal:
        axes.barh(sides, lengths, height=0.94 * thick, **look)
        axes.axvline(0, **below)
    else:
        axes.bar(sides, lengths, width=0.94 * thick, **look)
        axes.axhline(0, **below)


def _heat(axes: Any, heat: Heat, plot: Plot, above: float) -> None:
    from matplotlib.collections import PolyCollection  # noqa: PLC0415 - takes a second, and few commands draw

    most = max((count for row in heat.counts for count in row), default=0)
    across = list(pairwise(within(edge, plot.x.low) for edge in heat.x_edges))
    up = list(pairwise(within(edge, plot.y.low) for edge in heat.y_edges))
    cells, looks = [], []
    for row, (bottom, top) in zip(heat.counts, up, strict=True):
        for count, (left, right) in zip(row, across, strict=True):
            if count > 0 and known(bottom, top, left, right):
                cells.append([(left, bottom), (right, bottom), (right, top), (left, top)])
                looks.append((HEX[heat.colour], strength(count, most)))
    if not cells:
        return
    mesh = PolyCollection(cells, facecolors=looks, linewidths=0, antialiaseds=False, rasterized=True, zorder=above)
    axes.add_collection(mesh, autolim=False)
    # The legend can't list a mesh; an empty area of its colour stands for it.
    axes.fill_between([], [], color=HEX[heat.colour], alpha=0.6, linewidth=0, label=_named(heat.name))


def _rule(axes: Any, rule: Rule, plot: Plot, above: float) -> None:
    ends = rule_ends(rule, plot)
    if ends is None:
        return
    x = [ends[0] / plot.width, ends[2] / plot.width]
    y = [1 - ends[1] / plot.height, 1 - ends[3] / plot.height]
    look: dict[str, Any] = {"color": HEX["muted"], "linewidth": 0.8, "linestyle": (0, (1.5, 2))}
    axes.plot(x, y, transform=axes.transAxes, scalex=False, scaley=False, zorder=above, **look)


def _shown(values: Sequence[float], scale: Scale) -> list[float]:
    """Values that have no place on the axis as NaN, which breaks a line."""
    return [value if math.isfinite(scale.place(value)) else math.nan for value in values]


def _named(name: str) -> str:
    """Return the name for the legend; matplotlib leaves out what has none, and what begins with an underscore."""
    cleaned = clean(name)
    return "\u200b" + cleaned if cleaned.startswith("_") else cleaned or "_nolegend_"
