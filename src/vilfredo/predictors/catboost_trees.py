"""The time predictor of POPNASv3: CatBoost on the time features, its hyper-parameters searched anew at each fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self, final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from vilfredo.predictors.folds import fold_numbers, training_rows
from vilfredo.predictors.protocol import Floats, Prediction, Predictor, Samples, check_targets
from vilfredo.predictors.trend import Trend


@final
class CatBoostTrees(Predictor):
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
    trend: bool = False
    """Learn the ratio to a linear trend, which unlike trees alone extrapolates to larger cells. For times only."""

    def fit(self, samples: Samples, targets: Floats, seed: int) -> "FittedTrees":
        """Search hyper-parameters by cross-validation; see `Predictor.fit`. Runs on one thread."""
        check_targets(samples, targets)
        trend = Trend.fit(samples.features, targets) if self.trend else None
        if trend is not None:
            targets = targets / trend.predict(samples.features)
        rng = np.random.default_rng(seed)
        numbers = fold_numbers(len(samples), self.folds, rng)
        folds = [
            _Fold.split(samples.features, targets, training_rows(numbers, fold), np.flatnonzero(numbers == fold))
            for fold in range(numbers.max() + 1)
        ]
        fixed = {
            "iterations": self.iterations,
            "early_stopping_rounds": self.patience,
            "random_seed": int(rng.integers(2**31)),
        }
        return FittedTrees(_search(folds, [fixed | _draw(rng) for _ in range(self.trials)]), trend)


@dataclass(frozen=True)
class FittedTrees:
    """The models of the best trial, one per fold."""

    models: Sequence["_Model"]
    trend: Trend | None = None

    def predict(self, samples: Samples) -> Prediction:
        """Predict each sample's target; `deviation` is between the models of the folds."""
        if len(samples) == 0:
            return Prediction(np.empty(0), np.empty(0))
        scale = 1.0 if self.trend is None else self.trend.predict(samples.features)
        rows, group = _distinct(samples.features)
        return Prediction.of_members(np.stack([model.predict(rows)[group] * scale for model in self.models]))


def _distinct(features: Floats) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the different rows of n that trees can tell apart, and which of them each is (n,).

    Trees read single precision. Of a search's many candidates not even half differ in it, and columns that each are
    one piece of memory are read faster.
    """
    rows = np.asfortranarray(features, dtype=np.float32)
    order = np.lexsort(rows.T) if rows.shape[1] else np.arange(len(rows))
    ranked = rows[order]
    fresh = np.r_[True, (ranked[1:] != ranked[:-1]).any(axis=1)]
    group = np.empty(len(rows), dtype=np.int64)
    group[order] = np.cumsum(fresh) - 1
    return np.asfortranarray(ranked[fresh]), group


class _Model(Protocol):
    def predict(self, features: NDArray[np.floating]) -> Floats: ...


@dataclass(frozen=True)
class _Constant:
    """Stands in where there is nothing that trees could tell apart."""

    value: float

    def predict(self, features: NDArray[np.floating]) -> Floats:
        return np.full(len(features), self.value)


@dataclass(frozen=True)
class _Trees:
    regressor: Any  # catboost.CatBoostRegressor, which has no type stubs

    def predict(self, features: NDArray[np.floating]) -> Floats:
        return np.asarray(self.regressor.predict(features, thread_count=1), dtype=np.float64)


@dataclass(frozen=True)
class _Fold:
    """What one model learns from and is judged by; the pools are built once for all trials."""

    training: Any  # catboost.Pool; None where a constant must do
    validation: Any
    features: Floats
    targets: Floats
    mean: float

    @classmethod
    def split(cls, features: Floats, targets: Floats, learn: NDArray[np.int64], judge: NDArray[np.int64]) -> Self:
        from catboost import Pool  # noqa: PLC0415 - half a second that only a fit should cost

        mean = float(targets[learn].mean())
        # CatBoost refuses targets that are constant, also where only rounding tells them apart.
        if np.ptp(targets[learn]) <= 1e-9 * abs(mean) or not np.ptp(features[learn], axis=0).any():
            return cls(None, None, features[judge], targets[judge], mean)
        training, validation = (Pool(features[rows], targets[rows], thread_count=1) for rows in (learn, judge))
        return cls(training, validation, features[judge], targets[judge], mean)

    def fit(self, parameters: Mapping[str, float]) -> tuple[_Model, float]:
        """Train one model; also returns its squared error on the fold."""
        from catboost import CatBoostRegressor  # noqa: PLC0415

        model: _Model = _Constant(self.mean)
        if self.training is not None:
            regressor = CatBoostRegressor(
                **parameters,
                bootstrap_type="Bayesian",
                thread_count=1,
                allow_writing_files=False,
                logging_level="Silent",
            )
            regressor.fit(self.training, eval_set=self.validation, use_best_model=True)
            model = _Trees(regressor)
        return model, float(np.square(model.predict(self.features) - self.targets).sum())


def _draw(rng: np.random.Generator) -> dict[str, float]:
    """Draw hyper-parameters from the space of section 4.1; `depth` excludes its upper bound, as SciPy's does."""
    return {
        "learning_rate": float(rng.uniform(0.02, 0.2)),
        "depth": int(rng.integers(3, 7)),
        "l2_leaf_reg": float(rng.uniform(0.1, 5)),
        "random_strength": float(rng.uniform(0.3, 3)),
        "bagging_temperature": float(rng.uniform(0.3, 3)),
    }


def _search(folds: Sequence[_Fold], trials: Sequence[Mapping[str, float]]) -> list[_Model]:
    """Return the models, one per fold, of the trial with the least squared error over all folds."""
    best: list[_Model] = []
    lowest, order = np.inf, list(range(len(folds)))
    for trial in trials:
        models: dict[int, _Model] = {}
        errors = np.zeros(len(folds))
        for fold in order:
            models[fold], errors[fold] = folds[fold].fit(trial)
            if errors.sum() >= lowest:
                break  # errors only add up: the folds left can't make this trial the best
        else:
            best, lowest = [models[fold] for fold in range(len(folds))], errors.sum()
            # The hardest folds come first, so that most trials end there.
            order = np.argsort(-errors, kind="stable").tolist()
    return best
