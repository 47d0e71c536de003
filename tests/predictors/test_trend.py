import numpy as np
import pytest

from vilfredo.predictors.catboost_trees import CatBoostTrees
from vilfredo.predictors.protocol import Samples
from vilfredo.predictors.trend import Trend
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.features import TIME_FEATURES, time_features
from vilfredo.spaces.macro import MacroArchitecture
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
