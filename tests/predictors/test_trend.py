import numpy as np
import pytest

from vilfredo.predictors.catboost_trees import CatBoostTrees
from vilfredo.predictors.protocol import Samples
from vilfredo.predictors.trend import Trend
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.features import TIME_FEATURES, time_features
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.mlp_features import MLP_FEATURES
from vilfredo.spaces.mlp_space import MlpSpace
from vilfredo.spaces.sampling import sample

SPACE = CellSpace(operators=("identity", "3x3 conv", "5x5 conv", "2x2 maxpool"), blocks=4)
MACRO = MacroArchitecture()
COSTS = {"identity": 0.1, "3x3 conv": 0.6, "5x5 conv": 1.0, "2x2 maxpool": 0.2}


def cells_of(size: int, count: int = 60) -> tuple[Samples, np.ndarray]:
    cells = sample(SPACE, size, count, np.random.default_rng(size))
    features = time_features(cells, SPACE, MACRO, COSTS)
    column = {name: features[:, index] for index, name in enumerate(TIME_FEATURES)}
    times = 0.2 + column["cells"] * (0.3 * column["op_score"] + 0.1 * column["blocks"])
    return Samples.of_one_size(cells, features, len(SPACE.operators), SPACE.lookback), times


def test_recovers_a_linear_law_and_extrapolates_it() -> None:
    known = [cells_of(size) for size in (1, 2)]
    features = np.concatenate([samples.features for samples, _ in known])
    trend = Trend.fit(features, np.concatenate([times for _, times in known]))
    larger, times = cells_of(4)
    assert trend.predict(larger.features) == pytest.approx(times, rel=1e-6)


def perceptrons_of(size: int, count: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Features, and seconds: a law of millions of weights next to a few layers, as is measured on small tables."""
    space = MlpSpace()
    features = space.time_features(space.sample(size, count, np.random.default_rng(size)), None, {})
    column = dict(zip(MLP_FEATURES, features.T, strict=True))
    times = 1e-3 + 2e-4 * column["layers"] + 3e-7 * column["tanh_width"] + 2e-9 * column["weights"]
    return features, times + 1e-7 * (column["first_width"] + column["last_width"])


def test_recovers_a_linear_law_of_perceptrons_and_extrapolates_it() -> None:
    known = [perceptrons_of(size) for size in (0, 1, 2, 3)]
    trend = Trend.fit(np.concatenate([part for part, _ in known]), np.concatenate([times for _, times in known]))
    larger, times = perceptrons_of(8)
    assert trend.predict(larger) == pytest.approx(times, rel=1e-4)


def test_features_that_are_zero_or_none_leave_the_mean_alone() -> None:
    for features in (np.zeros((4, 10)), np.zeros((4, 0))):
        assert Trend.fit(features, np.full(4, 2.0)).predict(features) == pytest.approx(2.0)


def test_never_shrinks_as_a_cell_grows_and_is_never_zero() -> None:
    rng = np.random.default_rng(0)
    samples, _ = cells_of(1)
    trend = Trend.fit(samples.features, rng.uniform(0.1, 2.0, len(samples)))
    grown = samples.features.copy()
    grown[:, TIME_FEATURES.index("op_score")] += 1.0
    assert (trend.predict(grown) >= trend.predict(samples.features)).all()
    assert (trend.predict(np.zeros((3, 9))) > 0).all()


def test_trees_alone_saturate_where_trees_on_a_trend_do_not() -> None:
    known = [cells_of(size) for size in (1, 2)]
    samples = Samples.concatenate([part for part, _ in known])
    targets = np.concatenate([times for _, times in known])
    larger, times = cells_of(4)
    plain, on_trend = (
        CatBoostTrees(trials=1, iterations=100, trend=trend).fit(samples, targets, seed=0).predict(larger).mean
        for trend in (False, True)
    )
    assert plain.max() < 1.1 * targets.max() < times.max()
    assert on_trend == pytest.approx(times, rel=0.1)
