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

from vilfredo.spaces.cells import Cell
from vilfredo.spaces.codes import Cells, consumed_blocks, decode, encode

# More than any operand's number or the product of two, and yet their sum fits whatever the spaces' limits allow.
_UNAVAILABLE = 2**30
_AT_ONCE = 8192  # cells; what is at work then stays in the cache


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
    forms = cells.copy()
    if count == 0 or size == 0:
        return forms
    lookback = max(1, -int(cells[..., 0::2].min()))
    operators = int(cells[..., 1::2].max()) + 1
    for start in range(0, count, _AT_ONCE):
        batch = slice(start, start + _AT_ONCE)
        forms[batch] = _decode_blocks(_codes(cells[batch], lookback, operators), lookback, operators)
    return forms


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
    ranked = words[order]
    fresh = np.r_[True, (ranked[1:] != ranked[:-1]).any(axis=1)]
    # lexsort is stable, so each group starts with its earliest row.
    return np.sort(order[fresh])


def _codes(cells: Cells, lookback: int, operators: int) -> NDArray[np.int32]:
    """One number per block of each canonical form, ordered as the spelling is.

    Here cells come last: NumPy is many times faster along them than along the few blocks of one.

    Returns
    -------
    Shape (b, n).
    """
    count, size, _ = cells.shape
    columns = np.ascontiguousarray(cells.T)  # (4, b, n)
    inputs, names = columns[0::2], columns[1::2].astype(np.int32)  # (2, b, states) each
    # An operand's number under the new names of the blocks; those that read a block not placed yet have none.
    elements = np.where(inputs < 0, (inputs + np.int32(lookback)) * operators + names, _UNAVAILABLE)
    consumed = consumed_blocks(cells).T  # (b, states)
    codes = np.empty((size, count), dtype=np.int32)
    # One state per way to continue a cell; most cells have a single one throughout.
    row = np.arange(count)
    for position in range(size):
        code = _block_codes(elements, (lookback + size) * operators)
        lowest = np.minimum.reduceat(code.min(axis=0), np.flatnonzero(np.diff(row, prepend=-1)))
        codes[position] = lowest
        state, block = _followed(code == lowest[row], consumed)
        if len(state) != len(row) or (state[1:] == state[:-1]).any():
            # Unlike indexing, `take` leaves the cells the last dimension in memory as well.
            row, consumed, elements = row[state], consumed.take(state, axis=1), elements.take(state, axis=2)
            inputs, names = inputs.take(state, axis=2), names.take(state, axis=2)
        renamed = names + np.int32((position + lookback) * operators)
        np.copyto(elements, renamed, where=inputs == block)
        elements[:, block, np.arange(len(block))] = _UNAVAILABLE
    return codes


def _block_codes(elements: NDArray[np.int32], base: int) -> NDArray[np.int32]:
    """Combine the operands' numbers (2, b, states), sorted, into one per block; still huge where one has none."""
    low, high = np.minimum(*elements), np.maximum(*elements)
    code: NDArray[np.int32] = np.minimum(low, base) * np.int32(base) + high
    return code


def _followed(ties: NDArray[np.bool_], consumed: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """List the states to follow and the block that each places, given the blocks (b, states) that may come next."""
    size, count = ties.shape
    if (ties.sum(axis=0, dtype=np.int8) == 1).all():
        return np.arange(count), (ties * np.arange(size, dtype=np.int8)[:, None]).sum(axis=0, dtype=np.int8)
    # Blocks that tie and that nothing reads are interchangeable: following one of them is enough.
    idle = ties & ~consumed
    state, block = np.nonzero((ties & (consumed | (np.cumsum(idle, axis=0) == 1))).T)
    return state, block.astype(np.int8)


def _decode_blocks(codes: NDArray[np.int32], lookback: int, operators: int) -> Cells:
    """Write out the blocks (n, b, 4) behind the numbers (b, n)."""
    base = np.int32((lookback + len(codes)) * operators)
    low = codes // base
    cells = np.empty((4, *codes.shape), dtype=np.int8)
    for operand, element in enumerate((low, codes - low * base)):
        read = element // np.int32(operators)
        cells[2 * operand] = read - lookback
        cells[2 * operand + 1] = element - read * np.int32(operators)
    return cells.T
