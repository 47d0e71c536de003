"""What a cell's structure says about its training time (POPNASv3, section 3.2.2), for many cells at once."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.spaces.codes import Alphabet, Cells
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

Features = NDArray[np.float64]
"""Shape (n, 9)."""

_AT_ONCE = 8192  # cells; what is at work then stays in the cache


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


def time_features(cells: Cells, space: Alphabet, macro: MacroArchitecture, reindex: Mapping[str, float]) -> Features:
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
    missing = [name for name in space.vocabulary if name not in reindex]
    if missing:
        raise InputError(f"operator times: expected one for each operator, but '{missing[0]}' has none.")
    count, size, _ = cells.shape
    if size == 0:
        return np.tile(np.array(EMPTY_CELL_FEATURES), (count, 1))
    weight = np.array([reindex[name] for name in space.vocabulary])
    stacked = np.array([macro.cells_stacked(k) for k in range(space.lookback + 1)], dtype=np.float64)
    features = np.empty((len(TIME_FEATURES), count))  # one column is one piece of memory, as CatBoost likes it
    for start in range(0, count, _AT_ONCE):
        batch = slice(start, start + _AT_ONCE)
        features[:, batch] = _features(np.ascontiguousarray(cells[batch].T), weight, stacked)
    return features.T


def _features(
    columns: NDArray[np.int8], weight: NDArray[np.float64], stacked: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Describe cells, here the last dimension of `columns` (4, b, n), where NumPy is many times faster.

    Parameters
    ----------
    weight
        Relative cost per operator.
    stacked
        How many cells there are by the nearest lookback in use, the first for none.

    Returns
    -------
    Shape (9, n).
    """
    inputs, score = columns[0::2], weight[columns[1::2]]  # (2, b, n) each
    _, size, count = inputs.shape
    total = _added(score.reshape(-1, count))
    used = np.stack([(inputs == -k).any(axis=(0, 1)) for k in range(1, len(stacked))])  # (lookback, n)
    depth, heaviest, outputs = _paths(inputs, score)
    return np.stack(
        [
            np.full(count, size),
            stacked[used.argmax(axis=0) + 1],
            total,
            used.sum(axis=0) > 1,
            _fraction(_added(np.where(inputs < 0, score, 0).reshape(-1, count)), total),
            (inputs >= 0).sum(axis=(0, 1)),
            depth,
            np.where(outputs > 1, outputs, 0),
            _fraction(heaviest, total),
        ]
    )


def _added(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Add up the rows one after the other: `sum` chooses an order, and with it the last bit, by the shape."""
    total: NDArray[np.float64] = rows[0].copy()
    for row in rows[1:]:
        total += row
    return total


def _fraction(part: NDArray[np.float64], total: NDArray[np.float64]) -> NDArray[np.float64]:
    """``part / total``, and 1 where all operators are free, as for the empty cell."""
    return np.divide(part, total, out=np.ones_like(part), where=total > 0)


def _paths(
    inputs: NDArray[np.int8], score: NDArray[np.float64]
) -> tuple[NDArray[np.int8], NDArray[np.float64], NDArray[np.int8]]:
    """Follow the blocks (2, b, n) upwards.

    Returns
    -------
    Blocks on the longest chain, the largest score of one operator and of everything that it depends on, and how
    many blocks no other reads; shape (n,) each.
    """
    _, size, count = inputs.shape
    depth = np.ones((size, count), dtype=np.int8)
    above = np.zeros((size, size, count), dtype=bool)  # (block, those that it depends on and itself, n)
    read = np.zeros((size, count), dtype=bool)
    blocks = score.sum(axis=0)  # (b, n)
    heaviest = np.zeros(count)
    for block in range(size):
        for source, own in zip(inputs[:, block], score[:, block], strict=True):  # (n,) each
            ancestors = np.zeros((block, count), dtype=bool)
            for other in range(block):
                reads = source == other
                read[other] |= reads
                ancestors[: other + 1] |= above[other, : other + 1] & reads
                depth[block] = np.maximum(depth[block], (depth[other] + 1) * reads)
            # No operator depends on less than its ancestors do, so the largest of all is one of an output block.
            heaviest = np.maximum(heaviest, _added(np.concatenate([own[None], ancestors * blocks[:block]])))
            above[block, :block] |= ancestors
        above[block, block] = True
    return depth.max(axis=0), heaviest, size - read.sum(axis=0, dtype=np.int8)
