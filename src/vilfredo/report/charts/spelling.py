"""Numbers as a reader wants them: times with their units, counts as 12k, and no more decimals than tell them apart."""

import math
from collections.abc import Sequence
from decimal import Decimal

from vilfredo.report.charts.chart import Quantity

NARROW = "\u00a0"
"""Between a number and its unit, where no line may break."""
UNITS: tuple[tuple[str, Decimal], ...] = (
    ("d", Decimal(86400)),
    ("h", Decimal(3600)),
    ("min", Decimal(60)),
    ("s", Decimal(1)),
    ("ms", Decimal("1e-3")),
    ("µs", Decimal("1e-6")),
    ("ns", Decimal("1e-9")),
)
_MULTIPLES = (("T", 12), ("G", 9), ("M", 6), ("k", 3))
_SMALLEST = Decimal("1e-3")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def alike(values: Sequence[Decimal], step: Decimal, quantity: Quantity) -> list[str]:
    """Spell values that are whole multiples of `step`, all with the same unit and the same decimals."""
    largest = max(map(abs, values), default=Decimal(0))
    if quantity == "seconds":
        unit, size = unit_of(largest)
        return [_with_unit(text, unit) for text in _alike([v / size for v in values], step / size)]
    texts = _alike(values, step)
    return [text + NARROW + "%" for text in texts] if quantity == "percent" else texts


def alone(value: Decimal, quantity: Quantity) -> str:
    """Spell one value by itself, all its digits: on a logarithmic axis each has its own unit."""
    if quantity == "seconds":
        unit, size = unit_of(value, least=1)
        return _with_unit(_alone(value / size, thousands=3), unit)
    return _alone(value, thousands=3) + (NARROW + "%" if quantity == "percent" else "")


def told(value: float, quantity: Quantity) -> str:
    """Spell a measured value for who asks for it: about four digits."""
    if not math.isfinite(value):
        return "none"
    if quantity == "count" and abs(value) < 1e15:
        return f"{value:,.0f}".replace("-", "−")
    if quantity == "seconds":
        unit, size = unit_of(Decimal(value), least=1)
        return _with_unit(_alone(_rounded(value / float(size), 3)), unit)
    text = _alone(_rounded(value, 4))
    return text + NARROW + "%" if quantity == "percent" else text


def unit_of(seconds: Decimal, least: int = 2) -> tuple[str, Decimal]:
    """Name and size of the largest unit of which there are at least `least` (above seconds) or one (below)."""
    for unit, size in UNITS:
        if abs(seconds) >= (size * least if size > 1 else size):
            return unit, size
    return UNITS[-1] if seconds else ("s", Decimal(1))


def _with_unit(text: str, unit: str) -> str:
    return text if text == "0" else text + NARROW + unit


def _alike(values: Sequence[Decimal], step: Decimal) -> list[str]:
    largest = max(map(abs, values), default=Decimal(0))
    if largest < _SMALLEST or largest >= Decimal("1e15"):
        return [_power(value) for value in values]
    for sign, exponent in _MULTIPLES:
        shifted = step.scaleb(-exponent)
        if largest >= Decimal(10) ** max(exponent, 4) and _decimals(shifted) <= 2:
            return [_fixed(value.scaleb(-exponent), _decimals(shifted), sign) for value in values]
    return [_fixed(value, _decimals(step)) for value in values]


def _alone(value: Decimal, thousands: int = 4) -> str:
    """Spell one value, those with more than so many digits in thousands, millions, …."""
    if value and not _SMALLEST <= abs(value) < Decimal("1e15"):
        return _power(value)
    for sign, exponent in _MULTIPLES:
        if abs(value) >= Decimal(10) ** max(exponent, thousands):
            shifted = value.scaleb(-exponent)
            return _fixed(shifted, _decimals(shifted), sign)
    return _fixed(value, _decimals(value))


def _fixed(value: Decimal, decimals: int, sign: str = "") -> str:
    if not value:
        return "0"
    return f"{value:.{decimals}f}{sign}".replace("-", "−")


def _power(value: Decimal) -> str:
    """Spell as ``2.5·10⁻⁷``."""
    if not value:
        return "0"
    exponent = value.adjusted()
    mantissa = value.scaleb(-exponent)
    power = "10" + str(exponent).translate(_SUPERSCRIPTS)
    if mantissa == 1:
        return power
    return f"{_fixed(mantissa, _decimals(mantissa))}·{power}"


def _decimals(value: Decimal) -> int:
    """How many decimals it takes to write it in full."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _rounded(value: float, digits: int) -> Decimal:
    return Decimal(f"{value:.{digits}g}")
