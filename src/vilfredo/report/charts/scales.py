"""From values to places along an axis: what an axis spans, and where on it a value lies."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import final

from vilfredo.report.charts.chart import Axis, Band, Bars, Chart, Heat, Line, Points, Quantity, Rule
from vilfredo.report.charts.ticks import Tick, linear_ticks, log_ticks

_MARGIN = 0.05
"""Share of what the data span that is left free on each side."""
_LARGEST, _SMALLEST = 1e150, 1e-150
"""Beyond, differences and ratios are no numbers any more."""
_RESOLUTION = 1e-9
"""Values that differ by a smaller share of themselves are drawn as the same."""


@final
@dataclass(frozen=True, slots=True)
class Scale:
    """An axis with its ends."""

    low: float
    high: float
    logarithmic: bool = False
    quantity: Quantity = "number"
    categories: tuple[str, ...] = ()

    def place(self, value: float) -> float:
        """Share of the way from low to high; outside 0 to 1 where the value is, NaN where it has no place."""
        if not math.isfinite(value) or (self.logarithmic and value <= 0):
            return math.nan
        bounded = min(max(value, -_LARGEST), _LARGEST)
        if self.logarithmic:
            lowest = math.log(self.low)
            return (math.log(bounded) - lowest) / (math.log(self.high) - lowest)
        return (bounded - self.low) / (self.high - self.low)

    def ticks(self, most: int = 8) -> tuple[Tick, ...]:
        """At most so many ticks; none on an axis of categories."""
        if self.categories:
            return ()
        return (log_ticks if self.logarithmic else linear_ticks)(self.low, self.high, self.quantity, most)

    def fitting_ticks(self, fits: Callable[[Sequence[Tick]], bool], most: int = 8) -> tuple[Tick, ...]:
        """As many ticks as fit, at most so many."""
        for number in range(most, 1, -1):
            ticks = self.ticks(number)
            if fits(ticks):
                return ticks
        return self.ticks(1)


def scales(chart: Chart) -> tuple[Scale, Scale]:
    """Scales of the x and the y axis."""
    bars = [layer for layer in chart.layers if isinstance(layer, Bars)]
    places = max((len(layer.values) for layer in bars), default=0)
    valued = chart.x if chart.horizontal else chart.y
    both = []
    for axis, values in ((chart.x, x_values(chart)), (chart.y, y_values(chart))):
        names = axis.categories or (tuple(map(str, range(places))) if bars and axis is not valued else ())
        if names:
            both.append(Scale(-0.5, len(names) - 0.5, categories=names))
        else:
            both.append(scale(axis, values, from_zero=bool(bars) and axis is valued))
    return both[0], both[1]


def scale(axis: Axis, values: Iterable[float], *, from_zero: bool = False) -> Scale:
    """Return the scale on which the values can be seen; what is not finite, or has no logarithm, doesn't count.

    Parameters
    ----------
    from_zero
        Zero is where bars begin: it is in view, and has no margin beyond where nothing lies there.
    """
    log = axis.logarithmic
    fit = [min(max(v, -_LARGEST), _LARGEST) for v in values if math.isfinite(v) and (v >= _SMALLEST or not log)]
    if from_zero and not log:
        fit.append(0.0)
    ends = tuple(end if end is not None and _can_end(end, log) else None for end in (axis.low, axis.high))
    known = [end for end in ends if end is not None]
    inner = [v for v in fit if (ends[0] is None or v >= ends[0]) and (ends[1] is None or v <= ends[1])] or known
    free = (1.0, 10.0) if log else (0.0, 1.0)
    if inner:
        free = (_log_ends if log else _linear_ends)(min(inner), max(inner), axis.quantity)
    bottom, top = (free[0] if ends[0] is None else ends[0]), (free[1] if ends[1] is None else ends[1])
    if not _apart(bottom, top):
        bottom, top = (_log_ends if log else _linear_ends)(bottom, bottom, axis.quantity)
    return Scale(bottom, top, log, axis.quantity)


def x_values(chart: Chart) -> Iterator[float]:
    """All values that the x axis has to show."""
    for layer in chart.layers:
        match layer:
            case Points() | Line() | Band():
                yield from layer.x
            case Heat():
                yield from layer.x_edges
            case Rule(x=float() | int() as place):
                yield place
            case Bars() if chart.horizontal:
                yield from layer.values


def y_values(chart: Chart) -> Iterator[float]:
    """All values that the y axis has to show."""
    for layer in chart.layers:
        match layer:
            case Points() | Line():
                yield from layer.y
            case Band():
                yield from layer.low
                yield from layer.high
            case Heat():
                yield from layer.y_edges
            case Rule(y=float() | int() as place):
                yield place
            case Bars() if not chart.horizontal:
                yield from layer.values


def _can_end(end: float, log: bool) -> bool:
    return math.isfinite(end) and abs(end) <= _LARGEST and (end >= _SMALLEST or not log)


def _apart(low: float, high: float) -> bool:
    return high - low > max(_RESOLUTION * max(abs(low), abs(high)), _SMALLEST)


def _linear_ends(low: float, high: float, quantity: Quantity) -> tuple[float, float]:
    if _apart(low, high):
        margin = _MARGIN * (high - low)
    elif quantity == "count" and abs(low) < 1 / _RESOLUTION:
        margin = 1.0
    else:
        margin = 0.1 * abs(low) if abs(low) > 100 * _SMALLEST else 1.0
    # What is never below zero needs no room there, and nothing lies beyond where bars begin.
    bottom = 0.0 if low >= 0 and low - margin < 0 else low - margin
    top = 0.0 if high == 0 and low < -_SMALLEST else high + margin
    return bottom, top


def _log_ends(low: float, high: float, quantity: Quantity) -> tuple[float, float]:
    factor = (high / low) ** _MARGIN if _apart(low, high) else 2.0
    return max(low / factor, _SMALLEST), min(high * factor, _LARGEST)
