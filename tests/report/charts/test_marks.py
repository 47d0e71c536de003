"""Stairs and heat maps: what is drawn where."""

import re

from vilfredo.report.charts.chart import Heat, Line
from vilfredo.report.charts.marks.heat import draw_heat, strength
from vilfredo.report.charts.marks.lines import draw_line
from vilfredo.report.charts.plot import Plot
from vilfredo.report.charts.scales import Scale

_PLOT = Plot(Scale(0.0, 2.0), Scale(0.0, 2.0), 200.0, 100.0)


def test_stairs_hold_each_value_until_the_next_place() -> None:
    drawn = draw_line(Line((0.0, 1.0, 2.0), (0.0, 1.0, 2.0), steps=True), _PLOT)
    assert 'd="M0 100L100 100L100 50L200 50L200 0"' in drawn
    assert 'd="M0 100L100 50L200 0"' in draw_line(Line((0.0, 1.0, 2.0), (0.0, 1.0, 2.0)), _PLOT)


def test_the_first_row_of_a_heat_map_is_the_lowest() -> None:
    drawn = draw_heat(Heat((0.0, 1.0, 2.0), (0.0, 1.0, 2.0), ((3, 0), (0, 0))), _PLOT)
    assert re.findall(r'd="(M[^"]*)"', drawn) == ["M0 100H100V50H0z"]


def test_single_ones_are_seen_beside_thousands() -> None:
    levels = [strength(count, 10_000) for count in (1, 10, 100, 1000, 10_000)]
    assert levels == sorted(set(levels))
    assert 0.1 < levels[0] < levels[-1] <= 0.91
