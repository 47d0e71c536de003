"""Paired tests between strategies over seeds; what they can show, and what they cannot."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

LEVEL = 0.05
"""Largest p that counts as a difference, after Holm's correction."""
_POWER = 0.8
_WILCOXON_EFFICIENCY = 3 / math.pi
"""Of the signed-rank test against the t-test where differences are normal."""
_MOST_EXACT = 60
_DRAWS = 4000
"""Of which a power of 0.8 is known to ±0.013."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two strategies on one data set, seed by seed. Values are such that more is better."""

    first: str
    second: str
    seeds: int
    difference: float
    """Mean of first − second."""
    wins: int
    """Seeds on which the first is better; see `losses`."""
    losses: int
    p: float | None
    """Of Wilcoxon's signed-rank test, two-sided; None for one seed."""
    p_holm: float | None
    """Corrected for all pairs."""
    rank_biserial: float
    """Sum of the ranks of differences for the first, less that of those against it, as a share of both: −1 to 1."""
    superiority: float
    """Â₁₂ (Vargha and Delaney 2000): how often a run of the first beats one of the second, whatever their seeds."""
    detectable: float | None
    """Smallest true difference that would be found four times in five, with so many seeds that scatter so; infinite
    where no difference would be, None where it cannot be estimated."""

    @property
    def significant(self) -> bool:
        """Whether there is a difference beyond seed noise."""
        return self.p_holm is not None and self.p_holm <= LEVEL


def compare_all(values: Mapping[str, Values]) -> list[Pair]:
    """Compare each strategy with each other.

    Parameters
    ----------
    values
        By strategy, shape (seeds,), at least 1, in the same order of seeds; more is better.
    """
    pairs = list(combinations(values, 2))
    tested = [signed_rank_p(values[a] - values[b]) if len(values[a]) > 1 else None for a, b in pairs]
    known = [p for p in tested if p is not None]
    corrected = holm(known) if known else [None] * len(pairs)
    return [
        _pair(names, values, p, p_holm, len(pairs)) for names, p, p_holm in zip(pairs, tested, corrected, strict=True)
    ]


def _pair(
    names: tuple[str, str], values: Mapping[str, Values], p: float | None, p_holm: float | None, comparisons: int
) -> Pair:
    first, second = values[names[0]], values[names[1]]
    difference = first - second
    return Pair(
        *names,
        seeds=len(difference),
        difference=float(difference.mean()),
        wins=int((difference > 0).sum()),
        losses=int((difference < 0).sum()),
        p=p,
        p_holm=p_holm,
        rank_biserial=rank_biserial(difference),
        superiority=superiority(first, second),
        detectable=detectable_difference(difference, comparisons),
    )


def signed_rank_p(differences: Values) -> float:
    """Two-sided p of Wilcoxon's signed-rank test (1945) that paired differences (n,) scatter around zero.

    Zeros are left out, as Wilcoxon did, and ties share their mean rank. Up to 60 differences the distribution is
    counted, ties and all; beyond, it is scipy's normal approximation.
    """
    kept = differences[differences != 0]
    if len(kept) == 0:
        return 1.0
    if len(kept) > _MOST_EXACT:
        from scipy.stats import wilcoxon  # noqa: PLC0415 - slow to import

        return float(wilcoxon(kept, method="approx").pvalue)
    doubled = _doubled_ranks(np.abs(kept))
    ways = _ways(doubled)
    positive = sum(rank for rank, value in zip(doubled, kept, strict=True) if value > 0)
    smaller = min(positive, sum(doubled) - positive)
    return min(1.0, 2 * sum(ways[: smaller + 1]) / float(2 ** len(kept)))


def _ways(ranks: Sequence[int]) -> list[int]:
    """Count the choices of signs by the sum of the positive ranks; whole numbers, for they may be 2⁶⁰."""
    ways = [1]
    for rank in ranks:
        longer = ways + [0] * rank
        for total, count in enumerate(ways):
            longer[total + rank] += count
        ways = longer
    return ways


def rank_biserial(differences: Values) -> float:
    """Matched-pairs rank-biserial correlation of paired differences (n,) (Kerby 2014); 0 where there are none."""
    kept = differences[differences != 0]
    ranks = np.array(_doubled_ranks(np.abs(kept)), dtype=np.float64)
    return float((ranks * np.sign(kept)).sum() / ranks.sum()) if len(kept) else 0.0


def _doubled_ranks(sizes: Values) -> list[int]:
    """Twice the ranks of `sizes`, ties at their mean: whole numbers."""
    ordered = np.sort(sizes)
    below, upto = np.searchsorted(ordered, sizes, "left"), np.searchsorted(ordered, sizes, "right")
    return [int(low) + int(high) + 1 for low, high in zip(below, upto, strict=True)]


def holm(p: Sequence[float]) -> list[float]:
    """Correct p-values for their number (Holm 1979, "A simple sequentially rejective multiple test procedure")."""
    corrected, largest = [0.0] * len(p), 0.0
    for place, index in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        largest = max(largest, min(1.0, (len(p) - place) * p[index]))
        corrected[index] = largest
    return corrected


def superiority(first: Values, second: Values) -> float:
    """Share of all pairings in which `first` (n,) beats `second` (m,), a draw being half a win: Â₁₂."""
    against = np.sign(first[:, None] - second[None, :])
    return float((against + 1).mean() / 2)


def seeds_needed(pairs: int) -> int:
    """Fewest seeds with which the signed-rank test can find any difference, were it on all of them, among `pairs`."""
    return math.ceil(math.log2(2 * max(1, pairs) / LEVEL))


def detectable_difference(differences: Values, pairs: int) -> float | None:
    """Estimate the smallest true difference that would be found with probability 0.8.

    From the spread of the paired differences (n,), taken to be normal, at the level that Holm's strictest step demands;
    infinite where so few seeds cannot show any.
    """
    n = len(differences)
    if n < 2:
        return None
    if n < seeds_needed(pairs):
        return math.inf
    return _detectable_shift(n, max(1, pairs)) * float(differences.std(ddof=1))


@lru_cache
def _detectable_shift(n: int, pairs: int) -> float:
    """In standard deviations of n normal differences, the mean that is found with probability 0.8 among `pairs`.

    By simulation, with the same draws every time. The sum of the positive ranks is the number of Walsh averages, of two
    differences or one with itself, that are above zero (Tukey 1949). So the test finds a shift exactly where all but as
    many of them as its critical value are above minus the shift, and no shift need be tried. Beyond 60 differences, the
    power of the t-test with the efficiency of the signed-rank test is close enough.
    """
    level = LEVEL / pairs
    if n > _MOST_EXACT:
        from scipy.stats import t  # noqa: PLC0415 - slow to import

        quantiles = t.ppf(1 - level / 2, n - 1) + t.ppf(_POWER, n - 1)
        return float(quantiles / math.sqrt(n * _WILCOXON_EFFICIENCY))
    below = np.cumsum([float(count) for count in _ways(range(1, n + 1))]) / 2.0**n
    critical = int((2 * below <= level).sum()) - 1  # largest sum of ranks against, with which there is a difference
    first, second = np.triu_indices(n)
    draws = np.random.default_rng(0).standard_normal((_DRAWS, n))
    needed = [-np.partition((row[first] + row[second]) / 2, critical)[critical] for row in draws]
    return float(np.quantile(needed, _POWER))
