import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.report.charts.examples import bars

from vilfredo.report.charts.chart import Axis, Bars, Chart, Points, Rule
from vilfredo.report.charts.scales import scale, scales


@settings(max_examples=300, deadline=None)
@given(st.lists(st.floats(width=64), max_size=6), st.booleans(), st.booleans())
def test_whatever_the_data_an_axis_has_ends_that_differ_and_holds_them(
    values: list[float], log: bool, count: bool
) -> None:
    made = scale(Axis("x", "count" if count else "number", logarithmic=log), values)
    assert math.isfinite(made.high - made.low)
    assert made.low < made.high
    assert not log or made.low > 0
    for value in values:
        place = made.place(value)
        if math.isfinite(value) and abs(value) < 1e150 and (not log or value >= 1e-150):
            assert -1e-9 <= place <= 1 + 1e-9
    assert len(made.ticks()) <= 8


@pytest.mark.parametrize(
    ("axis", "values", "ends"),
    [
        (Axis("x"), [], (0, 1)),
        (Axis("x", logarithmic=True), [], (1, 10)),
        (Axis("x"), [0.0, 100.0], (0, 105)),
        (Axis("x"), [-100.0, 100.0], (-110, 110)),
        (Axis("x"), [5.0, 5.0], (4.5, 5.5)),
        (Axis("x", "count"), [5.0], (4, 6)),
        (Axis("x"), [math.nan, math.inf, 2.0, 4.0], (1.9, 4.1)),
        (Axis("x", logarithmic=True), [-1.0, 0.0, 8.0], (4, 16)),
        (Axis("x", low=0.0, high=1.0), [0.4, 7.0], (0, 1)),
        (Axis("x", low=0.0), [0.0], (0, 1)),
        (Axis("x", low=3.0, high=3.0), [], (2.7, 3.3)),
        (Axis("x", low=math.nan), [1.0, 2.0], (0.95, 2.05)),
        (Axis("x", logarithmic=True, low=0.0), [8.0], (4, 16)),
    ],
)
def test_ends(axis: Axis, values: list[float], ends: tuple[float, float]) -> None:
    made = scale(axis, values)
    assert (made.low, made.high) == pytest.approx(ends)


def test_bars_begin_at_zero_and_categories_have_equal_places() -> None:
    x, y = scales(Chart("", Axis("x", categories=("a", "b")), Axis("y"), (Bars((3.0, 4.0)),)))
    assert (x.low, x.high, x.place(0), x.ticks()) == (-0.5, 1.5, 0.25, ())
    assert y.low == 0
    x, y = scales(bars(horizontal=True))
    assert x.low < 0 < x.high
    assert len(y.categories) == 3


def test_bars_without_categories_are_numbered() -> None:
    x, _ = scales(Chart("", Axis("x"), Axis("y"), (Bars((3.0, 4.0)),)))
    assert x.categories == ("0", "1")


def test_what_one_compares_with_is_in_view() -> None:
    x, y = scales(Chart("", Axis("x"), Axis("y"), (Points((1.0,), (1.0,)), Rule(x=9), Rule(y=-4))))
    assert x.high > 9
    assert y.low < -4


def test_as_many_ticks_as_fit() -> None:
    made = scale(Axis("x"), [0.0, 10.0])
    assert len(made.fitting_ticks(lambda ticks: len(ticks) < 4)) == 3
    assert len(made.fitting_ticks(lambda ticks: False)) == 1
