"""The canonical form of cells: equal for two cells exactly when they are isomorphic.

Swapping the operands of a block, or listing the blocks in another order, changes a cell's text but not the
network it builds. Among all spellings of a cell (its blocks in every topological order, the operands of each
sorted) the canonical form is the lexicographically smallest. It is found greedily: one block after the other,
the smallest that can come next; only where two blocks tie must both continuations be followed. The form is
itself a spelling, so cells that share a block and cells that duplicate it never get one form.

Many cells are treated at once; a single cell is an array of length one.
"""

import numpy as np
from numpy.typing import NDArray

from vilfredo.spaces.cell_space import Cells, consumed_blocks, decode, encode
from vilfredo.spaces.cells import Cell

_UNAVAILABLE = np.iinfo(np.int64).max


def canonical_cell(cell: Cell) -> Cell:
    """Return the canonical spelling of one cell; its text is the key under which results are stored."""
    if not cell.blocks:
        return cell
    vocabulary = sorted(cell.operators)
    array = encode([cell], vocabulary, -cell.lookbacks[-1], len(cell))
    return decode(canonical(array), vocabulary)[0]


def canonical(cells: Cells) -> Cells:
    """Canonical spelling of each cell of an array (n, b, 4)."""
    count, size, _ = cells.shape
    if count == 0 or size == 0:
        return cells.copy()
    wide = cells.astype(np.int32)
    lookback = max(1, -int(wide[..., 0::2].min()))
    operators = int(wide[..., 1::2].max()) + 1
    elements = (lookback + size) * operators
    consumed = consumed_blocks(cells)
    codes = np.empty((count, size), dtype=np.int64)
    # One state per way to continue a cell; most cells have a single one throughout.
    row = np.arange(count)
    label = np.full((count, size), -1, dtype=np.int32)  # (states, b): new position of each block, -1: not placed
    for position in range(size):
        code = _codes(wide[row], label, lookback, operators, elements)
        lowest = code.min(axis=1)
        starts = np.flatnonzero(np.r_[True, row[1:] != row[:-1]])
        codes[:, position] = np.minimum.reduceat(lowest, starts)
        ties = code == codes[row, position][:, None]
        # Blocks that tie and that nothing reads are interchangeable: following one of them is enough.
        idle = ties & ~consumed[row]
        ties &= consumed[row] | (np.cumsum(idle, axis=1) == 1)
        state, block = np.nonzero(ties)
        row, label = row[state], label[state]
        label[np.arange(len(row)), block] = position
    return _decode_blocks(codes, lookback, operators, elements)


def unique(cells: Cells) -> tuple[Cells, NDArray[np.int64]]:
    """Canonical forms without repetition, in order of first appearance, and the indices of those first ones."""
    forms = canonical(cells)
    first = first_occurrences(forms)
    return forms[first], first


def first_occurrences(cells: Cells) -> NDArray[np.int64]:
    """Indices, ascending, of the first of each group of identical rows."""
    if cells.shape[0] == 0 or cells.shape[1] == 0:
        return np.arange(min(1, len(cells)))
    rows = np.ascontiguousarray(cells.reshape(len(cells), -1))
    padded = np.zeros((len(rows), -(-rows.shape[1] // 8) * 8), dtype=np.int8)
    padded[:, : rows.shape[1]] = rows
    words = padded.view(np.int64)  # (n, w): sorting few whole words is several times faster than many bytes
    order = np.lexsort(words.T)
    fresh = np.r_[True, (words[order][1:] != words[order][:-1]).any(axis=1)]
    # lexsort is stable, so each group starts with its earliest row.
    return np.sort(order[fresh])


def _codes(
    cells: NDArray[np.int32], label: NDArray[np.int32], lookback: int, operators: int, elements: int
) -> NDArray[np.int64]:
    """One number per block that can be placed next, ordered as the spelling is; the others are unavailable."""
    inputs, names = cells[..., 0::2], cells[..., 1::2]  # (states, b, 2) each
    flat = np.maximum(inputs, 0).reshape(len(cells), -1)
    placed = np.take_along_axis(label, flat, axis=1).reshape(inputs.shape)
    renamed = np.where(inputs < 0, inputs, placed)
    available = (label < 0) & ((inputs < 0) | (placed >= 0)).all(axis=2)
    element = ((renamed + lookback) * operators + names).astype(np.int64)  # (states, b, 2)
    code = element.min(axis=2) * elements + element.max(axis=2)
    return np.where(available, code, _UNAVAILABLE)


def _decode_blocks(codes: NDArray[np.int64], lookback: int, operators: int, elements: int) -> Cells:
    pair = np.stack([codes // elements, codes % elements], axis=2)  # (n, b, 2)
    inputs, names = pair // operators - lookback, pair % operators
    return np.stack([inputs, names], axis=3).reshape(*codes.shape, 4).astype(np.int8)
