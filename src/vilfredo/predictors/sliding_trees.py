"""Boosted trees on the rows of sliding blocks: what stands in for XGBoost (POPNAS v1, sections 3.3.3 and 4.1).

XGBoost's package brings CUDA along. scikit-learn's boosted trees grow by the same rule on squared errors: the paper's
threshold of child weight is a number of rows per leaf, its ``gamma`` a least decrease of the squared error. They lack
its penalty on the values of leaves, which is 1 by default and hardly counts on hundreds of rows.
"""

import itertools
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, ClassVar, final

import numpy as np
from pydantic import Field

from vilfredo.predictors.grid_search import fit_best
from vilfredo.predictors.protocol import Floats, Predictor, Samples
from vilfredo.predictors.sliding import FittedSliding, SlidingBlocks

Count = Annotated[int, Field(ge=1)]


@final
class SlidingTrees(Predictor):
    """Gradient-boosted trees, the best of the paper's grid or of some of it. The seed changes nothing."""

    name: ClassVar[str] = "sliding-trees"

    leaf_rows: tuple[Count, ...] = Field(default=(1, 3), min_length=1)
    """Least rows per leaf, XGBoost's child weight."""
    gains: tuple[Annotated[float, Field(ge=0)], ...] = Field(default=(0.0, 1.0), min_length=1)
    """Least gains of a split, XGBoost's gamma, for times of variance 1."""
    trees: tuple[Count, ...] = Field(default=(50, 100, 150, 250), min_length=1)
    learning_rates: tuple[Annotated[float, Field(gt=0, le=1)], ...] = Field(default=(0.01, 0.05, 0.1), min_length=1)
    depths: tuple[Count, ...] = Field(default=(1, 2, 3, 5, 9, 13), min_length=1)
    trials: int = Field(default=20, ge=1)
    """Most combinations of the grid that are tried, drawn evenly: all 288 take an hour for a thousand cells."""
    encoding: SlidingBlocks = SlidingBlocks()

    def fit(self, samples: Samples, targets: Floats, seed: int) -> FittedSliding:
        """Search the grid by cross-validation; see `Predictor.fit`. Runs on one thread."""
        grid = list(itertools.product(self.leaf_rows, self.gains, self.trees, self.learning_rates, self.depths))
        if self.trials < len(grid):
            drawn = np.random.default_rng(0).permutation(len(grid))[: self.trials]
            grid = [grid[place] for place in sorted(drawn.tolist())]
        return fit_best(self.encoding, [partial(_boosted, settings=one) for one in grid], samples, targets)


@dataclass(frozen=True)
class _Boosted:
    regressor: Any  # sklearn.ensemble.GradientBoostingRegressor, which has no type stubs
    mean: float
    scale: float

    def predict(self, rows: Floats) -> Floats:
        if self.regressor is None:
            return np.full(len(rows), self.mean)
        return np.asarray(self.mean + self.scale * self.regressor.predict(rows), dtype=np.float64)


def _boosted(rows: Floats, targets: Floats, settings: tuple[int, float, int, float, int]) -> _Boosted:
    from sklearn.ensemble import GradientBoostingRegressor  # noqa: PLC0415 - a second that only a fit should cost

    leaf_rows, gain, trees, learning_rate, depth = settings
    mean, scale = float(targets.mean()), float(targets.std())
    if not scale > 1e-9 * abs(mean):
        return _Boosted(None, mean, 0.0)
    regressor = GradientBoostingRegressor(
        n_estimators=trees,
        learning_rate=learning_rate,
        max_depth=depth,
        min_samples_leaf=leaf_rows,
        min_impurity_decrease=2 * gain / len(rows),  # XGBoost halves the sum of squares, scikit-learn takes its mean
        random_state=0,
    )
    regressor.fit(rows, (targets - mean) / scale)
    return _Boosted(regressor, mean, scale)
