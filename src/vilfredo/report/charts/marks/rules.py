"""Straight lines to compare with."""

from collections.abc import Iterator, Sequence

from vilfredo.report.charts.chart import Rule
from vilfredo.report.charts.colours import CARD, MUTED
from vilfredo.report.charts.markup import element, known, words
from vilfredo.report.charts.plot import Plot
from vilfredo.report.charts.text import clean, shorten, width

_SIZE = 11.0
_STYLE = f"stroke:{MUTED};stroke-width:1.3;stroke-dasharray:2 3"
_HALO = f"fill:{MUTED};stroke:{CARD};stroke-width:3;stroke-linejoin:round;paint-order:stroke"

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def draw_rule(rule: Rule, plot: Plot) -> str:
    """Draw the line, without its label."""
    ends = rule_ends(rule, plot)
    if ends is None:
        return ""
    x1, y1, x2, y2 = ends
    return plot.clipped(element("line", x1=x1, y1=y1, x2=x2, y2=y2, style=_STYLE))


def rule_labels(rules: Sequence[Rule], plot: Plot) -> str:
    """Write the labels beside their lines."""
    return "".join(
        words(text, left, base, full=rule.label, style=_HALO, font_size=_SIZE)
        for rule, text, left, base in label_places(rules, plot)
    )


def label_places(rules: Sequence[Rule], plot: Plot) -> Iterator[tuple[Rule, str, float, float]]:
    """Rule, text, left end and base line of each label, in pixels; each where no other one is."""
    taken: list[Box] = []
    for rule in rules:
        ends, full = rule_ends(rule, plot), clean(rule.label)
        if ends is None or not full:
            continue
        text = shorten(full, 0.75 * plot.width, _SIZE)
        wide = width(text, _SIZE)
        for left, base in _spots(rule, ends, wide, plot):
            box = (left, base - _SIZE, left + wide, base + 3)
            if not any(_overlap(box, other) for other in taken):
                taken.append(box)
                yield rule, text, left, base
                break


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
        for base in map(float, range(11, max(int(plot.height), 12), 14)):
            for left in sides:
                if 0 <= left <= last:
                    yield left, base
        yield min(max(sides[0], 0.0), last), 11.0
        return
    if rule.y is not None:
        for base in (y1 - 4, y1 + 13):
            if _SIZE <= base <= plot.height - 2:
                yield last, base
                yield 4.0, base
        return
    for share in (0.92, 0.08, 0.7, 0.3):
        across, down = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
        for left, base in ((across - wide - 8, down + 2), (across + 8, down + 8)):
            if 0 <= left <= last and _SIZE <= base <= plot.height - 2:
                yield left, base


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
