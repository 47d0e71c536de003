"""Lines, with breaks where values are missing, and the areas between two of them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from vilfredo.report.charts.chart import Band, Line
from vilfredo.report.charts.colours import css
from vilfredo.report.charts.markup import element, known, number
from vilfredo.report.charts.plot import Plot

Place = tuple[float, float]
_Places = TypeVar("_Places", bound=tuple[float, ...])


def draw_line(line: Line, plot: Plot) -> str:
    """Draw a line, as one path."""
    pairs = [(plot.across(a), plot.down(b)) for a, b in zip(line.x, line.y, strict=True)]
    runs = list(unbroken(pairs))
    path = "".join(_path(_stairs(run) if line.steps else run) for run in runs if len(run) > 1)
    alone = "".join(_path(run) for run in runs if len(run) == 1)
    drawn = element("path", d=path, style=line_style(line)) if path else ""
    if alone:
        # Round ends, and nothing between them.
        dots = f"fill:none;stroke:{css(line.colour)};stroke-width:5;stroke-linecap:round"
        drawn += element("path", d=alone, style=dots)
    return plot.clipped(drawn)


def draw_band(band: Band, plot: Plot) -> str:
    """Draw the area between two lines."""
    triples = [
        (plot.across(x), plot.down(low), plot.down(high))
        for x, low, high in zip(band.x, band.low, band.high, strict=True)
    ]
    path = ""
    for run in unbroken(triples):
        there = [(x, high) for x, _, high in run]
        back = [(x, low) for x, low, _ in reversed(run)]
        path += _path(there + back) + "z"
    return plot.clipped(element("path", d=path, style=band_style(band))) if path else ""


def line_style(line: Line) -> str:
    """Style of a line."""
    dashes = ";stroke-dasharray:5 4" if line.dashed else ""
    width, strength = (1, ";stroke-opacity:.35") if line.faint else (2, "")
    stroke = f"stroke:{css(line.colour)};stroke-width:{width};stroke-linejoin:round;stroke-linecap:round"
    return f"fill:none;{stroke}{dashes}{strength}"


def band_style(band: Band) -> str:
    """Style of a band."""
    return f"fill:{css(band.colour)};fill-opacity:.18;stroke:none"


def unbroken(places: Sequence[_Places]) -> Iterator[list[_Places]]:
    """Runs of places that all exist."""
    run: list[_Places] = []
    for place in places:
        if known(*place):
            run.append(place)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _stairs(run: Sequence[Place]) -> list[Place]:
    """Hold each height until the next place."""
    stairs = [run[0]]
    for (_, before), (across, down) in pairwise(run):
        stairs += [(across, before), (across, down)]
    return stairs


def _path(places: Sequence[Place]) -> str:
    """Return a path through the places, without those between two others at the same height."""
    texts = [(number(across), number(down)) for across, down in places]
    kept = [
        place
        for n, place in enumerate(texts)
        if not 0 < n < len(texts) - 1 or not (texts[n - 1][1] == place[1] == texts[n + 1][1])
    ]
    distinct = [place for n, place in enumerate(kept) if not n or place != kept[n - 1]]
    if len(distinct) == 1:
        return f"M{distinct[0][0]} {distinct[0][1]}h0"
    return "M" + "L".join(f"{across} {down}" for across, down in distinct)
