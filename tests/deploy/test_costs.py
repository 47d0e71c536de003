import numpy as np
import pytest

from vilfredo.deploy.costs import CostModel
from vilfredo.networks.counting import Counts


def counts(flops: int, activations: int, cells: int) -> Counts:
    return Counts(1, 1, flops, cells, activations, 0, 0)


def random_counts(rng: np.random.Generator) -> Counts:
    return counts(int(rng.uniform(1e6, 1e9)), int(rng.uniform(1e4, 1e7)), int(rng.integers(1, 9)))


def true_seconds(one: Counts) -> float:
    return 2e-9 * one.flops + 3e-7 * one.activations + 0.05 * one.cells + 0.1


def test_exact_times_are_found_again_and_extrapolated() -> None:
    rng = np.random.default_rng(0)
    known = [random_counts(rng) for _ in range(40)]
    model = CostModel.fit([(one, true_seconds(one)) for one in known])
    large = counts(50_000_000_000, 400_000_000, 20)
    assert model.seconds(large) == pytest.approx(true_seconds(large), rel=1e-6)


def test_noise_makes_no_share_negative() -> None:
    rng = np.random.default_rng(1)
    known = [random_counts(rng) for _ in range(30)]
    model = CostModel.fit([(one, true_seconds(one) * rng.uniform(0.7, 1.3)) for one in known])
    assert min(model.shares) >= 0
    small, large = counts(10**6, 10**4, 1), counts(10**11, 10**9, 12)
    assert 0 < model.seconds(small) < model.seconds(large)
    assert model.seconds(large) == pytest.approx(true_seconds(large), rel=0.4)


def test_one_network_is_enough() -> None:
    one, twice = counts(10**8, 10**6, 4), counts(2 * 10**8, 2 * 10**6, 8)
    model = CostModel.fit([(one, 0.5)])
    assert model.seconds(one) == pytest.approx(0.5)
    assert 0.5 <= model.seconds(twice) <= 1.0 + 1e-9


def test_a_cell_keeps_what_it_is_beside_the_others() -> None:
    one, other = counts(10**8, 10**6, 4), counts(4 * 10**8, 4 * 10**6, 4)
    model = CostModel((1e-9, 0.0, 0.0, 0.0))
    assert model.scaled(0.3, one, other) == pytest.approx(1.2)
    assert model.scaled(0.3, one, one) == pytest.approx(0.3)


def test_nothing_costs_nothing() -> None:
    nothing = counts(0, 0, 0)
    assert CostModel.fit([(nothing, 0.0)]).seconds(nothing) > 0
