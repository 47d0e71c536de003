import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from vilfredo.comparison.statistics import (
    compare_all,
    detectable_difference,
    holm,
    rank_biserial,
    seeds_needed,
    signed_rank_p,
    superiority,
)

FEW = st.lists(st.integers(-4, 4).map(float), min_size=1, max_size=9).map(np.array)
DISTINCT = st.lists(st.integers(1, 500), min_size=2, max_size=20, unique=True).flatmap(
    lambda sizes: st.lists(st.sampled_from([-1.0, 1.0]), min_size=len(sizes), max_size=len(sizes)).map(
        lambda signs: np.array(sizes) * np.array(signs)
    )
)


def p_by_enumeration(differences: np.ndarray) -> float:
    kept = differences[differences != 0]
    if len(kept) == 0:
        return 1.0
    ranks = stats.rankdata(np.abs(kept))
    statistic = min(ranks[kept > 0].sum(), ranks[kept < 0].sum())
    sums = [
        sum(rank for rank, sign in zip(ranks, signs, strict=True) if sign)
        for signs in product([0, 1], repeat=len(kept))
    ]
    return float(min(1.0, 2 * sum(total <= statistic for total in sums) / len(sums)))


@settings(deadline=None)
@given(FEW)
def test_the_p_value_counts_all_signs_ties_and_zeros_too(differences: np.ndarray) -> None:
    assert signed_rank_p(differences) == pytest.approx(p_by_enumeration(differences))


@settings(deadline=None)
@given(DISTINCT)
def test_without_ties_it_is_scipys(differences: np.ndarray) -> None:
    assert signed_rank_p(differences) == pytest.approx(stats.wilcoxon(differences, method="exact").pvalue)


def test_many_differences_are_approximated_closely() -> None:
    differences = np.random.default_rng(0).normal(0.2, 1.0, 60)
    exact = signed_rank_p(differences)
    assert exact == pytest.approx(stats.wilcoxon(differences, method="approx").pvalue, abs=0.01)
    assert 0 < signed_rank_p(np.concatenate([differences, [0.5]])) < 1


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_by_its_definition(p: list[float]) -> None:
    corrected = holm(p)
    for level in (0.01, 0.05, 0.3):
        rejected = set[int]()
        for place, index in enumerate(sorted(range(len(p)), key=p.__getitem__)):
            if (len(p) - place) * p[index] > level:
                break
            rejected.add(index)
        assert rejected == {index for index, value in enumerate(corrected) if value <= level}


@given(FEW, FEW)
def test_superiority_is_the_share_of_wins(first: np.ndarray, second: np.ndarray) -> None:
    wins = sum((a > b) + (a == b) / 2 for a, b in product(first, second))
    assert superiority(first, second) == pytest.approx(wins / (len(first) * len(second)))
    assert superiority(first, second) + superiority(second, first) == pytest.approx(1)


@given(FEW)
def test_the_rank_biserial_correlation_by_its_definition(differences: np.ndarray) -> None:
    kept = differences[differences != 0]
    ranks = stats.rankdata(np.abs(kept))
    expected = (ranks[kept > 0].sum() - ranks[kept < 0].sum()) / ranks.sum() if len(kept) else 0.0
    assert rank_biserial(differences) == pytest.approx(expected)


@pytest.mark.parametrize(("pairs", "seeds"), [(1, 6), (3, 7), (6, 8), (10, 9)])
def test_seeds_needed(pairs: int, seeds: int) -> None:
    assert seeds_needed(pairs) == seeds
    assert pairs * signed_rank_p(np.arange(1.0, seeds + 1)) <= 0.05
    assert pairs * signed_rank_p(np.arange(1.0, seeds)) > 0.05


@pytest.mark.parametrize(("n", "pairs"), [(6, 1), (8, 1), (8, 6), (10, 3), (20, 1), (20, 6), (70, 3)])
def test_what_could_have_been_found_is_found_four_times_in_five(n: int, pairs: int) -> None:
    spread = np.random.default_rng(1).normal(0.0, 3.0, n)
    found = detectable_difference(spread, pairs)
    assert found is not None
    draws = np.random.default_rng(2).normal(found, spread.std(ddof=1), (1500 if n <= 10 else 500, n))
    hits = np.mean([pairs * signed_rank_p(row) <= 0.05 for row in draws])
    assert hits == pytest.approx(0.8, abs=0.04 if n <= 10 else 0.06)  # three standard errors, nearly


def test_where_nothing_could_have_been_found() -> None:
    assert detectable_difference(np.ones(1), pairs=1) is None
    assert detectable_difference(np.arange(5.0), pairs=1) == math.inf
    assert detectable_difference(np.arange(7.0), pairs=6) == math.inf
    assert detectable_difference(np.ones(8), pairs=1) == 0


def test_strategies_that_differ_are_told_apart() -> None:
    rng = np.random.default_rng(3)
    noise = rng.normal(0, 0.01, 10)
    values = {"good": 0.9 + noise, "bad": 0.8 + noise + rng.normal(0, 0.001, 10), "same": 0.9 + noise}
    by_names = {(pair.first, pair.second): pair for pair in compare_all(values)}
    assert list(by_names) == [("good", "bad"), ("good", "same"), ("bad", "same")]
    better = by_names["good", "bad"]
    assert better.significant
    assert (better.wins, better.losses, better.seeds) == (10, 0, 10)
    assert better.difference == pytest.approx(0.1, abs=0.01)
    assert better.superiority == 1
    assert better.p is not None
    assert better.p_holm == pytest.approx(3 * better.p)
    assert not by_names["good", "same"].significant
    assert by_names["good", "same"].p_holm == 1


def test_one_seed_tells_nothing() -> None:
    (pair,) = compare_all({"a": np.array([0.9]), "b": np.array([0.1])})
    assert (pair.p, pair.p_holm, pair.detectable) == (None, None, None)
    assert not pair.significant
