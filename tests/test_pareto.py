import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vilfredo.pareto import Points, front, hypervolume, knee

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


def _front(accuracies: list[float], times: list[float]) -> Points:
    return np.column_stack([-np.array(accuracies), times])


def test_the_knee_of_accuracy_and_time() -> None:
    accuracies, times = [0.96, 0.955, 0.94, 0.90, 0.4], [9, 4, 1.5, 1.2, 1.0]
    assert knee(_front(accuracies, times)) == 2
    assert knee(_front(accuracies[:4], times[:4])) == 2  # it doesn't hang on the hopeless end
    assert knee(_front(accuracies[1:], times[1:])) == 2
    assert knee(_front(accuracies, list(np.log(times)))) == 3


@st.composite
def grids(draw: st.DrawFn) -> Points:
    """Points with small whole coordinates: what is nearly equal once scaled is equal."""
    objectives = draw(st.integers(1, 3))
    cell = st.integers(0, 12)
    rows = draw(st.lists(st.lists(cell, min_size=objectives, max_size=objectives), min_size=1, max_size=12))
    return np.array(rows, dtype=np.float64)


@settings(deadline=None)
@given(points())
def test_the_knee_is_on_the_front(values: Points) -> None:
    found, members = knee(values), front(values)
    assert (found is None) == (len(members) == 0)
    assert found is None or found in members


@settings(deadline=None, max_examples=200)
@given(grids(), st.data())
def test_the_knee_knows_no_units(values: Points, data: st.DataObject) -> None:
    width = values.shape[1]
    scale = data.draw(st.lists(st.floats(1e-6, 1e6), min_size=width, max_size=width))
    shift = data.draw(st.lists(st.floats(-10, 10), min_size=width, max_size=width))
    assert knee((values + shift) * scale) == knee(values)


@settings(deadline=None, max_examples=200)
@given(grids(), st.randoms(use_true_random=False))
def test_the_knee_knows_no_order(values: Points, random: object) -> None:
    order = list(range(len(values)))
    random.shuffle(order)  # type: ignore[attr-defined]
    found, shuffled = knee(values), knee(values[order])
    assert found is not None
    assert shuffled is not None
    assert values[order][shuffled].tolist() == values[found].tolist()


@settings(deadline=None, max_examples=200)
@given(grids())
def test_no_other_member_is_farther_below_the_line(values: Points) -> None:
    members = values[front(values)]
    extent = np.ptp(members, axis=0)
    scaled = (members - members.min(axis=0)) / np.where(extent > 0, extent, 1)
    found = knee(values)
    assert found is not None
    place = members.tolist().index(values[found].tolist())
    assert scaled[place].sum() == pytest.approx(scaled.sum(axis=1).min())


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[3.0, 1.0]], 0),
        ([[2.0, 1.0], [1.0, 2.0]], 1),  # nothing between the ends: the best in the first objective
        ([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]], 0),
        ([[0.0, 4.0], [1.0, 3.0], [2.0, 2.0], [3.0, 1.0], [4.0, 0.0]], 2),  # a straight line: its middle
        ([[0.0, 4.0], [3.0, 3.0], [4.0, 0.0]], 0),  # bulging outwards: an end
        ([[0.0, 1.0], [0.5, 0.0], [-math.inf, 7.0], [math.nan, -1.0]], 0),
        ([[math.inf, -math.inf]], 0),
        ([[-1e308, 1e308], [0.0, 0.0], [1e308, -1e308]], 1),
        ([[5.0], [2.0], [3.0]], 1),
        ([[0.0, 0.0, 9.0], [9.0, 0.0, 0.0], [0.0, 9.0, 0.0], [1.0, 1.0, 1.0]], 3),
    ],
)
def test_knees_of_odd_fronts(values: list[list[float]], expected: int) -> None:
    assert knee(np.array(values)) == expected


def test_nothing_has_no_knee() -> None:
    assert knee(np.empty((0, 2))) is None
    assert knee(np.full((2, 2), math.nan)) is None
