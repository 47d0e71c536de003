"""Comparing things on a machine that is never quite the same twice: in turns, by ratios, with their spread."""

import math
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

Figure = TypeVar("Figure")


def turns(names: Sequence[str], rounds: int) -> Iterator[str]:
    """Say whose turn it is: everyone once per round, every other round backwards, so that a drift cancels out."""
    for number in range(rounds):
        yield from names if number % 2 == 0 else reversed(names)


def interleave(alternatives: Mapping[str, Callable[[], Figure]], rounds: int) -> dict[str, list[Figure]]:
    """Call all alternatives in turns, never two at once.

    Returns
    -------
    What each returned, by name; those of one round stand at the same position.
    """
    found: dict[str, list[Figure]] = {name: [] for name in alternatives}
    for name in turns(list(alternatives), rounds):
        found[name].append(alternatives[name]())
    return found


def ratios(numerators: Sequence[float], denominators: Sequence[float]) -> list[float]:
    """Divide round by round."""
    return [above / below for above, below in zip(numerators, denominators, strict=True)]


def geometric_mean(values: Sequence[float]) -> float:
    """Mean of positive values that may be ratios."""
    return math.exp(statistics.fmean(math.log(value) for value in values))


@dataclass(frozen=True, slots=True)
class Spread:
    """Several measurements of one thing: with this few, the extremes say more than quartiles."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Summarise at least one value."""
        return cls(statistics.median(values), min(values), max(values))

    def text(self, digits: int = 2, unit: str = "") -> str:
        """Write it for people: ``1.84 (1.80 … 1.91)``."""
        return f"{self.median:,.{digits}f}{unit} ({self.least:,.{digits}f} … {self.most:,.{digits}f})"
