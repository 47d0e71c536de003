"""What holds for every predictor in the folder."""

import random
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from vilfredo.errors import InputError
from vilfredo.predictors.discovery import find_predictor, predictor_names
from vilfredo.predictors.protocol import Fitted, Floats, Predictor, Samples
from vilfredo.predictors.quality import spearman
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.features import time_features
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.mlp_features import MLP_FEATURES
from vilfredo.spaces.mlp_space import MlpSpace
from vilfredo.spaces.sampling import sample

SPACE = CellSpace(operators=("identity", "3x3 conv", "5x5 conv", "3x3 dconv", "2x2 maxpool"), blocks=5)
WORTH = np.array([0.1, 0.9, 0.6, 1.0, 0.3])
SMALL: dict[str, dict[str, Any]] = {
    "lstm-attention": {"members": 2, "epochs": 12},
    "catboost": {"trials": 2, "iterations": 200},
    "lstm": {"members": 2, "epochs": 30, "learning_rate": 0.01, "units": 48, "embedding": 48, "bias": 0.0},
    "sliding-trees": {"trees": (50,), "learning_rates": (0.2,), "depths": (5,), "gains": (0.0,)},
}
STOCHASTIC = ("lstm", "lstm-attention", "catboost")
MLPS = MlpSpace(widths=(8, 32, 128), activations=("relu", "tanh"), layers=5)


def build(name: str) -> Predictor:
    settings: Predictor = find_predictor(name)(**SMALL.get(name, {}))
    return settings


@cache
def draw(size: int, count: int, seed: int = 0) -> Samples:
    cells = sample(SPACE, size, count, np.random.default_rng(seed))
    reindex = dict(zip(SPACE.vocabulary, WORTH, strict=True))
    features = time_features(cells, SPACE, MacroArchitecture(), reindex)
    return Samples.of_one_size(cells, features, len(SPACE.operators), SPACE.lookback)


def mixed(seed: int = 0) -> Samples:
    """The empty cell first, then cells of one to three blocks."""
    return Samples.concatenate([draw(0, 1), draw(1, 30, seed), draw(2, 60, seed), draw(3, 60, seed)])


def landscape(samples: Samples) -> Floats:
    """Each operator and each inner input adds its worth; in [0, 1]."""
    there = samples.present[..., None]
    worth = (WORTH[samples.cells[..., 1::2]] * there).sum(axis=(1, 2))
    inner = ((samples.cells[..., 0::2] >= 0) & there).sum(axis=(1, 2))
    return np.asarray(0.05 + 0.12 * worth + 0.04 * inner, dtype=np.float64)


@cache
def perceptrons(seed: int = 0) -> Samples:
    """The one without hidden layers first, then some of one to four layers."""
    rng = np.random.default_rng(seed)
    groups = [MLPS.sample(size, 50, rng) for size in range(5)]
    return Samples.concatenate(
        [Samples.of_one_size(codes, MLPS.time_features(codes, None, {}), len(MLPS.vocabulary), 1) for codes in groups]
    )


def mlp_landscape(samples: Samples) -> Floats:
    """Grows with each layer's units, as time and, within bounds, accuracy do; in [0, 1]."""
    column = dict(zip(MLP_FEATURES, samples.features.T, strict=True))
    return np.asarray(0.05 + 0.0015 * column["total_width"] + 0.02 * column["layers"], dtype=np.float64)


@cache
def fitted(name: str) -> Fitted:
    """Fitted on `mixed` with seed 0; shared by the tests that only predict."""
    return build(name).fit(mixed(), landscape(mixed()), seed=0)


