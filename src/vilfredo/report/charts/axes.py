"""What stands around the area of a chart: grid, ticks, names of categories."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from vilfredo.report.charts.colours import INK, LINE, MUTED
from vilfredo.report.charts.markup import element, number, words
from vilfredo.report.charts.plot import Plot
from vilfredo.report.charts.scales import Scale
from vilfredo.report.charts.text import clean, shorten, width
from vilfredo.report.charts.ticks import Tick

SIZE = 11.0
"""Of text at ticks."""
GAP = 6.0
"""Between a label and the area, and at least between two labels."""
_SLANT = math.radians(40)
_LONGEST = 130.0
"""Of a slanted name."""


@dataclass(frozen=True, slots=True)
class Label:
    """A category's name as it is shown."""

    at: float
    """Pixels along the axis."""
    text: str
    full: str


@dataclass(frozen=True, slots=True)
class Names:
    """Names below the area."""

    labels: Sequence[Label]
    slanted: bool
    height: float


def tick_labels(scale: Scale, length: float, *, upright: bool) -> tuple[Tick, ...]:
    """Ticks whose labels fit beside each other along `length` pixels, or above each other."""

    def fits(ticks: Sequence[Tick]) -> bool:
        places = [scale.place(tick.value) * length for tick in ticks]
        sizes = [2.0 * SIZE if upright else width(tick.label, SIZE) + 2 * GAP for tick in ticks]
        return all(
            b - a >= (size + other) / 2 for a, b, size, other in zip(places, places[1:], sizes, sizes[1:], strict=False)
        )

    return scale.fitting_ticks(fits)


def names_beside(scale: Scale, length: float, room: float) -> list[Label]:
    """Names at the left of the area; of too many, every second, third, … one."""
    slot = length / len(scale.categories)
    every = max(1, math.ceil((SIZE + 2) / slot))
    return [
        Label((n + 0.5) * slot, shorten(clean(name), room, SIZE), name)
        for n, name in enumerate(scale.categories)
        if n % every == 0
    ]


def names_below(scale: Scale, length: float, left: float) -> Names:
    """Names below the area: level where all have room, or else slanted, which may reach `left` pixels beside it."""
    slot = length / len(scale.categories)
    cleaned = [clean(name) for name in scale.categories]
    if all(width(name, SIZE) + GAP <= slot for name in cleaned):
        labels = [Label((n + 0.5) * slot, name, name) for n, name in enumerate(cleaned)]
        return Names(labels, slanted=False, height=SIZE + GAP)
    every = max(1, math.ceil(1.25 * SIZE / math.sin(_SLANT) / slot))
    labels = []
    for n, name in enumerate(cleaned):
        if n % every == 0:
            room = min(_LONGEST, (left + (n + 0.5) * slot - GAP) / math.cos(_SLANT))
            labels.append(Label((n + 0.5) * slot, shorten(name, room, SIZE), name))
    reach = max(width(label.text, SIZE) for label in labels) * math.sin(_SLANT)
    return Names(labels, slanted=True, height=reach + SIZE + GAP)


def reach_left(scale: Scale, length: float) -> float:
    """How far slanted names, uncut, would begin to the left of the area; 0 where they stand level."""
    names = names_below(scale, length, _LONGEST)
    begins = (label.at - GAP - width(label.text, SIZE) * math.cos(_SLANT) for label in names.labels)
    return max(0.0, -min(begins)) if names.slanted else 0.0


def draw_grid(plot: Plot, x_ticks: Sequence[Tick], y_ticks: Sequence[Tick]) -> str:
    """Draw light lines at the ticks, and stronger ones at the edge and where bars below zero begin."""
    wide, high = number(plot.width), number(plot.height)
    lines = "".join(f"M{number(plot.across(tick.value))} 0v{high}" for tick in x_ticks)
    lines += "".join(f"M0 {number(plot.down(tick.value))}h{wide}" for tick in y_ticks)
    grid = element("path", d=lines, style=f"fill:none;stroke:{LINE};stroke-width:1;stroke-opacity:.7") if lines else ""
    edge = f"M0 0v{high}" if plot.y.categories else f"M0 {high}h{wide}"
    if plot.y.categories and plot.x.low < 0 < plot.x.high:
        edge += f"M{number(plot.across(0))} 0v{high}"
    elif plot.x.categories and plot.y.low < 0 < plot.y.high:
        edge += f"M0 {number(plot.down(0))}h{wide}"
    return grid + element("path", d=edge, style=f"fill:none;stroke:{MUTED};stroke-width:1")


def draw_ticks(plot: Plot, x_ticks: Sequence[Tick], y_ticks: Sequence[Tick]) -> str:
    """Write the labels of ticks."""
    below = "".join(words(tick.label, plot.across(tick.value), plot.height + SIZE + 5) for tick in x_ticks)
    beside = "".join(words(tick.label, -GAP, plot.down(tick.value) + 0.36 * SIZE) for tick in y_ticks)
    return _group(below, "middle", MUTED) + _group(beside, "end", MUTED)


def draw_names(plot: Plot, below: Names | None, beside: Sequence[Label]) -> str:
    """Write the names of categories."""
    drawn = ""
    if below is not None and below.slanted:
        turn = f"rotate({-math.degrees(_SLANT):.0f})"
        base = plot.height + SIZE + 2
        turned = (
            words(label.text, 0, 0, full=label.full, transform=f"translate({label.at + 4:.1f} {base:.1f}){turn}")
            for label in below.labels
        )
        drawn += _group("".join(turned), "end", INK)
    elif below is not None:
        level = (words(label.text, label.at, plot.height + SIZE + 5) for label in below.labels)
        drawn += _group("".join(level), "middle", INK)
    named = (words(label.text, -GAP, label.at + 0.36 * SIZE, full=label.full) for label in beside)
    return drawn + _group("".join(named), "end", INK)


def _group(labels: str, anchor: str, colour: str) -> str:
    return element("g", labels, text_anchor=anchor, font_size=SIZE, style=f"fill:{colour}") if labels else ""
