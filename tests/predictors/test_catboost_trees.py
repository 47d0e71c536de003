import subprocess
import sys

import numpy as np
import pytest

from vilfredo.predictors import catboost_trees
from vilfredo.predictors.catboost_trees import CatBoostTrees
from vilfredo.predictors.protocol import Samples


def draw(count: int) -> Samples:
    """One-block cells whose features are random."""
    cells = np.full((count, 1, 4), -1, dtype=np.int8)
    cells[..., 1::2] = 0
    return Samples.of_one_size(cells, np.random.default_rng(0).random((count, 9)), operators=1, lookback=1)


def test_the_search_returns_the_trial_that_exhaustive_search_would() -> None:
    samples = draw(60)
    targets = samples.features @ np.arange(9.0) + np.random.default_rng(1).normal(size=60)
    half = np.arange(60) % 2 == 0
    rows = [np.flatnonzero(half), np.flatnonzero(~half)]
    folds = [catboost_trees._Fold.split(samples.features, targets, rows[1 - fold], rows[fold]) for fold in range(2)]
    rng = np.random.default_rng(2)
    trials = [{"iterations": 40, "random_seed": 0} | catboost_trees._draw(rng) for _ in range(6)]
    errors = [sum(fold.fit(trial)[1] for fold in folds) for trial in trials]
    best = trials[int(np.argmin(errors))]
    assert np.argmin(errors) > 0
    found = catboost_trees._search(folds, trials)
    for model, fold in zip(found, folds, strict=True):
        np.testing.assert_array_equal(model.predict(samples.features), fold.fit(best)[0].predict(samples.features))


def test_hyper_parameters_cover_the_papers_space() -> None:
    rng = np.random.default_rng(0)
    drawn = [catboost_trees._draw(rng) for _ in range(500)]
    assert {trial["depth"] for trial in drawn} == {3, 4, 5, 6}
    bounds = {
        "learning_rate": (0.02, 0.2),
        "l2_leaf_reg": (0.1, 5),
        "random_strength": (0.3, 3),
        "bagging_temperature": (0.3, 3),
    }
    for name, (low, high) in bounds.items():
        values = [trial[name] for trial in drawn]
        assert min(values) == pytest.approx(low, abs=0.03 * high)
        assert max(values) == pytest.approx(high, rel=0.03)
        assert low <= min(values)
        assert max(values) <= high


def test_cells_alike_in_single_precision_are_predicted_once_and_all_get_the_answer() -> None:
    samples = draw(50)
    samples.features[:] = samples.features.astype(np.float32)
    fitted = CatBoostTrees(trials=1, iterations=30).fit(samples, samples.features.sum(axis=1), seed=0)
    rows = np.random.default_rng(1).integers(0, 50, 400)
    features = samples.features[rows] * (1 + 1e-12 * np.arange(400)[:, None] % 3)
    many = Samples.of_one_size(samples.cells[rows], features, operators=1, lookback=1)
    np.testing.assert_array_equal(fitted.predict(many).mean, fitted.predict(samples).mean[rows])
    distinct, group = catboost_trees._distinct(features)
    assert len(distinct) == len(set(rows.tolist()))
    np.testing.assert_array_equal(distinct[group], features.astype(np.float32))
    for model in fitted.models:
        np.testing.assert_array_equal(model.predict(distinct)[group], model.predict(features))


@pytest.mark.parametrize("features", [np.ones((10, 9)), np.zeros((10, 10)), np.zeros((10, 0))])
def test_features_that_never_differ_give_the_mean(features: np.ndarray) -> None:
    samples = draw(10)
    same = Samples(samples.cells, samples.sizes, features, samples.operators, samples.lookback)
    targets = np.arange(10.0)
    prediction = CatBoostTrees(trials=1, iterations=5).fit(same, targets, seed=0).predict(same)
    np.testing.assert_allclose(prediction.mean, 4.5)


def test_catboost_is_imported_by_the_first_fit_only() -> None:
    program = "import sys, vilfredo.predictors.catboost_trees; sys.exit('catboost' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
