"""Tables 4 and 5 of POPNASv3: how good its predictions are, step by step, and what they could be at best.

Beside the predictor stand a plain baseline, a straight line through the logarithm of the parameters of all that was
trained before, and how well one training of the same cells tells another, with another seed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Literal

import numpy as np

from benchmarks.reproduction.replays import ACCURACY, TIME, foreseen, replayed
from benchmarks.reproduction.searched import Searched
from benchmarks.reproduction.steps import measured
from benchmarks.reproduction.table import Entry, Table
from vilfredo.predictors.protocol import Floats, Predictor
from vilfredo.predictors.quality import mape, spearman
from vilfredo.search.landscape import Landscape, cells_by_size
from vilfredo.strategies.pnas import Pnas
from vilfredo.strategies.popnas_v3 import PopnasV3
from vilfredo.trials import Measurement

Objective = Literal["accuracy", "training_time"]

CEILING = "another training"
LEAST = 4
"""Fewer cells than this have no rank correlation worth a mean."""

Pair = tuple[Floats, Floats]
"""Predicted and measured, shape (n,) each."""


def prediction_table(
    name: str, objective: Objective, searches: Sequence[Searched], landscapes: Sequence[Landscape] = ()
) -> Table:
    """One of the two tables: rows by data, columns by step.

    Parameters
    ----------
    searches
        Those of POPNASv3 are judged; all of them, where several seeds trained the same cells, tell how far two
        trainings of a cell agree.
    landscapes
        Their replays among the searches are judged on all cells too, and their repeated trainings tell how far two
        agree.
    """
    data = list(dict.fromkeys(search.data for search in searches if search.strategy == PopnasV3.name))
    last = max((search.size(m) for search in searches for m in search.measurements), default=2)
    sizes = list(range(2, last + 1))
    rows: list[list[Entry]] = []
    recorded = {replayed(landscape): landscape for landscape in landscapes}
    for one in data:
        of_data = [search for search in searches if search.data == one]
        for kind, pairs_of in _kinds(of_data, objective, recorded.get(one)).items():
            pairs = [pairs_of(size) for size in sizes]
            rows.append([one, kind, *map(_mape, pairs), *map(_rho, pairs), *map(_count, pairs)])
    columns = [("data", ""), ("prediction", ""), *((f"MAPE, b = {size}", ".2f") for size in sizes)]
    columns += [(f"ρ, b = {size}", ".3f") for size in sizes] + [(f"cells, b = {size}", ".3g") for size in sizes]
    return Table(name, columns, rows)


def _kinds(
    searches: Sequence[Searched], objective: Objective, landscape: Landscape | None
) -> Mapping[str, Callable[[int], list[Pair]]]:
    """What stands in the rows of one set of data, each by size."""
    judged = [search for search in searches if search.strategy == PopnasV3.name]
    if landscape is None:
        known = _seen([one for one in searches if not one.replayed], objective)
        everything: dict[str, Callable[[int], list[Pair]]] = {}
    else:
        known = _recorded(landscape, objective)
        everything = _everything(landscape, judged, objective)
        teachers = [search for search in searches if search.strategy == Pnas.name]
        if objective == "accuracy" and teachers:
            more = _everything(landscape, teachers, objective)
            everything |= {f"{kind}, after pnas": row for kind, row in more.items()}
    return {
        "predictor": lambda size: [chosen(search, size, objective) for search in judged],
        "log parameters": lambda size: [plain(search, size, objective) for search in judged],
        **everything,
        CEILING: lambda size: between_seeds(known.get(size, {})),
    }


def _everything(
    landscape: Landscape, taught: Sequence[Searched], objective: Objective
) -> dict[str, Callable[[int], list[Pair]]]:
    """Rows that only a landscape can have: all cells of a size, whether they were chosen or not.

    Parameters
    ----------
    taught
        Searches whose smaller cells are what is learnt from.
    """
    predictors: dict[str, Predictor] = {"predictor": ACCURACY if objective == "accuracy" else TIME}
    if objective == "training_time":
        predictors["predictor with trend"] = TIME.model_copy(update={"trend": True})

    def cells(size: int, seed: int) -> list[Measurement]:
        return measured(landscape, cells_by_size(landscape.space)[size], seed)

    rows: dict[str, Callable[[int], list[Pair]]] = {
        f"{name}, all cells": lambda size, predictor=predictor: [  # type: ignore[misc]
            everywhere(landscape, one, cells(size, one.seed), size, objective, predictor) for one in taught
        ]
        for name, predictor in predictors.items()
    }
    rows["log parameters, all cells"] = lambda size: [
        plain(one, size, objective, cells(size, one.seed)) for one in taught
    ]
    return rows


def chosen(search: Searched, size: int, objective: Objective) -> Pair:
    """What was predicted of the cells that the search then trained, and what came out."""
    found = [m for m in search.of_size(size) if objective in search.proposals[m.proposal].predicted]
    predicted = [search.proposals[m.proposal].predicted[objective] for m in found]
    return np.array(predicted, dtype=np.float64), _values(found, objective)


def plain(search: Searched, size: int, objective: Objective, asked: Sequence[Measurement] | None = None) -> Pair:
    """Predict the same cells, or those asked for, by a straight line over the logarithm of their parameters."""
    seen = [m for m in search.trained(1) if search.size(m) < size]
    asked = search.of_size(size) if asked is None else asked
    if len(seen) < 2 or not asked:
        return np.empty(0), np.empty(0)
    columns = np.column_stack([np.ones(len(seen)), _log_parameters(seen)])
    line = np.linalg.lstsq(columns, _values(seen, objective), rcond=None)[0]
    return line[0] + line[1] * _log_parameters(asked), _values(asked, objective)


def everywhere(
    landscape: Landscape,
    search: Searched,
    cells: Sequence[Measurement],
    size: int,
    objective: Objective,
    predictor: Predictor,
) -> Pair:
    """Predict all cells of a size as the search could have, not only those it chose, which are few and alike."""
    if size not in search.states:
        return np.empty(0), np.empty(0)
    what = "score" if objective == "accuracy" else objective
    predicted = foreseen(landscape, search, size, [m.architecture for m in cells], what, predictor)
    return predicted, _values(cells, objective)


def between_seeds(values: Mapping[int, Mapping[str, float]]) -> list[Pair]:
    """Pair the seeds, on the cells that both have; by seed, then by cell."""
    pairs = []
    for first, second in combinations(sorted(values), 2):
        common = sorted(values[first].keys() & values[second].keys())
        if len(common) >= LEAST:
            one, other = ([values[seed][cell] for cell in common] for seed in (first, second))
            pairs.append((np.array(one, dtype=np.float64), np.array(other, dtype=np.float64)))
    return pairs


Known = dict[int, dict[int, dict[str, float]]]
"""Values by size, seed and cell."""


def _recorded(landscape: Landscape, objective: Objective) -> Known:
    """What a landscape has of the cells that were trained with several seeds."""
    found: Known = {}
    for size, texts in cells_by_size(landscape.space).items():
        again = [text for text in texts if len(landscape.seeds(text)) > 1]
        seeds = max((len(landscape.seeds(text)) for text in again), default=0)
        found[size] = {seed: _by_cell(measured(landscape, again, seed), objective) for seed in range(seeds)}
    return found


def _seen(searches: Iterable[Searched], objective: Objective) -> Known:
    """What searches have of the same cells with different seeds."""
    found: Known = {}
    for search in searches:
        for m in search.trained():
            of_seed = found.setdefault(search.size(m), {}).setdefault(search.seed, {})
            of_seed.setdefault(m.architecture, m.objectives[objective])
    return found


def _by_cell(measurements: Iterable[Measurement], objective: Objective) -> dict[str, float]:
    return {m.architecture: m.objectives[objective] for m in measurements}


def _values(measurements: Sequence[Measurement], objective: Objective) -> Floats:
    return np.array([m.objectives[objective] for m in measurements], dtype=np.float64)


def _log_parameters(measurements: Sequence[Measurement]) -> Floats:
    return np.log(np.maximum(1.0, [m.objectives["parameters"] for m in measurements]))


def _mape(pairs: Sequence[Pair]) -> float:
    return _mean([mape(*pair) for pair in pairs if len(pair[0])])


def _rho(pairs: Sequence[Pair]) -> float:
    return _mean([spearman(*pair) for pair in pairs if len(pair[0]) >= LEAST])


def _count(pairs: Sequence[Pair]) -> float:
    return _mean([len(measured) for _, measured in pairs])


def _mean(values: Sequence[float]) -> float:
    """Over the seeds; those that have none are left out."""
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")
