"""One chart as a panel of a figure: what surrounds its layers."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from vilfredo.report.charts.axes import SIZE, names_below, names_beside, tick_labels
from vilfredo.report.charts.chart import Axis, Chart
from vilfredo.report.charts.colours import HEX
from vilfredo.report.charts.inked import ink_layers
from vilfredo.report.charts.legend import entries
from vilfredo.report.charts.plot import Plot
from vilfredo.report.charts.scales import Scale, scales
from vilfredo.report.charts.text import width, wrap

FONT = 8.0
"""Points: what journals ask for in figures, at least."""
_PIXELS = SIZE / FONT / 1.12
"""Of the text that pages have, for each point: what fits there, fits here, though the letters are somewhat wider."""
_BESIDE = 0.2
"""Inches that a panel's title and legend leave free."""
_REACH = 90.0
"""So far to the left of the area may slanted names begin."""


def draw_panel(panel: Any, chart: Chart, inches: tuple[float, float], wide: float) -> None:
    """Draw a chart into a part of a figure, so many inches `wide`, of which about `inches` are there for the area."""
    x, y = scales(chart)
    plot = Plot(x, y, inches[0] * 72 * _PIXELS, inches[1] * 72 * _PIXELS)
    axes = panel.subplots()
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelcolor=HEX["muted"], pad=3)
    _x_axis(axes, chart.x, plot)
    _y_axis(axes, chart.y, plot)
    axes.minorticks_off()
    edge = "left" if y.categories else "bottom"
    for side in ("left", "bottom"):
        axes.spines[side].set(color=HEX["muted"], linewidth=0.7, visible=side == edge)
    if not ink_layers(axes, chart, plot):
        axes.text(0.5, 0.5, "nothing to show yet", transform=axes.transAxes, ha="center", color=HEX["muted"])
    _head(panel, axes, chart, wide)


def legend_shape(chart: Chart, wide: float) -> tuple[int, int]:
    """Rows and columns of the legend in a panel so many inches `wide`: as few rows as there is room for."""
    sizes = [width(name, SIZE) + 4.2 * SIZE for name in entries(chart.layers)]
    for columns in range(len(sizes), 1, -1):
        parts = _split(sizes, columns)
        if sum(map(max, parts)) <= _room(wide):
            return len(parts[0]), columns
    return len(sizes), 1


def names_inches(chart: Chart, inches: float) -> float:
    """How high the names below an area of so many inches are; 0 where there are none."""
    scale, _ = scales(chart)
    return names_below(scale, inches * 72 * _PIXELS, _REACH).height / 72 / _PIXELS if scale.categories else 0.0


def _room(wide: float) -> float:
    return (wide - _BESIDE) * 72 * _PIXELS


def _split(sizes: Sequence[float], columns: int) -> list[Sequence[float]]:
    """Split as matplotlib fills a legend's columns: one after another, the first ones with one more."""
    each, more = divmod(len(sizes), columns)
    starts = [n * each + min(n, more) for n in range(columns + 1)]
    return [sizes[start:stop] for start, stop in pairwise(starts)]


def _x_axis(axes: Any, axis: Axis, plot: Plot) -> None:
    scale = plot.x
    _span(axes, "x", scale)
    axes.set_xlabel("\n".join(wrap(axis.label, plot.width + 20, SIZE, 2)))
    if not scale.categories:
        ticks = tick_labels(scale, plot.width, upright=False)
        axes.set_xticks([tick.value for tick in ticks], [tick.label for tick in ticks])
        axes.grid(axis="x", color=HEX["line"], linewidth=0.5)
        return
    names = names_below(scale, plot.width, _REACH)
    turned: dict[str, Any] = {"rotation": 40, "ha": "right", "rotation_mode": "anchor"} if names.slanted else {}
    places = [scale.low + label.at / plot.width * len(scale.categories) for label in names.labels]
    axes.set_xticks(places, [label.text for label in names.labels], color=HEX["ink"], **turned)


def _y_axis(axes: Any, axis: Axis, plot: Plot) -> None:
    scale = plot.y
    _span(axes, "y", scale)
    axes.set_ylabel("\n".join(wrap(axis.label, plot.height, SIZE, 2)))
    if not scale.categories:
        ticks = tick_labels(scale, plot.height, upright=True)
        axes.set_yticks([tick.value for tick in ticks], [tick.label for tick in ticks])
        axes.grid(axis="y", color=HEX["line"], linewidth=0.5)
        return
    labels = names_beside(scale, plot.height, 0.55 * plot.width)
    places = [scale.low + label.at / plot.height * len(scale.categories) for label in labels]
    axes.set_yticks(places, [label.text for label in labels], color=HEX["ink"])
    axes.invert_yaxis()


def _span(axes: Any, side: str, scale: Scale) -> None:
    ends = {f"{side}lim": (scale.low, scale.high)}
    if scale.logarithmic:
        ends[f"{side}scale"] = "log"  # type: ignore[assignment]
    axes.set(**dict(sorted(ends.items(), reverse=True)))


def _head(panel: Any, axes: Any, chart: Chart, wide: float) -> None:
    """Write the title, and below it the named layers, those of one name together."""
    title = "\n".join(wrap(chart.title, _room(wide), SIZE * 1.2, 2))
    named: dict[str, list[Any]] = {}
    for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
        named.setdefault(label, []).append(handle)
    if not named:
        panel.suptitle(title, x=0.02, ha="left", fontweight="bold", fontsize=FONT + 1, color=HEX["ink"])
        return
    # The legend's own title: one of the figure would lie on top of the legend.
    listed = panel.legend(
        [handles[0] if len(handles) == 1 else tuple(handles) for handles in named.values()],
        list(named),
        title=title,
        title_fontproperties={"weight": "bold", "size": FONT + 1},
        alignment="left",
        loc="outside upper left",
        ncols=legend_shape(chart, wide)[1],
        borderaxespad=0.2,
        handlelength=1.6,
        columnspacing=1.2,
        labelspacing=0.3,
        labelcolor=HEX["ink"],
    )
    listed.get_title().set_color(HEX["ink"])
