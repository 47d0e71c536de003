"""What a cell's structure says about its training time (POPNASv3, section 3.2.2), for many cells at once."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.spaces.cell_space import Cells, CellSpace, consumed_blocks
from vilfredo.spaces.macro import MacroArchitecture

TIME_FEATURES = (
    "blocks",
    "cells",
    "op_score",
    "multiple_lookbacks",
    "lookback_op_fraction",
    "block_dependencies",
    "depth",
    "concatenated",
    "heaviest_path_fraction",
)
EMPTY_CELL_FEATURES = (0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def dynamic_reindex(operator_times: Mapping[str, float], empty_time: float) -> dict[str, float]:
    """Relative cost in [0, 1] of each operator (the paper's dynamic reindex).

    Parameters
    ----------
    operator_times
        Training time of the cell ``[(-1, o, -1, o)]`` per operator o, in any unit.
    empty_time
        Training time of the empty cell, in the same unit.

    Raises
    ------
    InputError
        When a time is not finite, or no operator takes longer than the empty cell.
    """
    for name, time in {"empty": empty_time, **operator_times}.items():
        if not math.isfinite(time):
            raise InputError(f"operator times: expected a finite time for '{name}', got {time}.")
    span = max(operator_times.values(), default=empty_time) - empty_time
    if not span > 0:
        raise InputError(
            f"operator times: expected an operator slower than the empty cell ({empty_time:g}), got {operator_times}."
        )
    # A noisy time below the empty cell's would make an operator's share negative.
    return {name: min(1.0, max(0.0, (time - empty_time) / span)) for name, time in operator_times.items()}


def time_features(
    cells: Cells, space: CellSpace, macro: MacroArchitecture, reindex: Mapping[str, float]
) -> NDArray[np.float64]:
    """The nine features of each cell, columns in the order of `TIME_FEATURES`.

    Parameters
    ----------
    cells
        Shape (n, b, 4).
    reindex
        Relative cost per operator of the space, from `dynamic_reindex`.

    Returns
    -------
    Shape (n, 9).

    Raises
    ------
    InputError
        When `reindex` lacks an operator of the space.
    """
    missing = [name for name in space.operators if name not in reindex]
    if missing:
        raise InputError(f"operator times: expected one for each operator, but '{missing[0]}' has none.")
    count, size, _ = cells.shape
    if size == 0:
        return np.tile(np.array(EMPTY_CELL_FEATURES), (count, 1))
    inputs = cells[..., 0::2]  # (n, b, 2)
    weight = np.array([reindex[name] for name in space.vocabulary])
    score = weight[cells[..., 1::2]]  # (n, b, 2)
    total = score.sum(axis=(1, 2))
    from_lookback = np.where(inputs < 0, score, 0.0).sum(axis=(1, 2))
    used = np.stack([(inputs == -k).any(axis=(1, 2)) for k in range(1, space.lookback + 1)], axis=1)  # (n, lookback)
    nearest = used.argmax(axis=1) + 1
    stacked = np.array([macro.cells_stacked(k) for k in range(space.lookback + 1)])
    unused = size - consumed_blocks(cells).sum(axis=1)
    features = [
        np.full(count, size),
        stacked[nearest],
        total,
        used.sum(axis=1) > 1,
        _fraction(from_lookback, total),
        (inputs >= 0).sum(axis=(1, 2)),
        _depth(inputs),
        np.where(unused > 1, unused, 0),
        _fraction(_heaviest_path(inputs, score), total),
    ]
    return np.stack(features, axis=1).astype(np.float64)


def _fraction(part: NDArray[np.float64], total: NDArray[np.float64]) -> NDArray[np.float64]:
    """``part / total``, and 1 where all operators are free, as for the empty cell."""
    return np.divide(part, total, out=np.ones_like(part), where=total > 0)


def _depth(inputs: NDArray[np.int8]) -> NDArray[np.int64]:
    """Blocks on the longest chain."""
    count, size, _ = inputs.shape
    depth = np.zeros((count, size + 1), dtype=np.int64)  # the last column stands for every lookback
    rows = np.arange(count)[:, None]
    for block in range(size):
        depth[:, block] = 1 + depth[rows, np.where(inputs[:, block] < 0, size, inputs[:, block])].max(axis=1)
    deepest: NDArray[np.int64] = depth.max(axis=1)
    return deepest


def _heaviest_path(inputs: NDArray[np.int8], score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Largest score of one operator and of everything that it depends on.

    No operator depends on less than its ancestors do, so the maximum over all operators is the one over
    the operators of the output blocks.
    """
    count, size, _ = inputs.shape
    rows = np.arange(count)[:, None]
    ancestors = np.zeros((count, size + 1, size), dtype=bool)  # (n, block, block); the last row: a lookback
    heaviest = np.zeros(count)
    for block in range(size):
        source = np.where(inputs[:, block] < 0, size, inputs[:, block])  # (n, 2)
        above = ancestors[rows, source]  # (n, 2, b)
        paths = score[:, block] + (above * score.sum(axis=2)[:, None, :]).sum(axis=2)  # (n, 2)
        heaviest = np.maximum(heaviest, paths.max(axis=1))
        ancestors[:, block] = above.any(axis=1)
        ancestors[:, block, block] = True
    return heaviest
