"""The time predictor of POPNASv3: CatBoost on the time features, its hyper-parameters searched anew at each fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, final

import numpy as np
from pydantic import Field

from vilfredo.predictors.folds import fold_numbers, training_rows
from vilfredo.predictors.protocol import Floats, Prediction, Samples, check_targets
from vilfredo.settings import Settings


@final
class CatBoostTrees(Settings):
    """Gradient-boosted trees, averaged over the folds of the best of some random trials (section 4.1)."""

    name: ClassVar[str] = "catboost"

    iterations: int = Field(default=2500, ge=1)
    """Most trees per model."""
    patience: int = Field(default=50, ge=1)
    """Trees without progress on the fold left out after which a model stops growing."""
    trials: int = Field(default=40, ge=1)
    """Hyper-parameters tried at random."""
    folds: int = Field(default=5, ge=2)
    """Folds, and so models; no more than there are samples."""

    def fit(self, samples: Samples, targets: Floats, seed: int) -> "FittedTrees":
        """Search hyper-parameters by cross-validation; see `Predictor.fit`. Runs on one thread."""
        check_targets(samples, targets)
        rng = np.random.default_rng(seed)
        numbers = fold_numbers(len(samples), self.folds, rng)
        folds = [
            _Fold.split(samples.features, targets, training_rows(numbers, fold), numbers == fold)
            for fold in range(numbers.max() + 1)
        ]
        fixed = {
            "iterations": self.iterations,
            "early_stopping_rounds": self.patience,
            "random_seed": int(rng.integers(2**31)),
        }
        return FittedTrees(_search(folds, [fixed | _draw(rng) for _ in range(self.trials)]))


@dataclass(frozen=True)
class FittedTrees:
    """The models of the best trial, one per fold."""

    models: Sequence["_Model"]

    def predict(self, samples: Samples) -> Prediction:
        """Predict each sample's target; `deviation` is between the models of the folds."""
        if len(samples) == 0:
            return Prediction(np.empty(0), np.empty(0))
        return Prediction.of_members(np.stack([model.predict(samples.features) for model in self.models]))


class _Model(Protocol):
    def predict(self, features: Floats) -> Floats: ...


@dataclass(frozen=True)
class _Constant:
    """Stands in where there is nothing that trees could tell apart."""

    value: float

    def predict(self, features: Floats) -> Floats:
        return np.full(len(features), self.value)


@dataclass(frozen=True)
class _Trees:
    regressor: Any  # catboost.CatBoostRegressor, which has no type stubs

    def predict(self, features: Floats) -> Floats:
        return np.asarray(self.regressor.predict(features, thread_count=1), dtype=np.float64)


@dataclass(frozen=True)
class _Fold:
    """What one model learns from, and what it is judged by."""

    constant: _Constant | None
    training: Any  # catboost.Pool, built once for all trials
    validation: Any
    features: Floats
    targets: Floats
