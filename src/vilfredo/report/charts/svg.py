"""Charts for a page: inline SVG in the page's own colours, light or dark."""

from markupsafe import Markup, escape

from vilfredo.report.charts.axes import SIZE, draw_grid, draw_names, draw_ticks
from vilfredo.report.charts.chart import Band, Bars, Chart, Heat, Layer, Line, Points, Rule
from vilfredo.report.charts.colours import INK, MUTED
from vilfredo.report.charts.frame import Frame, frame
from vilfredo.report.charts.legend import legend
from vilfredo.report.charts.marks.bars import draw_bars
from vilfredo.report.charts.marks.heat import draw_heat
from vilfredo.report.charts.marks.lines import draw_band, draw_line
from vilfredo.report.charts.marks.points import draw_points
from vilfredo.report.charts.marks.rules import draw_rule, rule_labels
from vilfredo.report.charts.markup import element, words
from vilfredo.report.charts.plot import Plot
from vilfredo.report.charts.text import clean, wrap

_TITLE = 13.5
_FONT = "font-family:var(--sans, system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif)"
_KINDS = {Points: "points", Line: "a line", Band: "a band", Bars: "bars", Heat: "a heat map", Rule: "a rule"}


def svg(chart: Chart, width: float = 480, height: float = 320) -> Markup:
    """Draw a chart. It takes the width of what it is put into, up to half as much again as its own.

    The chart's `note` is not drawn: it belongs into the page's text, below.

    Parameters
    ----------
    chart
        Points and bars carry what they say in ``data-tip``, for the page's script to show.
    width, height
        In pixels, at least 160 and 120. Where the names of many categories need it, the picture is higher.

    Returns
    -------
    Markup
        One ``<svg>`` element. It has no ids, so any number of charts may stand on a page.
    """
    width, height = max(width, 160.0), max(height, 120.0)
    head, top = _head(chart, width)
    divided = frame(chart, width, height, top)
    area = element("g", _area(chart, divided), transform=f"translate({divided.left:.1f} {divided.top:.1f})")
    picture = element(
        "svg",
        element("desc", str(escape(describe(chart)))) + head + area,
        xmlns="http://www.w3.org/2000/svg",
        class_="chart",
        viewBox=f"0 0 {width:.0f} {divided.height:.0f}",
        role="img",
        # A title of its own would pop up beside what points and bars say.
        aria_label=clean(chart.title) or f"{clean(chart.y.label)} over {clean(chart.x.label)}",
        style=f"display:block;width:100%;height:auto;max-width:{1.5 * width:.0f}px;{_FONT}",
    )
    return Markup(picture)  # every text and value in it was escaped where it became an element


def describe(chart: Chart) -> str:
    """Say in words what a chart shows, for who doesn't see it."""
    names = ((clean(layer.label if isinstance(layer, Rule) else layer.name), layer) for layer in chart.layers)
    listed = ", ".join(dict.fromkeys(f"{name} ({_KINDS[type(layer)]})" for name, layer in names if name))
    axes = f"Across: {clean(chart.x.label)}. Upwards: {clean(chart.y.label)}."
    return " ".join(part for part in (axes, f"Shown: {listed}." if listed else "", clean(chart.note)) if part)


def _head(chart: Chart, width: float) -> tuple[str, float]:
    """Title, legend and the name of the y axis, from the top, and where they end."""
    drawn, top = "", 4.0
    for line in wrap(chart.title, width - 8, 1.05 * _TITLE, 2):
        top += _TITLE + 3
        drawn += words(line, 2, top - 2, font_size=_TITLE, font_weight=600, style=f"fill:{INK}")
    listed, high = legend(chart.layers, width - 8)
    if listed:
        drawn += element("g", listed, transform=f"translate(2 {top + 4:.1f})")
        top += high + 4
    elif chart.title:
        top += 4
    for line in wrap(chart.y.label, width - 8, SIZE, 1):
        top += SIZE + 5
        drawn += words(line, 2, top - 3, full=chart.y.label, font_size=SIZE, style=f"fill:{MUTED}")
    return drawn, top + 8


def _area(chart: Chart, divided: Frame) -> str:
    plot = divided.plot
    layers = "".join(_layer(layer, chart, plot) for layer in chart.layers)
    if not layers:
        style = f"fill:{MUTED}"
        layers = words(
            "nothing to show yet", plot.width / 2, plot.height / 2, font_size=12, text_anchor="middle", style=style
        )
    parts = (
        draw_grid(plot, divided.x_ticks, divided.y_ticks),
        layers,
        rule_labels(chart, plot),
        draw_ticks(plot, divided.x_ticks, divided.y_ticks),
        draw_names(plot, divided.below, divided.beside),
        _x_label(divided),
    )
    return "".join(parts)


def _x_label(divided: Frame) -> str:
    last = divided.height - divided.top - 5
    lines = enumerate(reversed(divided.x_label))
    drawn = "".join(words(line, divided.plot.width / 2, last - n * (SIZE + 3)) for n, line in lines)
    return element("g", drawn, font_size=SIZE, text_anchor="middle", style=f"fill:{MUTED}") if drawn else ""


def _layer(layer: Layer, chart: Chart, plot: Plot) -> str:
    match layer:
        case Points():
            return draw_points(layer, plot, chart.x, chart.y)
        case Line():
            return draw_line(layer, plot)
        case Band():
            return draw_band(layer, plot)
        case Bars():
            return draw_bars(layer, plot, chart)
        case Heat():
            return draw_heat(layer, plot)
        case Rule():
            return draw_rule(layer, plot)
