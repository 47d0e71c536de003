import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vilfredo.pareto import Points, front, hypervolume

# Few distinct values, so that ties and duplicates are the rule.
FEW = st.sampled_from([0.0, -0.0, 1.0, 2.0, 3.0, math.inf, -math.inf, math.nan])
ANY = st.floats(allow_nan=True, allow_infinity=True)


@st.composite
def points(draw: st.DrawFn) -> Points:
    objectives = draw(st.integers(1, 4))
    numbers = draw(st.sampled_from([FEW, ANY]))
    rows = draw(st.lists(st.lists(numbers, min_size=objectives, max_size=objectives), max_size=25))
    return np.array(rows, dtype=np.float64).reshape(len(rows), objectives)


def dominates(a: list[float], b: list[float]) -> bool:
    return all(x <= y for x, y in zip(a, b, strict=True)) and any(x < y for x, y in zip(a, b, strict=True))


def quadratic_front(rows: list[list[float]]) -> set[int]:
    valid = [index for index, row in enumerate(rows) if not any(map(math.isnan, row))]
    return {
        index
        for index in valid
        if not any(dominates(rows[other], rows[index]) for other in valid)
        and not any(rows[other] == rows[index] for other in valid if other < index)
    }


@settings(deadline=None, max_examples=300)
@given(points())
def test_front_equals_the_quadratic_definition(values: Points) -> None:
    found = front(values)
    assert len(set(found.tolist())) == len(found)
    assert set(found.tolist()) == quadratic_front(values.tolist())


@settings(deadline=None)
@given(points())
def test_front_is_sorted_by_the_first_objective(values: Points) -> None:
    first = values[front(values), 0].tolist()
    assert first == sorted(first)


@settings(deadline=None)
@given(points())
def test_front_of_a_front_is_itself(values: Points) -> None:
    members = values[front(values)]
    assert front(members).tolist() == list(range(len(members)))


@pytest.mark.parametrize("objectives", [1, 2, 3, 4])
def test_front_of_nothing_is_empty(objectives: int) -> None:
    assert front(np.empty((0, objectives))).tolist() == []
    assert front(np.full((3, objectives), np.nan)).tolist() == []


def test_exact_ties_keep_the_first_of_them() -> None:
    assert front(np.array([[2.0, 2.0], [1.0, 1.0], [1.0, 1.0]])).tolist() == [1]


def test_front_of_a_large_random_set_agrees_with_its_three_objective_twin() -> None:
    values = np.random.default_rng(0).integers(0, 50, (2000, 2)).astype(np.float64)
    assert front(values).tolist() == front(np.column_stack([values, np.zeros(2000)])).tolist()


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 8), st.integers(-1, 8)), max_size=12))
def test_hypervolume_counts_the_dominated_unit_squares(corners: list[tuple[int, int]]) -> None:
    reference = (6, 7)
    squares = [
        (i, j)
        for i in range(-1, reference[0])
        for j in range(-1, reference[1])
        if any(x <= i and y <= j for x, y in corners)
    ]
    values = np.array(corners, dtype=np.float64).reshape(-1, 2)
    assert hypervolume(values, (float(reference[0]), float(reference[1]))) == len(squares)


def test_hypervolume_ignores_points_that_are_not_numbers() -> None:
    values = np.array([[0.25, 0.5], [np.nan, 0.0], [0.0, np.nan]])
    assert hypervolume(values, (1.0, 1.0)) == pytest.approx(0.375)


def test_hypervolume_of_nothing_is_zero() -> None:
    assert hypervolume(np.empty((0, 2)), (1.0, 1.0)) == 0.0
    assert hypervolume(np.array([[1.0, 0.0]]), (1.0, 1.0)) == 0.0
