"""Tables 3 to 6 of POPNAS v1: how wrong its time regressors are, before and after each transformation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from benchmarks.reproduction.errors import Errors, forward, within
from benchmarks.reproduction.steps import Step, steps, title
from benchmarks.reproduction.table import Entry, Table
from vilfredo.predictors.block_sum import BlockSum
from vilfredo.predictors.protocol import Predictor
from vilfredo.predictors.sliding import Reindex, SlidingBlocks
from vilfredo.predictors.sliding_linear import SlidingNnls, SlidingRidge
from vilfredo.predictors.sliding_trees import SlidingTrees
from vilfredo.search.landscape import Landscape

TREES = 6
"""Combinations of the trees' grid that are tried: the paper's 288 would take hours, and change little here."""

Make = Callable[[SlidingBlocks], Predictor]

_LINEAR: Mapping[str, Make] = {
    "Ridge": lambda encoding: SlidingRidge(encoding=encoding),
    "NNLS": lambda encoding: SlidingNnls(encoding=encoding),
}
_ALL: Mapping[str, Make] = {
    "block sum": lambda _: BlockSum(),
    **_LINEAR,
    "boosted trees": lambda encoding: SlidingTrees(trials=TREES, encoding=encoding),
}
_TRANSFORMED: Sequence[tuple[str, Reindex, bool]] = (
    ("standard", "none", True),
    ("reordered (static)", "static", True),
    ("without inputs", "none", False),
    ("reordered, without inputs", "static", False),
    ("dynamic, without inputs", "dynamic", False),
)
"""What was done to the rows, its re-index, and whether inputs are kept."""


_COMPARED: Sequence[Reindex] = ("static", "dynamic")


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What regressors are tried on: one recorded space, seen with each of its seeds."""

    title: str
    blocks: int
    seeds: Sequence[Sequence[Step]]
    """By seed, then by size."""


def grounds(landscapes: Sequence[Landscape]) -> list[Ground]:
    """List the landscapes' spaces of two blocks and more."""
    found = []
    for landscape in landscapes:
        count = max(len(landscape.seeds(cell)) for cell in landscape.cells())
        found += [
            Ground(title(landscape, space), space.blocks, [steps(landscape, space, seed) for seed in range(count)])
            for space in landscape.about.spaces
            if space.blocks >= 2
        ]
    return found


def regressor_tables(landscapes: Sequence[Landscape]) -> list[Table]:
    """Tables 3, 4, 5 and 6, and one of the initial thrust."""
    found = grounds(landscapes)
    return [table_3(found), table_4(found), table_5(found), table_6(found), table_thrust(found)]


def table_3(found: Sequence[Ground]) -> Table:
    """The four regressors before any transformation: operators as they come, inputs kept."""
    sizes = _sizes(found)
    rows: list[list[Entry]] = []
    for ground, (name, make) in product(found, _ALL.items()):
        predictor = make(_encoding(ground, "none", True))
        errors = _forward(predictor, ground)
        row = _errors(errors, sizes) + [_mean([e.bias(size) for e in errors]) for size in sizes]
        inside: list[Entry] = [None] * len(sizes)
        if name != "block sum":  # it is of cells less one block: within one size there is nothing to look up
            inside = [within(predictor, ground.seeds[0][size]) if size <= ground.blocks else None for size in sizes]
        rows.append([ground.title, name, *row, *inside])
    columns = [*_columns("regressor", sizes), *_signed("bias", sizes), *_numbers("within", sizes)]
    return Table("v1-table-3", columns, rows)


def table_4(found: Sequence[Ground]) -> Table:
    """Ridge and NNLS before and after each transformation."""
    sizes = _sizes(found)
    rows: list[list[Entry]] = []
    for ground, (name, make), (change, reindex, inputs) in product(found, _LINEAR.items(), _TRANSFORMED):
        errors = _forward(make(_encoding(ground, reindex, inputs)), ground)
        rows.append([ground.title, f"{name}: {change}", *_errors(errors, sizes)])
    return Table("v1-table-4", _columns("regressor and rows", sizes), rows)


def table_5(found: Sequence[Ground]) -> Table:
    """NNLS without inputs, static and dynamic: mean, greatest and least error over all cells predicted."""
    rows: list[list[Entry]] = []
    for ground, reindex in product(found, _COMPARED):
        errors = _forward(_nnls(ground, reindex), ground)
        means = [e.progressive(ground.blocks) for e in errors]
        greatest, least = [float(e.absolute.max()) for e in errors], [float(e.absolute.min()) for e in errors]
        rows.append([ground.title, reindex, _mean(means), _mean(greatest), _mean(least)])
    figures = ("mean error", "greatest", "least")
    return Table("v1-table-5", [("space", ""), ("re-index", ""), *((name, ".4f") for name in figures)], rows)


def table_6(found: Sequence[Ground]) -> Table:
    """NNLS without inputs, static and dynamic, by size."""
    sizes = _sizes(found)
    rows: list[list[Entry]] = []
    for ground, reindex in product(found, _COMPARED):
        rows.append([ground.title, reindex, *_errors(_forward(_nnls(ground, reindex), ground), sizes)])
    return Table("v1-table-6", _columns("re-index", sizes), rows)


def table_thrust(found: Sequence[Ground]) -> Table:
    """Cells of two blocks predicted with and without the empty cell among the observations (section 3.3.2)."""
    rows: list[list[Entry]] = []
    for ground, (name, make) in product(found, _LINEAR.items()):
        predictor = make(_encoding(ground, "dynamic", False))
        both = [_forward(predictor, ground, thrust=thrust) for thrust in (True, False)]
        rows.append([ground.title, name, *(_mean([e.proper(2) for e in errors]) for errors in both)])
    columns = [("space", ""), ("regressor", ""), ("with thrust, B = 2", ".4f"), ("without, B = 2", ".4f")]
    return Table("v1-thrust", columns, rows)


def _forward(predictor: Predictor, ground: Ground, *, thrust: bool = True) -> list[Errors]:
    return [forward(predictor, seen, thrust=thrust) for seen in ground.seeds]


def _nnls(ground: Ground, reindex: Reindex) -> SlidingNnls:
    return SlidingNnls(encoding=_encoding(ground, reindex, False))


def _encoding(ground: Ground, reindex: Reindex, inputs: bool) -> SlidingBlocks:
    return SlidingBlocks(blocks=ground.blocks, reindex=reindex, inputs=inputs)


def _sizes(found: Sequence[Ground]) -> list[int]:
    return list(range(2, max(ground.blocks for ground in found) + 1))


def _errors(errors: Sequence[Errors], sizes: Sequence[int]) -> list[Entry]:
    proper: list[Entry] = [_mean([e.proper(size) for e in errors]) for size in sizes]
    return proper + [_mean([e.progressive(size) for e in errors]) for size in sizes]


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def _columns(what: str, sizes: Sequence[int]) -> list[tuple[str, str]]:
    return [("space", ""), (what, ""), *_numbers("proper", sizes), *_numbers("progressive", sizes)]


def _numbers(name: str, sizes: Sequence[int]) -> list[tuple[str, str]]:
    return [(f"{name}, B = {size}", ".4f") for size in sizes]


def _signed(name: str, sizes: Sequence[int]) -> list[tuple[str, str]]:
    return [(f"{name}, B = {size}", "+.4f") for size in sizes]
