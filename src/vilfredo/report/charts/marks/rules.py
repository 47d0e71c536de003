"""Straight lines to compare with."""

from collections.abc import Iterator, Sequence
from itertools import islice

from vilfredo.report.charts.chart import Bars, Chart, Line, Points, Rule
from vilfredo.report.charts.colours import CARD, MUTED
from vilfredo.report.charts.marks.bars import bar_boxes
from vilfredo.report.charts.markup import element, known, words
from vilfredo.report.charts.plot import Plot
from vilfredo.report.charts.text import clean, shorten, width

_SIZE = 11.0
_STYLE = f"stroke:{MUTED};stroke-width:1.3;stroke-dasharray:2 3"
_HALO = f"fill:{MUTED};stroke:{CARD};stroke-width:3;stroke-linejoin:round;paint-order:stroke"

_ENOUGH, _SAMPLES = 2000, 12

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def draw_rule(rule: Rule, plot: Plot) -> str:
    """Draw the line, without its label."""
    ends = rule_ends(rule, plot)
    if ends is None:
        return ""
    x1, y1, x2, y2 = ends
    return plot.clipped(element("line", x1=x1, y1=y1, x2=x2, y2=y2, style=_STYLE))


def rule_labels(chart: Chart, plot: Plot) -> str:
    """Write the labels beside their lines."""
    return "".join(
        words(text, left, base, full=rule.label, style=_HALO, font_size=_SIZE)
        for rule, text, left, base in label_places(chart, plot)
    )


def label_places(chart: Chart, plot: Plot) -> Iterator[tuple[Rule, str, float, float]]:
    """Rule, text, left end and base line of each label, in pixels.

    Each is where no other one is and, among those places, where it covers least of the data; one that has no place
    is left out.
    """
    taken: list[Box] = []
    covered = _drawn(chart, plot)
    for rule in chart.layers:
        if not isinstance(rule, Rule):
            continue
        ends, full = rule_ends(rule, plot), clean(rule.label)
        if ends is None or not full:
            continue
        text = shorten(full, 0.75 * plot.width, _SIZE)
        wide = width(text, _SIZE)
        spots = {
            (left, base): (left, base - _SIZE, left + wide, base + 3) for left, base in _spots(rule, ends, wide, plot)
        }
        free = {spot: box for spot, box in spots.items() if not any(_overlap(box, other) for other in taken)}
        if free:
            (left, base), box = min(
                free.items(), key=lambda item: _hides(item[1], covered) + _crosses(item[1], rule, chart, plot)
            )
            taken.append(box)
            yield rule, text, left, base


def rule_ends(rule: Rule, plot: Plot) -> tuple[float, float, float, float] | None:
    """Where the line begins and ends; nothing where it isn't in view."""
    if rule.x is not None:
        across = plot.across(rule.x)
        return (across, 0, across, plot.height) if known(across) and plot.holds(across, 0) else None
    if rule.y is not None:
        down = plot.down(rule.y)
        return (0, down, plot.width, down) if known(down) and plot.holds(0, down) else None
    low, high = max(plot.x.low, plot.y.low), min(plot.x.high, plot.y.high)
    ends = plot.across(low), plot.down(low), plot.across(high), plot.down(high)
    return ends if low < high and known(*ends) else None


def _spots(
    rule: Rule, ends: tuple[float, float, float, float], wide: float, plot: Plot
) -> Iterator[tuple[float, float]]:
    """Where the label may begin and its base line be, the best first; always within the area."""
    x1, y1, x2, y2 = ends
    last = max(plot.width - wide - 2, 0.0)
    if rule.x is not None:
        sides = (x1 + 5, x1 - wide - 5) if x1 + 5 <= last else (x1 - wide - 5, x1 + 5)
        for base in (11.0, 25.0, 39.0, 53.0, plot.height - 6):
            for left in sides:
                if 0 <= left <= last:
                    yield left, base
        yield min(max(sides[0], 0.0), last), 11.0
        return
    if rule.y is not None:
        for base in (y1 - 4, y1 + 13):
            if _SIZE <= base <= plot.height - 2:
                for share in (1.0, 0.0, 0.5, 0.75, 0.25, 0.875, 0.625, 0.375, 0.125):
                    yield max(4.0, share * last), base
        return
    for share in (0.92, 0.08, 0.7, 0.3):
        across, down = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
        for left, base in ((across - wide - 8, down + 2), (across + 8, down + 8)):
            if 0 <= left <= last and _SIZE <= base <= plot.height - 2:
                yield left, base


def _drawn(chart: Chart, plot: Plot) -> list[tuple[float, float]]:
    """Places within points, corners of lines and bars, as far as it takes to find a spot without them."""
    places: list[tuple[float, float]] = []
    for layer in chart.layers:
        match layer:
            case Points() | Line():
                pairs = islice(zip(layer.x, layer.y, strict=True), _ENOUGH)
                places += [(plot.across(x), plot.down(y)) for x, y in pairs]
            case Bars():
                for _, left, top, wide, high in islice(bar_boxes(layer, plot, chart), _ENOUGH // 20):
                    places += [
                        (left + wide * a / _SAMPLES, top + high * b / _SAMPLES)
                        for a in range(_SAMPLES + 1)
                        for b in range(_SAMPLES + 1)
                    ]
    return places


def _hides(box: Box, places: Sequence[tuple[float, float]]) -> int:
    return sum(box[0] - 3 <= x <= box[2] + 3 and box[1] - 2 <= y <= box[3] + 2 for x, y in places)


def _crosses(box: Box, rule: Rule, chart: Chart, plot: Plot) -> int:
    """How bad it is that the label lies on other rules: on one alike, it would seem to be that one's."""
    bad = 0
    for other in chart.layers:
        if isinstance(other, Rule) and other is not rule:
            if other.y is not None and box[1] <= plot.down(other.y) <= box[3]:
                bad += 1000 if rule.y is not None else 3
            if other.x is not None and box[0] <= plot.across(other.x) <= box[2]:
                bad += 1000 if rule.x is not None else 3
    return bad


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
