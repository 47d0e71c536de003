"""Noise between trainings, and what it leaves a perfect predictor."""

import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.predictors.quality import mape, spearman
from vilfredo.predictors.seed_noise import SeedNoise, ceiling, seed_noise


def _trained(expected: np.ndarray, deviation: float, times: int, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal((len(expected), times))
    return expected[:, None] + deviation * noise


def test_the_noise_that_was_added_is_found() -> None:
    expected = np.random.default_rng(1).uniform(0, 1, 400)
    found = seed_noise(_trained(expected, 0.05, 3).tolist())
    assert found is not None
    assert found.deviation == pytest.approx(0.05, rel=0.06)
    assert (found.networks, found.trainings) == (400, 1200)


def test_two_trainings_by_hand() -> None:
    # Variances between the two are 2 and 8, of one degree of freedom each.
    found = seed_noise([[1.0, 3.0], [10.0, 14.0], [5.0], [2.0, float("nan")]])
    assert found is not None
    assert found.deviation == pytest.approx(np.sqrt(5.0))
    assert (found.networks, found.trainings) == (2, 4)


def test_networks_alike_seldom_seem_distinguishable() -> None:
    one, other = _trained(np.zeros(20_000), 0.3, 2).T
    assert np.mean(np.abs(one - other) > SeedNoise(0.3, 2, 4).distinguishable) == pytest.approx(0.05, abs=0.005)


def test_nothing_was_trained_twice() -> None:
    assert seed_noise([]) is None
    assert seed_noise([[1.0], [2.0]]) is None


@pytest.mark.parametrize("deviation", [0.02, 0.05, 0.1])
def test_the_ceiling_is_what_perfect_predictions_reach(deviation: float) -> None:
    expected = np.random.default_rng(2).normal(1, 0.1, 60)
    trainings = _trained(expected, deviation, 400, seed=3).T
    reached = np.mean([spearman(expected, one) for one in trainings])
    # From each of some trainings of theirs alone, the ceiling is estimated right in the mean.
    estimates = [found for one in trainings[:40] if (found := ceiling(one, deviation)) is not None]
    assert np.mean([one.spearman for one in estimates]) == pytest.approx(reached, abs=0.05)


def test_many_normal_networks_follow_the_formula() -> None:
    measured = np.random.default_rng(4).normal(5, np.sqrt(2), 2000)  # as much noise as truth
    found = ceiling(measured, 1.0)
    assert found is not None
    pearson = np.sqrt(0.5)
    assert found.spearman == pytest.approx(6 / np.pi * np.arcsin(pearson / 2), abs=0.02)
    assert found.low < found.spearman


def test_the_least_error_is_that_of_perfect_predictions() -> None:
    expected = np.random.default_rng(5).normal(1, 0.1, 300)
    trained = _trained(expected, 0.03, 1)[:, 0]
    found = ceiling(trained, 0.03)
    assert found is not None
    assert found.mape == pytest.approx(mape(expected, trained), rel=0.1)


def test_errors_are_relative_to_what_was_measured() -> None:
    expected = np.random.default_rng(8).normal(1, 0.05, 500)
    trainings = _trained(expected, 0.15, 200).T
    found = ceiling(trainings[0], 0.15)
    assert found is not None
    assert found.mape == pytest.approx(np.mean([mape(expected, one) for one in trainings]), rel=0.04)


def test_a_training_near_zero_leaves_the_error_bounded() -> None:
    found = ceiling(np.array([0.02, 0.05, 0.1, 0.15]), 0.05)
    assert found is not None
    assert found.mape < 120


def test_without_noise_all_can_be_ranked() -> None:
    found = ceiling(np.array([0.1, 0.2, 0.9, 0.5]), 0.0)
    assert found is not None
    assert (found.spearman, found.low, found.mape) == pytest.approx((1.0, 1.0, 0.0))


def test_where_all_is_noise_nothing_can() -> None:
    found = ceiling(np.array([0.90, 0.91, 0.92, 0.93]), 0.5)
    assert found is not None
    assert (found.spearman, found.low) == (0, 0)


def test_fewer_networks_leave_more_to_luck() -> None:
    rng = np.random.default_rng(6)
    few, many = (ceiling(rng.normal(1, 0.1, count), 0.08) for count in (8, 200))
    assert few is not None
    assert many is not None
    assert few.spearman - few.low > 2 * (many.spearman - many.low)


def test_what_cannot_be_ranked_has_no_ceiling() -> None:
    assert ceiling(np.array([1.0, 2.0]), 0.1) is None
    assert ceiling(np.ones(5), 0.1) is None
    assert ceiling(np.array([1.0, 2.0, np.nan]), 0.1) is None


def test_the_simulation_is_repeatable() -> None:
    measured = np.random.default_rng(7).normal(1, 0.1, 20)
    assert ceiling(measured, 0.05) == ceiling(measured, 0.05)


@pytest.mark.parametrize("deviation", [-0.1, float("nan"), float("inf")])
def test_no_deviation(deviation: float) -> None:
    with pytest.raises(InputError, match="deviation"):
        ceiling(np.arange(5.0), deviation)
