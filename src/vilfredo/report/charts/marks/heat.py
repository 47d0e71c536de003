"""How many lie in each cell of a grid."""

import math
from collections import defaultdict
from itertools import pairwise

from vilfredo.report.charts.chart import Heat
from vilfredo.report.charts.colours import css
from vilfredo.report.charts.markup import element, known, number
from vilfredo.report.charts.plot import Plot

LEVELS = 8
"""Of strength; more can't be told apart."""


def strength(count: int, most: int) -> float:
    """How strong a cell's colour is, from 0.12 to 0.9: in steps of the logarithm, so that a single one is seen."""
    share = math.log1p(count) / math.log1p(most)
    return 0.12 + 0.78 * (math.ceil(share * LEVELS) - 1) / (LEVELS - 1)


def within(edge: float, lowest: float) -> float:
    """Return an edge without a logarithm, as zero is, at the axis' end."""
    return edge if edge > 0 or lowest <= 0 else lowest


def draw_heat(heat: Heat, plot: Plot) -> str:
    """Draw the cells, those of one strength as one path and neighbours among them as one."""
    most = max((count for row in heat.counts for count in row), default=0)
    across = [plot.across(within(edge, plot.x.low)) for edge in heat.x_edges]
    down = [plot.down(within(edge, plot.y.low)) for edge in heat.y_edges]
    paths: defaultdict[float, str] = defaultdict(str)
    for row, (bottom, top) in zip(heat.counts, pairwise(down), strict=True):
        for start, stop, level in _runs([strength(count, most) if count > 0 else 0.0 for count in row]):
            left, right = across[start], across[stop]
            if level and known(bottom, top, left, right):
                paths[level] += f"M{number(left)} {number(bottom)}H{number(right)}V{number(top)}H{number(left)}z"
    cells = "".join(element("path", d=path, fill_opacity=f"{level:.2f}") for level, path in sorted(paths.items()))
    return (
        plot.clipped(element("g", cells, style=f"fill:{css(heat.colour)};shape-rendering:crispEdges")) if cells else ""
    )


def _runs(levels: list[float]) -> list[tuple[int, int, float]]:
    """First place, place after the last and level of each run of equal levels."""
    starts = [n for n, level in enumerate(levels) if not n or level != levels[n - 1]]
    return [(start, stop, levels[start]) for start, stop in pairwise([*starts, len(levels)])]
