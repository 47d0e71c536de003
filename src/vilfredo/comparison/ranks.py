"""Strategies over several data sets: mean ranks, Friedman's test, Nemenyi's critical difference (Demšar 2006)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vilfredo.comparison.statistics import LEVEL

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranking:
    """How strategies rank over data sets; "Statistical comparisons of classifiers over multiple data sets" (JMLR 7)."""

    ranks: Mapping[str, float]
    """Mean rank by strategy, 1 the best, best first."""
    datasets: int
    friedman_p: float | None
    """That all are the same; None for fewer than three strategies, or where all are equal everywhere."""
    critical_difference: float
    """Mean ranks that are closer are not told apart (Nemenyi)."""
    groups: Sequence[Sequence[str]]
    """Largest sets of two or more strategies that are not told apart, neighbours in rank."""


def rank(values: Mapping[str, Values]) -> Ranking:
    """Rank strategies.

    Parameters
    ----------
    values
        By strategy, shape (data sets,), at least 2 of either; more is better.
    """
    from scipy.stats import friedmanchisquare, rankdata  # noqa: PLC0415 - slow to import

    table = np.stack(list(values.values()))  # (strategies, data sets)
    ranks = rankdata(-table, axis=0).mean(axis=1)
    order = np.argsort(ranks, kind="stable")
    mean_ranks = {list(values)[index]: float(ranks[index]) for index in order}
    count, datasets = table.shape
    friedman = math.nan
    if count > 2 and (table != table[:1]).any():
        friedman = float(friedmanchisquare(*table).pvalue)
    critical = critical_difference(count, datasets)
    return Ranking(
        mean_ranks, datasets, None if math.isnan(friedman) else friedman, critical, groups(mean_ranks, critical)
    )


def critical_difference(strategies: int, datasets: int) -> float:
    """Nemenyi's, at `LEVEL`: the studentised range over √2, times √(k (k + 1) / 6N)."""
    from scipy.stats import studentized_range  # noqa: PLC0415 - slow to import

    quantile = float(studentized_range.ppf(1 - LEVEL, strategies, np.inf)) / math.sqrt(2)
    return quantile * math.sqrt(strategies * (strategies + 1) / (6 * datasets))


def groups(ranks: Mapping[str, float], critical: float) -> list[list[str]]:
    """Find the largest sets of two or more whose ranks (ascending) all lie within `critical`."""
    names, found, reached = list(ranks), list[list[str]](), 0
    for start, name in enumerate(names):
        end = max(index for index in range(start, len(names)) if ranks[names[index]] - ranks[name] <= critical) + 1
        if end > reached and end - start > 1:
            found.append(names[start:end])
        reached = max(reached, end)
    return found
