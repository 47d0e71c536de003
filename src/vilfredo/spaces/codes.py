"""Many cells as one array of small integers."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.spaces.cells import Block, Cell

Cells = NDArray[np.int8]
"""Shape (n, b, 4): n architectures of b blocks, each (in1, op1, in2, op2). Inputs as in `Block`; operators as
indices into a space's vocabulary. What other spaces hold is written as cells too: see `Space`."""


class Alphabet(Protocol):
    """What the numbers in `Cells` stand for."""

    @property
    def lookback(self) -> int:
        """Furthest earlier cell that a block may read."""
        ...

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """Names of the operators in alphabetical order, so that an encoding's order is the same in every space."""
        ...


def encode(cells: Iterable[Cell], vocabulary: Sequence[str], lookback: int, size: int) -> Cells:
    """Encode `cells`, all of `size` blocks, over an alphabetical `vocabulary`; see `CellSpace.encode`."""
    index = {name: position for position, name in enumerate(vocabulary)}
    rows = []
    for cell in cells:
        for name in sorted(cell.operators):
            if name not in index:
                raise InputError(f"cell: {cell} uses '{name}', which is not in the space: {', '.join(vocabulary)}.")
        if cell.lookbacks and -cell.lookbacks[-1] > lookback:
            raise InputError(f"cell: {cell} reads lookback {cell.lookbacks[-1]}, the space allows -1 … -{lookback}.")
        rows.append([(block.in1, index[block.op1], block.in2, index[block.op2]) for block in cell.blocks])
    return np.array(rows, dtype=np.int8).reshape(len(rows), size, 4)


def decode(cells: Cells, vocabulary: Sequence[str]) -> list[Cell]:
    """Turn an array (n, b, 4) over an alphabetical `vocabulary` back into cells."""
    return [
        Cell(tuple(Block(in1, vocabulary[op1], in2, vocabulary[op2]) for in1, op1, in2, op2 in rows))
        for rows in cells.tolist()
    ]


def common_size(sizes: Iterable[int], what: str) -> int:
    """Return the one size that all have, 0 where there are none.

    Raises
    ------
    InputError
        When they differ: `what` cannot be encoded together.
    """
    found = set(sizes)
    if len(found) > 1:
        raise InputError(f"{what}: expected {what} of one size to encode together, got sizes {sorted(found)}.")
    return found.pop() if found else 0


def consumed_blocks(cells: Cells) -> NDArray[np.bool_]:
    """Which blocks some other block of the cell reads, shape (n, b)."""
    inputs = cells[..., 0::2]  # (n, b, 2)
    return np.stack([(inputs == block).any(axis=(1, 2)) for block in range(cells.shape[1])], axis=1)
