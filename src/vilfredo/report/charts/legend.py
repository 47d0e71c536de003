"""The list of a chart's named layers."""

from collections.abc import Sequence
from dataclasses import replace

from vilfredo.report.charts.chart import Band, Bars, Heat, Layer, Line, Points, Rule
from vilfredo.report.charts.colours import INK, css
from vilfredo.report.charts.marks.lines import band_style, line_style
from vilfredo.report.charts.marks.points import symbol, symbol_style
from vilfredo.report.charts.markup import element, words
from vilfredo.report.charts.text import clean, shorten, width

SIZE, ROW = 11.5, 17.0
_SWATCH, _GAP, _BETWEEN = 20.0, 6.0, 16.0


def entries(layers: Sequence[Layer]) -> dict[str, list[Layer]]:
    """The layers that are listed, by name; those of one name share a line, as a mean does with its band."""
    named: dict[str, list[Layer]] = {}
    for layer in layers:
        if not isinstance(layer, Rule) and (name := clean(layer.name)):
            named.setdefault(name, []).append(layer)
    return named


def legend(layers: Sequence[Layer], room: float) -> tuple[str, float]:
    """Return the list in as many rows as it takes, from the upper left corner, and its height."""
    across, row, drawn = 0.0, 0, ""
    for name, those in entries(layers).items():
        text = shorten(name, room - _SWATCH - _GAP, SIZE)
        wide = _SWATCH + _GAP + width(text, SIZE)
        if across and across + wide > room:
            across, row = 0.0, row + 1
        base = row * ROW + 12
        drawn += "".join(_swatch(layer, across, base - 4) for layer in those)
        drawn += words(text, across + _SWATCH + _GAP, base, full=name)
        across += wide + _BETWEEN
    if not drawn:
        return "", 0.0
    return element("g", drawn, style=f"fill:{INK}", font_size=SIZE), (row + 1) * ROW + 3


def _swatch(layer: Layer, across: float, down: float) -> str:
    match layer:
        case Points():
            seen = replace(layer, size=min(max(layer.size, 3.0), 5.0))
            return element("g", symbol(seen.symbol, across + _SWATCH / 2, down, seen.size), style=symbol_style(seen))
        case Line():
            strong = replace(layer, faint=False)
            return element("path", d=f"M{across:.1f} {down:.1f}h{_SWATCH:.0f}", style=line_style(strong))
        case Band():
            return _patch(across, down, band_style(layer))
        case Bars():
            return _patch(across, down, f"fill:{css(layer.colour)}")
        case Heat():
            return _patch(across, down, f"fill:{css(layer.colour)};fill-opacity:.6")
        case Rule():
            return ""


def _patch(across: float, down: float, style: str) -> str:
    return element("rect", x=across + 2, y=down - 5, width=_SWATCH - 4, height=10, style=style)
