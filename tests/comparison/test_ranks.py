import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vilfredo.comparison.ranks import critical_difference, groups, rank


def test_demsars_critical_differences() -> None:
    """Of his tables 5a and section 3.2.2: four classifiers on fourteen data sets, q 2.569."""
    assert critical_difference(4, 14) == pytest.approx(1.25, abs=0.005)
    assert critical_difference(2, 10) == pytest.approx(1.960 * np.sqrt(2 * 3 / 60), rel=1e-3)
    assert critical_difference(10, 5) == pytest.approx(3.164 * np.sqrt(10 * 11 / 30), rel=1e-3)


def test_demsars_example() -> None:
    """Mean ranks of table 6 (C4.5 and its variants), and Friedman's test on data that give them nearly."""
    ranks = {"C4.5+m+cf": 1.964, "C4.5+m": 2.000, "C4.5+cf": 2.893, "C4.5": 3.143}
    assert groups(ranks, 1.25) == [list(ranks)]
    assert groups(ranks, 1.0) == [["C4.5+m+cf", "C4.5+m", "C4.5+cf"], ["C4.5+cf", "C4.5"]]
    assert groups(ranks, 0.01) == []


@given(st.lists(st.floats(1, 9), min_size=2, max_size=6, unique=True).map(sorted), st.floats(0, 9))
def test_groups_hold_exactly_the_pairs_not_told_apart(ranks: list[float], critical: float) -> None:
    named = {f"s{index}": value for index, value in enumerate(ranks)}
    found = groups(named, critical)
    together = {(a, b) for group in found for a in group for b in group if a < b}
    assert together == {(a, b) for a in named for b in named if a < b and abs(named[a] - named[b]) <= critical}
    assert not any(set(one) < set(other) for one in found for other in found)


def test_ranking_over_data_sets() -> None:
    found = rank({"a": np.array([0.9, 0.8, 0.7]), "b": np.array([0.8, 0.8, 0.6]), "c": np.array([0.1, 0.2, 0.3])})
    assert found.ranks == {"a": pytest.approx(3.5 / 3), "b": pytest.approx(5.5 / 3), "c": 3.0}
    assert found.datasets == 3
    assert found.friedman_p is not None
    assert 0 < found.friedman_p < 0.1


def test_two_strategies_or_equal_ones_have_no_friedman_test() -> None:
    assert rank({"a": np.array([0.9, 0.8]), "b": np.array([0.8, 0.9])}).friedman_p is None
    same = rank({name: np.array([0.5, 0.5]) for name in "abc"})
    assert same.friedman_p is None
    assert same.groups == [["a", "b", "c"]]
