"""Where axes end."""

import numpy as np
import pytest

from vilfredo.report.facts.limits import ends, wide


def test_a_margin_beyond_the_values() -> None:
    assert ends(np.array([1.0, 2.0, 3.0]), "training_time", 0.1) == pytest.approx((0.8, 3.2))
    assert ends(np.array([1.0, 100.0]), "training_time", 0.5, logarithmic=True) == pytest.approx((0.1, 1000.0))


def test_networks_that_learnt_nothing_are_out_of_the_picture() -> None:
    scores = np.array([0.1, *[0.95, 0.96, 0.97, 0.98] * 5])
    assert ends(scores, "accuracy", 0.0) == pytest.approx((0.95, 0.98))
    losses = np.array([5.0, *[0.3, 0.2, 0.25, 0.22] * 5])
    assert ends(losses, "nll", 0.0) == pytest.approx((0.2, 0.3))
    assert ends(losses, "training_time", 0.0) == pytest.approx((0.2, 5.0))
    # A logarithmic axis has room for them.
    assert ends(losses, "nll", 0.0, logarithmic=True) == pytest.approx((0.2, 5.0))


def test_of_few_networks_all_are_in_the_picture() -> None:
    assert ends(np.array([0.1, 0.95, 0.96, 0.97, 0.98]), "accuracy", 0.0) == pytest.approx((0.1, 0.98))


def test_where_most_are_bad_all_are_seen() -> None:
    scores = np.array([0.1, 0.12, 0.2, 0.9])
    assert ends(scores, "accuracy", 0.0) == pytest.approx((0.1, 0.9))


@pytest.mark.parametrize("value", [0.0, 0.5, -3.0])
def test_equal_values_have_room(value: float) -> None:
    low, high = ends(np.full(3, value), "accuracy", 0.1)
    assert low < value < high


def test_wide() -> None:
    assert wide(np.array([0.1, 2.0]))
    assert not wide(np.array([0.0, 2.0]))
    assert not wide(np.array([0.5, 2.0]))
