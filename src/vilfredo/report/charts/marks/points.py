"""Symbols, one for each pair of values."""

from vilfredo.report.charts.chart import Axis, Points, Symbol
from vilfredo.report.charts.colours import CARD, css
from vilfredo.report.charts.markup import element, known, number, tip
from vilfredo.report.charts.plot import Plot
from vilfredo.report.charts.spelling import told

_MOST_TOLD, _MOST_TOLD_VALUES = 1500, 300
"""Up to so many points of a layer say something about themselves; beyond, the page would be slow and large."""


def draw_points(points: Points, plot: Plot, x: Axis, y: Axis) -> str:
    """Draw each point that lies within the area."""
    places = _places(points, plot)
    if not places:
        return ""
    told_values = not points.tips and len(places) <= _MOST_TOLD_VALUES
    if told_values or (points.tips and len(places) <= _MOST_TOLD):
        texts = [default_tip(points, n, x, y) if told_values else points.tips[n] for n, _, _ in places]
        symbols = "".join(
            symbol(points.symbol, across, down, points.size, tip(text))
            for (_, across, down), text in zip(places, texts, strict=True)
        )
        return element("g", symbols, style=symbol_style(points))
    return _in_one(points, [(across, down) for _, across, down in places])


def default_tip(points: Points, number: int, x: Axis, y: Axis) -> str:
    """Name and both values of a point."""
    sides = ((x, points.x[number]), (y, points.y[number]))
    values = [f"{axis.label}: {_said(axis, value)}" for axis, value in sides]
    return "\n".join([points.name, *values] if points.name else values)


def symbol(kind: Symbol, across: float, down: float, size: float, text: str | None = None) -> str:
    """Return one symbol; its colours are the group's."""
    if kind in {"dot", "ring"}:
        return element("circle", cx=across, cy=down, r=size, data_tip=text)
    return element("path", d=_outline(kind, across, down, size), data_tip=text)


def symbol_style(points: Points) -> str:
    """Style of the group that symbols are in. A rim keeps neighbours apart."""
    colour = css(points.colour)
    match points.symbol:
        case "ring":
            return f"fill:transparent;stroke:{colour};stroke-width:1.5"
        case "cross":
            return f"fill:none;stroke:{colour};stroke-width:1.6;pointer-events:bounding-box"
        case _:
            return f"fill:{colour};stroke:{CARD};stroke-width:.7"


def _places(points: Points, plot: Plot) -> list[tuple[int, float, float]]:
    """Number and place of each point that can be seen."""
    placed = ((n, plot.across(a), plot.down(b)) for n, (a, b) in enumerate(zip(points.x, points.y, strict=True)))
    return [place for place in placed if known(*place[1:]) and plot.holds(*place[1:])]


def _said(axis: Axis, value: float) -> str:
    place = round(value)
    if axis.categories and 0 <= place < len(axis.categories):
        return axis.categories[place]
    return told(value, axis.quantity)


def _in_one(points: Points, places: list[tuple[float, float]]) -> str:
    """Draw thousands as one path, each place once: a line without length has round or square ends all the same."""
    colour, kind, size = css(points.colour), points.symbol, points.size
    once = dict.fromkeys((number(across), number(down)) for across, down in places)
    if kind in {"dot", "square"}:
        cap = "round" if kind == "dot" else "square"
        style = f"fill:none;stroke:{colour};stroke-opacity:.7;stroke-width:{2 * size:g};stroke-linecap:{cap}"
        return element("path", d="".join(f"M{across} {down}h0" for across, down in once), style=style)
    path = "".join(_outline(kind, float(across), float(down), size) for across, down in once)
    return element("path", d=path, style=symbol_style(points))


def _outline(kind: Symbol, across: float, down: float, size: float) -> str:
    r, d = number(size), number(2 * size)
    match kind:
        case "cross":
            return f"M{number(across - size)} {number(down - size)}l{d} {d}m-{d} 0l{d}-{d}"
        case "diamond":
            r = number(1.25 * size)  # as heavy as a dot
            return f"M{number(across)} {number(down - 1.25 * size)}l{r} {r}-{r} {r}-{r}-{r}z"
        case "square":
            return f"M{number(across - 0.9 * size)} {number(down - 0.9 * size)}h{(w := number(1.8 * size))}v{w}h-{w}z"
        case _:
            return f"M{number(across - size)} {number(down)}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0-{d} 0"
