"""What progressive strategies learn from the cells trained so far, and what they predict of those to come."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, PlainSerializer

from vilfredo.predictors.discovery import find_predictor
from vilfredo.predictors.protocol import Predictor, Samples
from vilfredo.spaces.cell_space import Cells
from vilfredo.spaces.cells import Block, Cell
from vilfredo.spaces.features import TIME_FEATURES, dynamic_reindex, time_features
from vilfredo.strategies.progress import Progress, trained
from vilfredo.strategies.protocol import Problem


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

Costs = Mapping[str, float]
"""Relative cost of each operator, in [0, 1]."""


def operator_costs(problem: Problem, state: Progress) -> Costs:
    """Compute the dynamic reindex from the empty cell and the symmetric one-block cells (section 3.2.2).

    An operator whose symmetric cell failed counts as the slowest: it is no bargain.
    """
    times = {str(cell): result.training_time for cell, result in trained(state)}
    empty = times.get(str(Cell())) or 0.0
    measured = dict[str, float]()
    for name in problem.space.operators:
        time = times.get(str(Cell((Block(-1, name, -1, name),))))
        if time is not None:
            measured[name] = time
    slower = any(time > empty for time in measured.values())
    relative = dynamic_reindex(measured, empty) if slower else {}
    return {name: relative.get(name, 1.0) for name in problem.space.operators}


def samples(problem: Problem, groups: Sequence[Cells], costs: Costs | None) -> Samples:
    """Describe groups of cells, each of one size, to the predictors; without `costs` all features are zero."""
    return Samples.concatenate([_one_size(problem, group, costs) for group in groups])


def _one_size(problem: Problem, cells: Cells, costs: Costs | None) -> Samples:
    space = problem.space
    features = (
        np.zeros((len(cells), len(TIME_FEATURES)))
        if costs is None
        else time_features(cells, space, problem.macro, costs)
    )
    return Samples.of_one_size(cells, features, len(space.operators), space.lookback)


def predict(
    problem: Problem,
    state: Progress,
    candidates: Cells,
    objective: str,
    predictor: Predictor,
    costs: Costs | None = None,
) -> NDArray[np.float64]:
    """Fit `predictor` to one objective of everything trained so far and predict it for `candidates` (n, b, 4)."""
    known = sorted(trained(state), key=lambda pair: len(pair[0]))
    sizes = sorted({len(cell) for cell, _ in known})
    groups = [problem.space.encode([cell for cell, _ in known if len(cell) == size]) for size in sizes]
    targets = np.array([getattr(result, objective) for _, result in known], dtype=np.float64)
    fitted = predictor.fit(samples(problem, groups, costs), targets, seed=_seed(state, objective))
    return fitted.predict(samples(problem, [candidates], costs)).mean


def _seed(state: Progress, objective: str) -> int:
    words = [state.seed, state.step, *objective.encode()]
    return int(np.random.SeedSequence(words).generate_state(1)[0])
