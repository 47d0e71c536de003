"""The search space of cells."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from vilfredo.errors import InputError
from vilfredo.spaces.canonical import canonical, unique
from vilfredo.spaces.cells import LIMIT, Block, Cell, parse_cell
from vilfredo.spaces.codes import Cells, common_size, consumed_blocks, decode, encode
from vilfredo.spaces.expansion import blocks_to_add, expand
from vilfredo.spaces.features import TIME_FEATURES, time_features
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.sampling import sample
from vilfredo.spaces.space import Space

__all__ = ["CellSpace", "Cells", "consumed_blocks", "decode", "encode"]


@final
class CellSpace(Space):
    """All cells of up to `blocks` blocks over a set of operators (POPNASv3, section 3.1)."""

    kind: ClassVar[str] = "cells"
    noun: ClassVar[str] = "cell"
    unit: ClassVar[str] = "blocks"

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

    @property
    def reach(self) -> int:
        """The furthest lookback."""
        return self.lookback

    @property
    def largest(self) -> int:
        """B."""
        return self.blocks

    @property
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
        return encode(cells, self.vocabulary, self.lookback, size=common_size(map(len, cells), "cells"))

    def decode(self, cells: Cells) -> list[Cell]:
        """Turn an array (n, b, 4) back into cells."""
        return decode(cells, self.vocabulary)

    def added_blocks(self, size: int) -> int:
        """How many blocks may be added to a cell of `size` blocks: 300, 666, … for 12 operators, lookback 2."""
        elements = (self.lookback + size) * len(self.operators)
        return elements * (elements + 1) // 2

    def size_of(self, text: str) -> int:
        """Blocks of the cell that `text` spells; see `Space.size_of`."""
        return len(parse_cell(text))

    def codes(self, texts: Sequence[str]) -> Cells:
        """Encode cells of one size, as they are spelt; see `Space.codes`."""
        return self.encode([parse_cell(text) for text in texts])

    def texts(self, codes: Cells) -> list[str]:
        """Canonical spellings; see `Space.texts`."""
        return [str(cell) for cell in self.decode(canonical(codes))]

    def first(self) -> Cells:
        """All cells of one block, without specular ones."""
        return blocks_to_add(self, 0)

    def expand(self, parents: Cells) -> Cells:
        """Add every block to every parent (section 3.3); see `expansion.expand`."""
        return expand(parents, self)

    def unique(self, codes: Cells) -> Cells:
        """Keep one cell, canonical, of each isomorphism class; see `canonical.unique`."""
        return unique(codes)[0]

    def sample(self, size: int, count: int, rng: np.random.Generator) -> Cells:
        """Draw isomorphism classes; see `sampling.sample`."""
        return sample(self, size, count, rng)

    def added(self, size: int) -> int:
        """How many blocks may be added; see `added_blocks`."""
        return self.added_blocks(size)

    def symmetric(self) -> Mapping[str, str]:
        """Each operator's symmetric cell of one block, ``[(-1, o, -1, o)]`` (section 3.2.2)."""
        return {name: str(Cell((Block(-1, name, -1, name),))) for name in self.operators}

    def examples(self) -> tuple[str, ...]:
        """List the symmetric cells: a cell of one block costs the mean of two of them."""
        return tuple(self.symmetric().values())

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The nine of the paper."""
        return TIME_FEATURES

    def time_features(
        self, codes: Cells, macro: MacroArchitecture | None, costs: Mapping[str, float]
    ) -> NDArray[np.float64]:
        """Compute the nine features of section 3.2.2; see `features.time_features`."""
        if macro is None:
            raise InputError("time features: those of cells depend on how cells are stacked. Give macro.")
        return time_features(codes, self, macro, costs)
