"""Table 7 of POPNAS v1: accuracy of the best, the best 5, the best 25 and all cells of each step."""

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.reproduction.replays import foreseen
from benchmarks.reproduction.searched import Searched, accuracies
from benchmarks.reproduction.steps import measured
from benchmarks.reproduction.table import Entry, Table
from vilfredo.predictors.protocol import Floats
from vilfredo.search.landscape import Landscape, cells_by_size
from vilfredo.strategies.popnas_v1 import PopnasV1

TOPS = (1, 5, 25, None)
"""How many of the best; None for all."""

Ranked = Callable[[int, int], Floats | None]
"""Accuracies of cells of a size, best first, seen with a seed; None where there are none to be had."""


def top_table(landscape: Landscape, searches: Sequence[Searched]) -> Table:
    """What each strategy trained, all cells there are, and the order in which POPNAS v1's controller puts these.

    Parameters
    ----------
    searches
        Replays, some of them of POPNAS v1.
    """
    cells = cells_by_size(landscape.space)
    seeds = sorted({search.seed for search in searches})
    sizes = range(1, landscape.space.blocks + 1)

    def everything(size: int, seed: int) -> Floats:
        return accuracies(measured(landscape, cells[size], seed))

    ranked: dict[str, Ranked] = {
        name: _trained({search.seed: search for search in searches if search.strategy == name})
        for name in dict.fromkeys(search.strategy for search in searches)
    }
    first = {search.seed: search for search in searches if search.strategy == PopnasV1.name}
    ranked["all cells, in popnas-v1's predicted order"] = _in_order(landscape, first)
    ranked["all cells (oracle)"] = everything
    rows: list[list[Entry]] = []
    for name, of in ranked.items():
        for top in TOPS:
            values = [_mean([_top(of(size, seed), top) for seed in seeds]) for size in sizes]
            rows.append([name, "all" if top is None else str(top), *values])
        rows.append([name, "how many", *(_count([of(size, seed) for seed in seeds]) for size in sizes)])
    return Table("v1-table-7", [("cells", ""), ("top", ""), *((f"B = {size}", ".4g") for size in sizes)], rows)


def _trained(searches: dict[int, Searched]) -> Ranked:
    return lambda size, seed: accuracies(searches[seed].of_size(size))


def _in_order(landscape: Landscape, searches: dict[int, Searched]) -> Ranked:
    """True accuracies of all cells of a size, those predicted best first."""
    cells = cells_by_size(landscape.space)
    controller = PopnasV1().controller

    def order(size: int, seed: int) -> Floats | None:
        if size < 2 or size not in searches[seed].states:
            return None
        known = measured(landscape, cells[size], seed)
        texts = [m.architecture for m in known]
        predicted = foreseen(landscape, searches[seed], size, texts, "score", controller)
        actual = np.array([m.objectives["accuracy"] for m in known], dtype=np.float64)
        return actual[np.argsort(-predicted, kind="stable")]

    kept = {(size, seed): order(size, seed) for size in cells for seed in searches}
    return lambda size, seed: kept[size, seed]


def _top(ranked: Floats | None, top: int | None) -> float:
    """Mean of the first ones; NaN where there are not as many."""
    if ranked is None or not len(ranked) or len(ranked) < (top or 1):
        return float("nan")
    return float(ranked[:top].mean())


def _mean(values: Sequence[float]) -> float:
    """Over the seeds; NaN unless all of them have it."""
    return float(np.mean(values))


def _count(ranked: Sequence[Floats | None]) -> float:
    counts = [len(one) for one in ranked if one is not None]
    return float(np.mean(counts)) if counts else float("nan")
