import math
from decimal import Decimal

import pytest

from vilfredo.report.charts.chart import Quantity
from vilfredo.report.charts.spelling import alone, told


@pytest.mark.parametrize(
    ("value", "quantity", "expected"),
    [
        (0.97125, "fraction", "0.9712"),
        (1234567, "count", "1,234,567"),
        (0.0123, "seconds", "12.3 ms"),
        (1.5, "seconds", "1.5 s"),
        (90, "seconds", "1.5 min"),
        (5400, "seconds", "1.5 h"),
        (0, "seconds", "0"),
        (12.5, "percent", "12.5 %"),
        (-3.0, "number", "−3"),
        (123456.0, "number", "123.5k"),
        (1.5e-8, "number", "1.5·10⁻⁸"),
        (math.nan, "number", "none"),
        (math.inf, "count", "none"),
    ],
)
def test_measured_values(value: float, quantity: Quantity, expected: str) -> None:
    assert told(value, quantity).replace("\u00a0", " ") == expected


def test_single_values_keep_all_their_digits() -> None:
    assert alone(Decimal("0.0025"), "number") == "0.0025"
    assert alone(Decimal(20000), "count") == "20k"
    assert alone(Decimal(10) ** 18, "number") == "10¹⁸"
    assert alone(Decimal("0.1"), "percent") == "0.1\u00a0%"