@pytest.mark.parametrize("name", predictor_names())
class TestEveryPredictor:
    def test_learns_an_additive_landscape(self, name: str) -> None:
        unseen = mixed(seed=1)
        prediction = fitted(name).predict(unseen)
        assert prediction.mean.shape == prediction.deviation.shape == (len(unseen),)
        assert prediction.mean.dtype == prediction.deviation.dtype == np.float64
        assert (prediction.deviation >= 0).all()
        assert spearman(prediction.mean, landscape(unseen)) > 0.8

    def test_predicts_larger_cells_and_none(self, name: str) -> None:
        samples = mixed()
        assert np.isfinite(fitted(name).predict(draw(5, 20)).mean).all()
        assert fitted(name).predict(samples.take(np.arange(0))).mean.shape == (0,)
        assert fitted(name).predict(draw(0, 1)).mean.shape == (1,)

    def test_learns_of_perceptrons(self, name: str) -> None:
        samples, unseen = perceptrons(), perceptrons(seed=1)
        model = build(name).fit(samples, mlp_landscape(samples), seed=0)
        assert spearman(model.predict(unseen).mean, mlp_landscape(unseen)) > 0.8
        larger = MLPS.sample(5, 20, np.random.default_rng(2))
        features = MLPS.time_features(larger, None, {})
        assert np.isfinite(model.predict(Samples.of_one_size(larger, features, len(MLPS.vocabulary), 1)).mean).all()

    @pytest.mark.parametrize("features", [0, 1, 12])
    def test_any_number_of_features_will_do(self, name: str, features: int) -> None:
        samples = mixed()
        zeros = np.zeros((len(samples), features))
        plain = Samples(samples.cells, samples.sizes, zeros, samples.operators, samples.lookback)
        prediction = build(name).fit(plain, landscape(samples), seed=0).predict(plain)
        assert np.isfinite(prediction.mean).all()

    def test_same_seed_gives_the_same_bits(self, name: str) -> None:
        samples = mixed()
        first, again, other = (
            build(name).fit(samples, landscape(samples), seed).predict(samples) for seed in (3, 3, 4)
        )
        np.testing.assert_array_equal(first.mean, again.mean)
        np.testing.assert_array_equal(first.deviation, again.deviation)
        assert (not np.array_equal(first.mean, other.mean)) == (name in STOCHASTIC)

    def test_predicting_twice_or_in_parts_changes_nothing(self, name: str) -> None:
        samples = mixed()
        whole = fitted(name).predict(samples).mean
        np.testing.assert_array_equal(fitted(name).predict(samples).mean, whole)
        part = samples.take(np.arange(20, 90))
        np.testing.assert_allclose(fitted(name).predict(part).mean, whole[20:90], rtol=1e-5)

    def test_padding_and_operand_order_do_not_matter_beyond_rounding(self, name: str) -> None:
        samples = mixed()
        cells = np.full((len(samples), 5, 4), 77, dtype=np.int8)
        cells[:, :3] = samples.cells[..., [2, 3, 0, 1]]
        padded = Samples(cells, samples.sizes, samples.features, samples.operators, samples.lookback)
        np.testing.assert_allclose(fitted(name).predict(padded).mean, fitted(name).predict(samples).mean, rtol=1e-5)

    @pytest.mark.parametrize("count", [1, 2, 3, 6])
    def test_few_samples_will_do(self, name: str, count: int) -> None:
        samples = mixed().take(np.arange(count))
        prediction = build(name).fit(samples, landscape(samples), seed=0).predict(mixed())
        assert np.isfinite(prediction.mean).all()
        assert np.isfinite(prediction.deviation).all()

    def test_constant_targets_will_do(self, name: str) -> None:
        samples = mixed()
        prediction = build(name).fit(samples, np.full(len(samples), 0.5), seed=0).predict(samples)
        np.testing.assert_allclose(prediction.mean, 0.5, atol=0.05)

    def test_leaves_its_arguments_and_the_global_generators_alone(self, name: str) -> None:
        samples = mixed()
        targets = landscape(samples)
        before = [values.copy() for values in (samples.cells, samples.sizes, samples.features, targets)]
        threads, python, numpy = torch.get_num_threads(), random.getstate(), np.random.get_state()
        state = torch.get_rng_state()
        build(name).fit(samples, targets, seed=0).predict(samples)
        for values, copy in zip((samples.cells, samples.sizes, samples.features, targets), before, strict=True):
            np.testing.assert_array_equal(values, copy)
        assert torch.equal(torch.get_rng_state(), state)
        assert torch.get_num_threads() == threads
        assert random.getstate() == python
        np.testing.assert_equal(np.random.get_state(), numpy)

    def test_leaves_no_files(self, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        samples = mixed()
        build(name).fit(samples, landscape(samples), seed=0)
        assert not list(tmp_path.iterdir())

    def test_refuses_targets_that_cannot_be_fitted(self, name: str) -> None:
        samples, predictor = mixed(), build(name)
        targets = landscape(samples)
        with pytest.raises(InputError, match="expected shape"):
            predictor.fit(samples, targets[1:], seed=0)
        targets[[3, 5]] = np.nan, np.inf
        with pytest.raises(InputError, match=f"2 of {len(samples)} are NaN"):
            predictor.fit(samples, targets, seed=0)
        with pytest.raises(InputError, match="at least one"):
            predictor.fit(samples.take(np.arange(0)), targets[:0], seed=0)
