import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vilfredo.comparison.indicators import REFERENCE, Box, igd_plus, pooled_front, relative_hypervolume
from vilfredo.pareto import Points

UNIT = Box((0.0, 0.0), (1.0, 1.0))


def sets(least: int = 0) -> st.SearchStrategy[Points]:
    coordinate = st.integers(0, 8).map(lambda whole: whole / 8)
    rows = st.lists(st.tuples(coordinate, coordinate), min_size=least, max_size=12)
    return rows.map(lambda found: np.array(found, dtype=np.float64).reshape(len(found), 2))


def counted_area(points: Points) -> float:
    """The hypervolume by counting cells of a grid on which all coordinates lie, and the reference point too."""
    edges = np.append(np.arange(0, 9) / 8, REFERENCE)
    area = 0.0
    for i in range(9):
        for j in range(9):
            if any(x <= edges[i] and y <= edges[j] for x, y in points):
                area += (edges[i + 1] - edges[i]) * (edges[j + 1] - edges[j])
    return area


@settings(deadline=None)
@given(sets())
def test_the_hypervolume_is_the_area_of_what_is_dominated(points: Points) -> None:
    assert relative_hypervolume(points, UNIT) == pytest.approx(counted_area(points) / REFERENCE**2)


@settings(deadline=None)
@given(sets(), sets(), st.floats(0.1, 10), st.floats(-5, 5))
def test_more_points_never_lose_and_units_do_not_matter(
    points: Points, more: Points, factor: float, shift: float
) -> None:
    value = relative_hypervolume(points, UNIT)
    assert 0 <= value <= 1
    assert relative_hypervolume(np.concatenate([points, more]), UNIT) >= value - 1e-12
    box = Box((shift, 0.0), (shift + factor, 1.0))
    moved = points * (factor, 1.0) + (shift, 0.0)
    assert relative_hypervolume(moved, box) == pytest.approx(value, abs=1e-9)


@settings(deadline=None)
@given(sets(least=1), sets(least=1))
def test_igd_plus_by_its_definition(points: Points, pooled: Points) -> None:
    distances = [
        min(math.hypot(max(a[0] - z[0], 0.0), max(a[1] - z[1], 0.0)) for a in points.tolist()) for z in pooled.tolist()
    ]
    assert igd_plus(points, pooled, UNIT) == pytest.approx(sum(distances) / len(distances))


@settings(deadline=None)
@given(sets(least=1), sets(least=1))
def test_igd_plus_of_what_dominates_all_is_zero_and_never_rewards_a_dominated_set(
    points: Points, others: Points
) -> None:
    pooled = pooled_front([points, others])
    assert igd_plus(np.concatenate([points, others]), pooled, UNIT) == 0
    assert igd_plus(points, pooled, UNIT) <= igd_plus(points + 0.125, pooled, UNIT)


def test_igd_plus_of_nothing() -> None:
    assert igd_plus(np.empty((0, 2)), np.zeros((1, 2)), UNIT) == math.inf


def test_the_box_spans_the_front() -> None:
    box = Box.around(np.array([[0.1, 2.0], [0.3, 1.0]]))
    assert (box.low, box.high) == ((0.1, 1.0), (0.3, 2.0))
    assert box.scaled(np.array([[0.2, 1.0]])).tolist() == [[pytest.approx(0.5), 0.0]]


def test_the_box_of_a_single_point_has_an_extent() -> None:
    assert Box.around(np.array([[0.5, -1.0]])).high == (1.5, 0.0)


def test_the_front_of_no_sets_is_empty() -> None:
    assert pooled_front([]).shape == (0, 2)
