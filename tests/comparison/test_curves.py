import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vilfredo.comparison.curves import Staircase, band, best_so_far, hypervolume_so_far
from vilfredo.comparison.indicators import Box, relative_hypervolume

UNIT = Box((0.0, 0.0), (1.0, 1.0))
EVENTS = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from([0.0, 0.25, 0.5, 0.75, math.nan]), st.sampled_from([0.0, 0.5, 1.0])),
    max_size=15,
).map(sorted)
Events = list[tuple[int, float, float]]


def arrays(events: Events) -> tuple[np.ndarray, np.ndarray]:
    rows = np.array(events, dtype=np.float64).reshape(len(events), 3)
    return rows[:, 0], rows[:, 1:]


@settings(deadline=None)
@given(EVENTS)
def test_the_best_at_each_cost_is_the_best_of_what_was_paid_for(events: Events) -> None:
    cost, points = arrays(events)
    curve = best_so_far(cost, points[:, 0])
    for place in range(-1, 22):
        known = [value for paid, value, _ in events if paid <= place and not math.isnan(value)]
        found = curve.at(np.array([float(place)]))[0]
        assert math.isnan(found) if not known else found == max(known)
    assert (np.diff(curve.cost) > 0).all()
    assert (np.diff(curve.value) > 0).all()


@settings(deadline=None)
@given(EVENTS)
def test_the_hypervolume_at_each_cost_is_that_of_what_was_paid_for(events: Events) -> None:
    cost, points = arrays(events)
    curve = hypervolume_so_far(cost, points, UNIT)
    for place in range(-1, 22):
        known = [(one, other) for paid, one, other in events if paid <= place and not math.isnan(one)]
        found = curve.at(np.array([float(place)]))[0]
        if known:
            assert found == pytest.approx(relative_hypervolume(np.array(known), UNIT))
        else:
            assert math.isnan(found)


@settings(deadline=None)
@given(EVENTS, st.integers(1, 25))
def test_the_mean_is_the_integral_by_its_length(events: Events, end: int) -> None:
    cost, points = arrays(events)
    curve = best_so_far(cost, points[:, 0])
    # Costs are whole numbers: between two of them nothing changes.
    values = np.nan_to_num(curve.at(np.arange(end, dtype=np.float64) + 0.5), nan=0.125)
    assert curve.mean(float(end), before=0.125) == pytest.approx(values.mean())


def test_a_band_begins_where_all_are_known() -> None:
    first = Staircase(np.array([1.0, 4.0]), np.array([0.5, 0.9]))
    second = Staircase(np.array([2.0, 9.0]), np.array([0.7, 1.0]))
    found = band([first, second], end=6.0)
    assert found.cost.tolist() == [2.0, 4.0, 6.0]
    assert found.low.tolist() == [0.5, 0.7, 0.7]
    assert found.high.tolist() == [0.7, 0.9, 0.9]
    assert found.median.tolist() == pytest.approx([0.6, 0.8, 0.8])


def test_a_band_with_a_run_that_found_nothing_is_empty() -> None:
    nothing = best_so_far(np.empty(0), np.empty(0))
    assert len(band([nothing, Staircase(np.array([1.0]), np.array([0.5]))], end=6.0).cost) == 0
    assert len(band([], end=6.0).cost) == 0
