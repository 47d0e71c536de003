"""The search space of flat cells (POPNAS v1, section 3.1)."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from vilfredo.errors import InputError
from vilfredo.spaces.canonical import canonical, unique
from vilfredo.spaces.cells import Block, Cell
from vilfredo.spaces.codes import Cells, common_size, decode, encode
from vilfredo.spaces.expansion import blocks_to_add
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.parallel import CellsPerGroup, Filters, Groups, Stack, parse_flat
from vilfredo.spaces.sampling import without_replacement
from vilfredo.spaces.space import Space

OPERATORS = (
    "3x3 avgpool",
    "3x3 maxpool",
    "identity",
    "3x3:2dr conv",
    "3x3 dconv",
    "5x5 dconv",
    "7x7 dconv",
    "1x7-7x1 conv",
)
"""The paper's eight, in the order of the time that it found them to take."""
PARALLEL_FEATURES = ("blocks", "op_score", "heaviest_op")


@final
class ParallelSpace(Space):
    """All flat cells of up to `blocks` blocks: sets with repetition of pairs of operators. Defaults are the paper's.

    How cells are stacked belongs to the space, since networks are nothing else here: there is no table of the
    macro-architecture beside it.
    """

    kind: ClassVar[str] = "parallel"
    noun: ClassVar[str] = "cell"
    unit: ClassVar[str] = "blocks"

    operators: tuple[str, ...] = Field(default=OPERATORS, min_length=1, max_length=120)
    blocks: int = Field(default=5, ge=1, le=10)
    """Most blocks in a cell, B in the paper."""
    groups: Groups = 3
    """Groups of cells; a convolution of stride 2 stands between each two."""
    normal_cells: CellsPerGroup = 2
    """N, cells per group."""
    filters: Filters = 32
    """F, channels that each operator of the first group answers; each further group has twice as many."""

    @field_validator("operators")
    @classmethod
    def _unique(cls, operators: tuple[str, ...]) -> tuple[str, ...]:
        repeated = next((name for name in operators if operators.count(name) > 1), None)
        if repeated is not None:
            raise ValueError(f"each operator may stand there once, but '{repeated}' is repeated")
        return operators

    @property
    def stack(self) -> Stack:
        """How cells become a network."""
        return Stack(groups=self.groups, normal_cells=self.normal_cells, filters=self.filters)

    @property
    def lookback(self) -> int:
        """Blocks read -1 only."""
        return 1

    @property
    def reach(self) -> int:
        """Blocks read -1 only."""
        return 1

    @property
    def largest(self) -> int:
        """B."""
        return self.blocks

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The operators in alphabetical order."""
        return tuple(sorted(self.operators))

    def size_of(self, text: str) -> int:
        """Blocks of the cell that `text` spells; see `Space.size_of`."""
        return len(parse_flat(text))

    def codes(self, texts: Sequence[str]) -> Cells:
        """Encode cells of one size, as they are spelt; see `Space.codes`."""
        cells = [parse_flat(text) for text in texts]
        return encode(cells, self.vocabulary, self.lookback, common_size(map(len, cells), "cells"))

    def texts(self, codes: Cells) -> list[str]:
        """Canonical spellings; see `Space.texts`."""
        return [str(cell) for cell in decode(canonical(codes), self.vocabulary)]

    def first(self) -> Cells:
        """All cells of one block, each pair of operators once: 36 for 8 operators."""
        return blocks_to_add(self, 0)

    def expand(self, parents: Cells) -> Cells:
        """Add every pair of operators to every parent."""
        count, size, _ = parents.shape
        added = self.first()  # (m, 1, 4)
        children = np.empty((count, len(added), size + 1, 4), dtype=np.int8)
        children[:, :, :size] = parents[:, None]
        children[:, :, size:] = added[None]
        return children.reshape(-1, size + 1, 4)

    def unique(self, codes: Cells) -> Cells:
        """Keep one cell, canonical, of those that differ in the order of blocks or operators only."""
        return unique(codes)[0]

    def sample(self, size: int, count: int, rng: np.random.Generator) -> Cells:
        """Draw sets with repetition of blocks, all equally likely; see `Space.sample`."""
        pool = self.first()[:, 0]  # (m, 4)

        def draw(many: int) -> Cells:
            # Subsets of m + b - 1 numbers, less 0, 1, … b - 1, are the sets with repetition of m.
            numbers = np.sort(rng.integers(len(pool) + size - 1, size=(many, size)), axis=1)
            different = (np.diff(numbers, axis=1) > 0).all(axis=1)
            return canonical(pool[numbers[different] - np.arange(size)])

        return without_replacement(draw, size, count)

    def added(self, size: int) -> int:
        """How many blocks may be added: as many as there are."""
        return len(self.operators) * (len(self.operators) + 1) // 2

    def symmetric(self) -> Mapping[str, str]:
        """Each operator's cell of one block that has it twice: the paper's T_1 (section 3.3.4)."""
        return {name: str(Cell((Block(-1, name, -1, name),))) for name in self.operators}

    def examples(self) -> tuple[str, ...]:
        """List the symmetric cells: a cell of one block costs the mean of two of them."""
        return tuple(self.symmetric().values())

    @property
    def feature_names(self) -> tuple[str, ...]:
        """What v3's predictors may look at; v1's regressors look at the cells themselves."""
        return PARALLEL_FEATURES

    def time_features(
        self, codes: Cells, macro: MacroArchitecture | None, costs: Mapping[str, float]
    ) -> NDArray[np.float64]:
        """Describe cells by their size and the sum and the largest of their operators' costs; `macro` plays no part."""
        missing = [name for name in self.vocabulary if name not in costs]
        if missing:
            raise InputError(f"operator times: expected one for each operator, but '{missing[0]}' has none.")
        count, size, _ = codes.shape
        weight = np.array([costs[name] for name in self.vocabulary])
        total, heaviest = np.zeros(count), np.zeros(count)
        for column in codes[..., 1::2].reshape(count, 2 * size).T:  # one after the other: the same bits in any company
            total += weight[column]
            heaviest = np.maximum(heaviest, weight[column])
        return np.column_stack([np.full(count, float(size)), total, heaviest])
