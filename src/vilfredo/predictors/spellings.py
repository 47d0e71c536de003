"""All the ways to write one cell down: augmentation for surrogates that read cells block by block."""

import numpy as np
from numpy.typing import NDArray

from vilfredo.spaces.codes import Cells


def spellings(cells: Cells, limit: int, rng: np.random.Generator) -> tuple[Cells, NDArray[np.int64]]:
    """List the spellings of each cell: its blocks in every order in which none reads a later one.

    The operands of each block are sorted. Where a cell has more than `limit` orders, a random subset of
    them is followed; the order it came in is always among them.

    Parameters
    ----------
    cells
        Shape (n, b, 4).
    limit
        Most spellings per cell, ≥ 1; 24 are all of any cell of up to four blocks.

    Returns
    -------
    Shape (m, b, 4), different for each cell, and (m,) the row of `cells` that each spells, ascending.
    """
    count, size, _ = cells.shape
    if count == 0 or size == 0:
        return cells.copy(), np.arange(count)
    inputs = cells[..., 0::2].astype(np.int64)  # (n, b, 2)
    row = np.arange(count)
    label = np.full((count, size), -1, dtype=np.int64)  # (states, b): new position of each block, -1: not placed
    for position in range(size):
        state, block = np.nonzero(_placeable(inputs[row], label))
        row, label = row[state], label[state]
        label[np.arange(len(row)), block] = position
        # Every beginning leads to at least one order, so a cell within the limit at the end always was.
        kept = _at_most(limit, row, _as_given(label), rng)
        row, label = row[kept], label[kept]
    spelled = _relabel(cells[row], label)
    # Twin blocks give the same spelling in several orders.
    rows = np.unique(np.column_stack([row, spelled.reshape(len(row), -1)]), axis=0)
    return rows[:, 1:].reshape(-1, size, 4).astype(np.int8), rows[:, 0]


def sort_operands(cells: Cells) -> Cells:
    """Put the operands of each block in ascending order of (input, operator), as expansion writes them."""
    in1, op1, in2, op2 = np.moveaxis(cells, -1, 0)  # (n, b) each
    swapped = (in1 > in2) | ((in1 == in2) & (op1 > op2))
    return np.where(swapped[..., None], cells[..., [2, 3, 0, 1]], cells)


def _placeable(inputs: NDArray[np.int64], label: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which blocks can come next: not placed themselves, and all that they read is; shape (states, b)."""
    read = np.take_along_axis(label, np.maximum(inputs, 0).reshape(len(inputs), -1), axis=1)
    ready = (inputs < 0) | (read.reshape(inputs.shape) >= 0)  # (states, b, 2)
    placeable: NDArray[np.bool_] = (label < 0) & ready.all(axis=2)
    return placeable


def _as_given(label: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which states have kept the order of the blocks so far."""
    kept: NDArray[np.bool_] = ((label < 0) | (label == np.arange(label.shape[1]))).all(axis=1)
    return kept


def _at_most(
    limit: int, row: NDArray[np.int64], favoured: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Pick up to `limit` states per row, at random but for the favoured."""
    order = np.lexsort((np.where(favoured, -1.0, rng.random(len(row))), row))
    starts = np.flatnonzero(np.r_[True, row[order][1:] != row[order][:-1]])
    rank = np.arange(len(row)) - np.repeat(starts, np.diff(np.r_[starts, len(row)]))
    return np.sort(order[rank < limit])


def _relabel(cells: Cells, label: NDArray[np.int64]) -> Cells:
    """Write each cell in its new order, shape (states, b, 4)."""
    inputs = cells[..., 0::2].astype(np.int64)
    read = np.take_along_axis(label, np.maximum(inputs, 0).reshape(len(cells), -1), axis=1)
    renamed = cells.copy()
    renamed[..., 0::2] = np.where(inputs < 0, inputs, read.reshape(inputs.shape))
    return sort_operands(np.take_along_axis(renamed, np.argsort(label, axis=1)[..., None], axis=1))
