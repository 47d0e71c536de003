import itertools
import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from vilfredo.report.charts.chart import Quantity
from vilfredo.report.charts.ticks import Tick, linear_ticks, log_ticks

QUANTITIES: tuple[Quantity, ...] = ("number", "fraction", "seconds", "count", "percent")
quantities = st.sampled_from(QUANTITIES)
values = st.floats(-1e300, 1e300)


def labels(ticks: tuple[Tick, ...]) -> list[str]:
    return [tick.label.replace("\u00a0", " ") for tick in ticks]


def check(ticks: tuple[Tick, ...], low: float, high: float, most: int) -> None:
    places = [tick.value for tick in ticks]
    assert all(low <= place <= high for place in places)
    assert all(a < b for a, b in itertools.pairwise(places))
    assert len(set(labels(ticks))) == len(ticks) <= most


@settings(max_examples=300, deadline=None)
@given(values, values, quantities, st.integers(1, 8))
def test_linear_ticks_are_inside_ascending_few_and_told_apart(
    one: float, other: float, quantity: Quantity, most: int
) -> None:
    low, high = min(one, other), max(one, other)
    assume(high - low > max(1e-9 * max(abs(low), abs(high)), 1e-300))
    ticks = linear_ticks(low, high, quantity, most)
    check(ticks, low, high, most)
    if most >= 6 and quantity != "count":
        assert len(ticks) >= 2


@settings(max_examples=300, deadline=None)
@given(st.floats(-290, 290), st.floats(1e-8, 200), quantities, st.integers(1, 8))
def test_logarithmic_ticks_are_inside_ascending_few_and_told_apart(
    exponent: float, decades: float, quantity: Quantity, most: int
) -> None:
    low, high = 10.0**exponent, 10.0 ** min(exponent + decades, 300)
    assume(high - low > 1e-9 * high)
    ticks = log_ticks(low, high, quantity, most)
    check(ticks, low, high, most)
    if most >= 6 and (quantity != "count" or low >= 100):
        assert len(ticks) >= 2


@pytest.mark.parametrize(
    ("low", "high", "quantity", "expected"),
    [
        (0, 1, "fraction", ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (0.952, 0.981, "fraction", ["0.955", "0.960", "0.965", "0.970", "0.975", "0.980"]),
        (0, 42_000, "count", ["0", "10k", "20k", "30k", "40k"]),
        (0, 2_600_000, "count", ["0", "0.5M", "1.0M", "1.5M", "2.0M", "2.5M"]),
        (0, 3, "count", ["0", "1", "2", "3"]),
        (12_345, 12_366, "count", ["12345", "12350", "12355", "12360", "12365"]),
        (-20, 30, "percent", ["−20 %", "−10 %", "0 %", "10 %", "20 %", "30 %"]),
        (0, 0.15, "seconds", ["0", "50 ms", "100 ms", "150 ms"]),
        (0, 100, "seconds", ["0", "20 s", "40 s", "60 s", "80 s", "100 s"]),
        (0, 9000, "seconds", ["0", "0.5 h", "1.0 h", "1.5 h", "2.0 h", "2.5 h"]),
        (0, 3e-7, "number", ["0", "10⁻⁷", "2·10⁻⁷", "3·10⁻⁷"]),
    ],
)
def test_linear_labels(low: float, high: float, quantity: Quantity, expected: list[str]) -> None:
    assert labels(linear_ticks(low, high, quantity, 6)) == expected


@pytest.mark.parametrize(
    ("low", "high", "quantity", "expected"),
    [
        (0.02, 3, "number", ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"]),
        (0.9, 2e6, "count", ["1", "10", "100", "1k", "10k", "100k", "1M"]),
        (0.02, 700, "seconds", ["100 ms", "1 s", "10 s", "1 min", "10 min"]),
        (50, 20_000, "seconds", ["1 min", "3 min", "10 min", "30 min", "1 h", "3 h"]),
        (1, 3, "seconds", ["1.0 s", "1.5 s", "2.0 s", "2.5 s", "3.0 s"]),
        (1e-9, 1e9, "number", ["10⁻⁹", "10⁻⁶", "0.001", "1", "1k", "1M", "1G"]),
    ],
)
def test_logarithmic_labels(low: float, high: float, quantity: Quantity, expected: list[str]) -> None:
    assert labels(log_ticks(low, high, quantity, 7)) == expected


def test_counts_have_no_ticks_between_whole_numbers() -> None:
    assert all(tick.value == math.floor(tick.value) for tick in linear_ticks(0.5, 4.5, "count"))
    assert linear_ticks(0.2, 0.8, "count") == ()
