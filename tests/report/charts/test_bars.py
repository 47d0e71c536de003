"""Where bars begin and end."""

from itertools import pairwise

import pytest

from vilfredo.report.charts.chart import Axis, Bars, Chart
from vilfredo.report.charts.marks.bars import bar_boxes
from vilfredo.report.charts.plot import Plot
from vilfredo.report.charts.scales import Scale

_VALUES = Scale(-1.0, 3.0)
_NAMES = Scale(-0.5, 1.5, categories=("a", "b"))
_BARS = Bars((2.0, -1.0), "one"), Bars((1.0, 3.0), "other")


def _chart(*, horizontal: bool) -> tuple[Chart, Plot]:
    names, values = Axis("", categories=("a", "b")), Axis("value")
    x, y = (values, names) if horizontal else (names, values)
    scales = (_VALUES, _NAMES) if horizontal else (_NAMES, _VALUES)
    return Chart("", x, y, _BARS, horizontal=horizontal), Plot(*scales, 200.0, 400.0)


def test_upright_ones_reach_from_zero_to_their_values() -> None:
    chart, plot = _chart(horizontal=False)
    spans = {
        (n, layer.name): (top, top + high) for layer in _BARS for n, _, top, _, high in bar_boxes(layer, plot, chart)
    }
    assert spans == {
        (0, "one"): pytest.approx((100.0, 300.0)),
        (1, "one"): pytest.approx((300.0, 400.0)),
        (0, "other"): pytest.approx((200.0, 300.0)),
        (1, "other"): pytest.approx((0.0, 300.0)),
    }


def test_level_ones_too() -> None:
    chart, plot = _chart(horizontal=True)
    spans = {
        (n, layer.name): (left, left + wide) for layer in _BARS for n, left, _, wide, _ in bar_boxes(layer, plot, chart)
    }
    assert spans == {
        (0, "one"): pytest.approx((50.0, 150.0)),
        (1, "one"): pytest.approx((0.0, 50.0)),
        (0, "other"): pytest.approx((50.0, 100.0)),
        (1, "other"): pytest.approx((50.0, 200.0)),
    }


def test_those_of_a_category_stand_side_by_side_in_its_middle() -> None:
    chart, plot = _chart(horizontal=False)
    sides = sorted((left, left + wide, n) for layer in _BARS for n, left, _, wide, _ in bar_boxes(layer, plot, chart))
    assert [n for _, _, n in sides] == [0, 0, 1, 1]
    assert all(end <= begin for (_, end, _), (begin, _, _) in pairwise(sides))
    for n in (0, 1):
        own = [side for side in sides if side[2] == n]
        assert (own[0][0] + own[-1][1]) / 2 == pytest.approx(100 * n + 50, abs=1)
