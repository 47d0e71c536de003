"""What the training time hangs on, as the time predictor has learnt it: Shapley values of its features."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import final

import numpy as np
from numpy.typing import NDArray

from vilfredo.predictors.catboost_trees import CatBoostTrees
from vilfredo.predictors.protocol import Floats, Predictor, Samples
from vilfredo.predictors.shapley import shapley_values
from vilfredo.report.view import RunView
from vilfredo.strategies.progress import Progress, Result, told, trained
from vilfredo.strategies.surrogates import operator_costs, samples
from vilfredo.thinning import some

_LIGHT = CatBoostTrees(iterations=300, trials=2, trend=True)
"""Stands in where the search has no time predictor, or one that doesn't look at the features."""
_FEWEST = 12
"""Networks below which nothing is learnt that were worth a picture."""
_MOST_LEARNT = 600
"""Networks that are learnt from: more tell little more, and a page should not wait."""
_MOST_EXPLAINED = 80
_BACKGROUND = 12


@final
@dataclass(frozen=True, eq=False)
class Importance:
    """What each feature adds to the predicted times of networks of a run."""

    names: Sequence[str]
    """Of the features, those that vary, F in all; the most important first."""
    features: Floats
    """Shape (n, F)."""
    values: Floats
    """Shape (n, F): seconds per epoch beyond the mean, added up over the features the whole of the difference."""
    networks: int
    """How many the predictor learnt from."""
    predictor: str
    """Name of the search's own time predictor; empty where it has none."""
    own: bool
    """Whether the values are of a predictor of this kind; else CatBoost stood in."""
    lighter: bool
    """Whether it was learnt with fewer trials of its settings, or fewer trees, than in the search."""
    costs: bool
    """Whether operators were told apart by their costs, where the space has operators."""

    @property
    def mean(self) -> Floats:
        """Mean absolute values, shape (F,), falling: seconds per epoch."""
        return np.asarray(np.abs(self.values).mean(axis=0), dtype=np.float64)


@lru_cache(maxsize=1)
def importance_of(view: RunView) -> Importance | None:
    """Learn the training times of the run's networks and explain them; None where there are too few.

    While a search goes on, only steps that are measured whole count, so that a page that is made anew every few seconds
    doesn't learn anew each time.
    """
    problem = view.settings.problem
    state = _state(view)
    learnt = trained(state)
    by_size = dict[int, list[tuple[str, Result]]]()
    for architecture, result in (learnt[place] for place in some(len(learnt), _MOST_LEARNT)):
        by_size.setdefault(problem.space.size_of(architecture), []).append((architecture, result))
    known = [by_size[size] for size in sorted(by_size)]
    times = tuple(float(result.training_time or 0.0) for group in known for _, result in group)
    if len(times) < _FEWEST:
        return None
    costs = operator_costs(problem, state)
    described = samples(problem, [problem.space.codes([text for text, _ in group]) for group in known], costs)
    own = _time_predictor(view)
    predictor = _lighter(own) if isinstance(own, CatBoostTrees) else _LIGHT
    rows, values = _explained(predictor, tuple(map(tuple, described.features.tolist())), times)
    varying = np.flatnonzero(np.ptp(described.features, axis=0) > 0)
    order = varying[np.argsort(-np.abs(values[:, varying]).mean(axis=0), kind="stable")]
    if not len(order):
        return None
    return Importance(
        [problem.space.feature_names[feature] for feature in order],
        described.features[rows][:, order],
        values[:, order],
        len(times),
        "" if own is None else own.name,
        isinstance(own, CatBoostTrees),
        predictor != own,
        len(costs) < 2 or len(set(costs.values())) > 1,
    )


def _state(view: RunView) -> Progress:
    """The state of a strategy that knows what is measured."""
    measured = {measurement.proposal for measurement in view.measurements}
    open_steps = {proposal.step for proposal in view.proposals.values() if proposal.id not in measured}
    if view.status["state"] != "running":
        open_steps = set()
    known = [m for m in view.measurements if view.proposals[m.proposal].step not in open_steps]
    state = Progress(seed=view.settings.seed, proposals=tuple(view.proposals.values()))
    return told(state, known, view.score)


def _time_predictor(view: RunView) -> Predictor | None:
    """What the search predicts times with: the setting that holds it has one of two names."""
    strategy = view.settings.strategy
    found = getattr(strategy, "time_predictor", None) or getattr(strategy, "regressor", None)
    return found if isinstance(found, Predictor) else None


def _lighter(predictor: CatBoostTrees) -> CatBoostTrees:
    """Search fewer hyper-parameters: they hardly change what the features contribute, and a page should not wait."""
    return predictor.model_copy(
        update={
            "trials": min(predictor.trials, _LIGHT.trials),
            "iterations": min(predictor.iterations, _LIGHT.iterations),
        }
    )


@lru_cache(maxsize=8)
def _explained(
    predictor: CatBoostTrees, rows: tuple[tuple[float, ...], ...], times: tuple[float, ...]
) -> tuple[NDArray[np.int64], Floats]:
    """Fit and explain; kept, since a page that follows a search asks for the same again and again.

    Returns
    -------
    Indices of the rows that are explained (n,), and their values (n, F).
    """
    features, targets = np.array(rows, dtype=np.float64), np.array(times)
    fitted = predictor.fit(_samples(features), targets, seed=0)
    # Spread evenly over the times, from the shortest to the longest.
    ranked = np.argsort(targets, kind="stable").astype(np.int64)
    explained, background = (ranked[some(len(ranked), most)] for most in (_MOST_EXPLAINED, _BACKGROUND))
    values = shapley_values(lambda x: fitted.predict(_samples(x)).mean, features[explained], features[background])
    return explained, values


def _samples(features: Floats) -> Samples:
    """Features without architectures: the predictor looks at nothing else."""
    return Samples.of_one_size(np.zeros((len(features), 0, 4), dtype=np.int8), features, operators=1, lookback=1)
