"""Where an axis has its ticks, and what they say."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import count

from vilfredo.report.charts.chart import Quantity
from vilfredo.report.charts.spelling import UNITS, alike, alone, unit_of

_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5))
_NARROW = 4.0
"""Up to this ratio of its ends, a logarithmic axis has ticks at equal steps."""
_TIMES: tuple[tuple[str, tuple[int, ...], tuple[int, ...], tuple[int, ...]], ...] = (
    ("s", (1, 2, 5, 10, 20), (1, 3, 10, 30), (1, 10)),
    ("min", (1, 2, 5, 10, 20), (1, 3, 10, 30), (1, 10)),
    ("h", (1, 2, 5, 10), (1, 3, 10), (1,)),
)
"""What clocks have between a second and a day, from many to few; beyond, units are decimal."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, in the units of the data, and what stands beside it."""

    value: float
    label: str


def linear_ticks(low: float, high: float, quantity: Quantity, most: int = 8) -> tuple[Tick, ...]:
    """At most `most` ticks at equal, round steps from `low` to `high`, which is above it; of counts at whole ones."""
    size = unit_of(Decimal(max(abs(low), abs(high))))[1] if quantity == "seconds" else Decimal(1)
    # As people write them: 0.1 is a tenth, which the binary number isn't quite.
    first, last = Decimal(repr(low)) / size, Decimal(repr(high)) / size
    for step in _steps(last - first):
        if quantity == "count" and step != step.to_integral_value():
            continue
        start = int((first / step).to_integral_value(ROUND_CEILING))
        stop = int((last / step).to_integral_value(ROUND_FLOOR))
        if stop - start < most:
            break
    values = [number * step * size for number in range(start, stop + 1)]
    return _ticks(values, alike(values, step * size, quantity), low, high)


def log_ticks(low: float, high: float, quantity: Quantity, most: int = 8) -> tuple[Tick, ...]:
    """At most `most` ticks from `low`, above zero, to `high`, as even in their logarithms as round values are."""
    if high / low >= _NARROW:
        for values in _ladders(low, high, quantity):
            if len(values) <= most:
                if len(values) < 2:
                    break
                return _ticks(values, [alone(value, quantity) for value in values], low, high)
    return linear_ticks(low, high, quantity, most)


def _steps(width: Decimal) -> Iterator[Decimal]:
    """Round steps, from one far too small for the width to ever larger ones."""
    for exponent in count(width.adjusted() - 2):
        for step in _STEPS:
            yield step.scaleb(exponent)


def _ladders(low: float, high: float, quantity: Quantity) -> Iterator[list[Decimal]]:
    """Round values between the two ends, from many to ever fewer."""
    lowest, highest = math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1
    for place, digits in enumerate(((1, 2, 5), (1, 3), (1,))):
        yield _inside(_rungs(lowest, highest, digits, place, quantity), low, high)
    for every in count(2):
        rungs = _rungs(lowest, highest, (1,), 2, quantity)
        origin = min(range(len(rungs)), key=lambda rung: abs(rungs[rung] - 1))
        yield _inside(rungs[origin % every :: every], low, high)


def _rungs(lowest: int, highest: int, digits: Sequence[int], place: int, quantity: Quantity) -> list[Decimal]:
    decades = [Decimal(digit).scaleb(power) for power in range(lowest, highest + 1) for digit in digits]
    if quantity == "count":
        return [value for value in decades if value >= 1]
    if quantity != "seconds":
        return decades
    sizes = dict(UNITS)
    days = [Decimal(digit).scaleb(power) * sizes["d"] for power in range(max(highest, 0)) for digit in digits]
    clock = [number * sizes[unit] for unit, *steps in _TIMES for number in steps[place]]
    return [value for value in decades if value < 1] + clock + days


def _inside(values: Sequence[Decimal], low: float, high: float) -> list[Decimal]:
    return [value for value in values if low <= float(value) <= high]


def _ticks(values: Sequence[Decimal], labels: Sequence[str], low: float, high: float) -> tuple[Tick, ...]:
    """Put values and labels together; what binary fractions lose must not put one outside."""
    return tuple(Tick(min(max(float(value), low), high), label) for value, label in zip(values, labels, strict=True))
