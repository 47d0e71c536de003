import numpy as np
import pytest

from vilfredo.bundle.calibration import calibration_error, reliability


def test_bounds_belong_to_the_bin_below() -> None:
    bins = reliability(np.array([0.0, 0.25, 0.26, 0.5, 1.0]), np.array([False, True, True, False, True]), bins=4)
    assert [each.count for each in bins] == [2, 2, 0, 1]
    assert [(each.low, each.high) for each in bins] == [(0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1)]
    assert [each.accuracy for each in bins] == [0.5, 0.5, None, 1.0]
    assert [each.confidence for each in bins] == [0.125, 0.38, None, 1.0]


@pytest.mark.parametrize("bins", [3, 7, 10, 15])
def test_every_bound_of_every_bin_is_in_the_one_below(bins: int) -> None:
    found = reliability(np.arange(1, bins + 1) / bins, np.ones(bins, dtype=bool), bins)
    assert [each.count for each in found] == [1] * bins


def test_error_is_the_weighed_distance() -> None:
    confidence = np.array([0.9, 0.9, 0.9, 0.9, 0.5])
    right = np.array([True, True, True, False, True])
    # Four samples that are .15 too sure of themselves, one that is .5 too unsure.
    assert calibration_error(reliability(confidence, right)) == pytest.approx((4 * 0.15 + 1 * 0.5) / 5)


def test_who_is_right_as_often_as_said_has_no_error() -> None:
    confidence, right = np.full(4, 0.75), np.array([True, True, True, False])
    assert calibration_error(reliability(confidence, right)) == pytest.approx(0)


def test_sure_and_wrong_is_the_worst() -> None:
    assert calibration_error(reliability(np.ones(3), np.zeros(3, dtype=bool))) == 1


def test_probability_a_rounding_above_one_is_in_the_last_bin() -> None:
    assert reliability(np.array([1.0000002]), np.array([True]))[-1].count == 1
