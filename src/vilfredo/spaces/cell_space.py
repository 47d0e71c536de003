"""The search space of cells and the encoding of many cells as one array of small integers."""

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from vilfredo.errors import InputError
from vilfredo.settings import Settings
from vilfredo.spaces.cells import LIMIT, Block, Cell

Cells = NDArray[np.int8]
"""Shape (n, b, 4): n cells of b blocks, each (in1, op1, in2, op2). Inputs as in `Block`; operators as
indices into `CellSpace.vocabulary`."""


class CellSpace(Settings):
    """All cells of up to `blocks` blocks over a set of operators (POPNASv3, section 3.1)."""

    operators: tuple[str, ...] = Field(min_length=1, max_length=120)
    lookback: int = Field(default=2, ge=1, le=LIMIT)
    """Furthest earlier cell that a block may read: 2 allows the inputs -1 and -2."""
    blocks: int = Field(default=5, ge=1, le=10)
    """Most blocks in a cell, B in the papers."""

    @field_validator("operators")
    @classmethod
    def _unique(cls, operators: tuple[str, ...]) -> tuple[str, ...]:
        repeated = sorted({name for name in operators if operators.count(name) > 1})
        if repeated:
            raise ValueError(f"each operator may stand there once, but '{repeated[0]}' is repeated")
        return operators

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """The operators in alphabetical order, so that an encoding's order is the same in every space."""
        return tuple(sorted(self.operators))

    def encode(self, cells: Sequence[Cell]) -> Cells:
        """Encode cells of one size.

        Raises
        ------
        InputError
            When the cells differ in size or use an operator or a lookback that the space lacks.
        """
        sizes = {len(cell) for cell in cells}
        if len(sizes) > 1:
            raise InputError(f"cells: expected cells of one size to encode together, got sizes {sorted(sizes)}.")
        return encode(cells, self.vocabulary, self.lookback, size=sizes.pop() if sizes else 0)

    def decode(self, cells: Cells) -> list[Cell]:
        """Turn an array (n, b, 4) back into cells."""
        return decode(cells, self.vocabulary)

    def added_blocks(self, size: int) -> int:
        """How many blocks may be added to a cell of `size` blocks: 300, 666, … for 12 operators, lookback 2."""
        elements = (self.lookback + size) * len(self.operators)
        return elements * (elements + 1) // 2


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


def consumed_blocks(cells: Cells) -> NDArray[np.bool_]:
    """Which blocks some other block of the cell reads, shape (n, b)."""
    inputs = cells[..., 0::2]  # (n, b, 2)
    return np.stack([(inputs == block).any(axis=(1, 2)) for block in range(cells.shape[1])], axis=1)
