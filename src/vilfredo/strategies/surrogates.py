"""What progressive strategies learn from the cells trained so far, and what they predict of those to come."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, PlainSerializer

from vilfredo.predictors.discovery import find_predictor
from vilfredo.predictors.protocol import Predictor, Samples
from vilfredo.spaces.codes import Cells
from vilfredo.spaces.features import dynamic_reindex
from vilfredo.spaces.space import EMPTY
from vilfredo.strategies.progress import Progress, Result, trained
from vilfredo.strategies.protocol import Problem
from vilfredo.trials import from_fraction


def _choose(choice: object) -> object:
    """Read a predictor from its name, or from a table of its name and settings."""
    table = {"name": choice} if isinstance(choice, str) else choice
    if not isinstance(table, Mapping):
        return choice
    found = find_predictor(str(table.get("name", "")))
    return found.read({key: value for key, value in table.items() if key != "name"}, where=found.name)


def _describe(predictor: Predictor) -> dict[str, Any]:
    return {"name": predictor.name, **predictor.model_dump(exclude_none=True)}


PredictorChoice = Annotated[Predictor, BeforeValidator(_choose), PlainSerializer(_describe)]
"""A setting: a predictor's name, or a table with its ``name`` and settings."""

_LEAST_LIKELIHOOD = 1e-12

Costs = Mapping[str, float]
"""Relative cost of each operator, in [0, 1]."""


def operator_costs(problem: Problem, state: Progress) -> Costs:
    """Compute the dynamic reindex from the empty cell and the symmetric one-block cells (section 3.2.2).

    An operator whose symmetric cell failed counts as the slowest: it is no bargain. Spaces of other architectures have
    no symmetric ones, and no costs.
    """
    times = {architecture: result.training_time for architecture, result in trained(state)}
    empty = times.get(EMPTY) or 0.0
    symmetric = problem.space.symmetric()
    measured = dict[str, float]()
    for name, architecture in symmetric.items():
        time = times.get(architecture)
        if time is not None:
            measured[name] = time
    slower = any(time > empty for time in measured.values())
    relative = dynamic_reindex(measured, empty) if slower else {}
    return {name: relative.get(name, 1.0) for name in symmetric}


def samples(problem: Problem, groups: Sequence[Cells], costs: Costs | None) -> Samples:
    """Describe groups of cells, each of one size, to the predictors; without `costs` all features are zero."""
    return Samples.concatenate([_one_size(problem, group, costs) for group in groups])


def _one_size(problem: Problem, cells: Cells, costs: Costs | None) -> Samples:
    space = problem.space
    features = (
        np.zeros((len(cells), len(space.feature_names)))
        if costs is None
        else space.time_features(cells, problem.macro, costs)
    )
    return Samples.of_one_size(cells, features, len(space.vocabulary), space.reach)


def predict(
    problem: Problem,
    state: Progress,
    candidates: Cells,
    objective: str,
    predictor: Predictor,
    costs: Costs | None = None,
) -> NDArray[np.float64]:
    """Fit `predictor` to everything trained so far and predict `candidates` (n, b, 4).

    Parameters
    ----------
    objective
        Field of `Result`.
    """
    by_size = dict[int, list[tuple[str, Result]]]()
    for architecture, result in trained(state):
        by_size.setdefault(problem.space.size_of(architecture), []).append((architecture, result))
    known = [by_size[size] for size in sorted(by_size)]
    groups = [problem.space.codes([architecture for architecture, _ in group]) for group in known]
    targets = np.array([getattr(result, objective) for group in known for _, result in group], dtype=np.float64)
    name = problem.score if objective == "score" else objective
    fitted = predictor.fit(samples(problem, groups, costs), targets, seed=_seed(state, name))
    return fitted.predict(samples(problem, [candidates], costs)).mean


def forecast(problem: Problem, score: float) -> dict[str, float]:
    """Name a predicted score and give it in its own unit.

    A linear surrogate may promise less than nothing, or more than all: as a likelihood, only what lies between has a
    logarithm, and no infinity may spoil what is computed from forecasts.
    """
    if problem.score == "nll":
        score = min(1.0, max(_LEAST_LIKELIHOOD, score))
    return {problem.score: from_fraction(problem.score, score)}


def in_its_unit(problem: Problem, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give many predicted scores (n,) in their own unit, as `forecast` does each."""
    if problem.score != "nll":
        return scores
    return -np.log(np.clip(scores, _LEAST_LIKELIHOOD, 1.0))


def _seed(state: Progress, objective: str) -> int:
    words = [state.seed, state.step, *objective.encode()]
    return int(np.random.SeedSequence(words).generate_state(1)[0])
