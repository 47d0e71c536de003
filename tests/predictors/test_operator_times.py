"""Times of symmetric cells, measured or estimated."""

import numpy as np
from tests.predictors.flat import EMPTY, EMPTY_TIME, SPACE, SYMMETRIC, TIMES, samples

from vilfredo.predictors.operator_times import operator_times
from vilfredo.spaces.parallel_space import OPERATORS


def _in_the_papers_order(times: np.ndarray) -> np.ndarray:
    return times[[SPACE.vocabulary.index(name) for name in OPERATORS]]


def test_what_was_measured_is_taken_as_it_is() -> None:
    found = operator_times(samples(EMPTY, *SYMMETRIC), np.array([EMPTY_TIME, *TIMES]))
    np.testing.assert_array_equal(_in_the_papers_order(found), TIMES)


def test_what_was_not_is_estimated_from_the_rest() -> None:
    one, other, third = "identity", "3x3 dconv", "3x3 maxpool"
    seen = samples(EMPTY, ((one, one),), ((one, other),), ((one, other), (one, one)), ((other, third),))
    costs = {one: 2.0, other: 5.0, third: 1.0}
    times = 10 + np.array([0, 4, 7, 11, 6])
    found = dict(zip(SPACE.vocabulary, operator_times(seen, times), strict=True))
    for name, cost in costs.items():
        np.testing.assert_allclose(found[name], 10 + 2 * cost, rtol=1e-6)
    # Operators that were never seen count as the slowest.
    np.testing.assert_allclose(found["5x5 dconv"], 20, rtol=1e-6)


def test_nothing_known_of_operators_makes_them_alike() -> None:
    assert len(set(operator_times(samples(EMPTY), np.array([3.0])).tolist())) == 1
