import numpy as np
import pytest

from vilfredo.spaces.canonical import unique
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.cells import Block, Cell, parse_cell
from vilfredo.spaces.expansion import blocks_to_add, expand

PAPER = CellSpace(operators=tuple("abcdefghijkl"))
SMALL = CellSpace(operators=("b", "a"), lookback=2, blocks=3)
EMPTY = np.empty((1, 0, 4), dtype=np.int8)


@pytest.mark.parametrize(("size", "expected"), [(0, 300), (1, 666), (2, 1176), (3, 1830), (4, 2628)])
def test_counts_of_the_paper(size: int, expected: int) -> None:
    parents = np.tile(PAPER.encode([Cell((Block(-1, "a", -2, "b"),) * size)]), (3, 1, 1))
    assert blocks_to_add(PAPER, size).shape == (expected, 1, 4)
    assert expand(parents, PAPER).shape == (3 * expected, size + 1, 4)
    assert PAPER.added_blocks(size) == expected


@pytest.mark.parametrize(
    "space", [PAPER, SMALL, CellSpace(operators=("a",), lookback=1), CellSpace(operators=("a", "b"), lookback=5)]
)
@pytest.mark.parametrize("size", [0, 1, 4])
def test_added_blocks_are_every_block_once_without_specular_ones(space: CellSpace, size: int) -> None:
    added = [tuple(row) for row in blocks_to_add(space, size)[:, 0].tolist()]
    elements = [(source, name) for source in range(-space.lookback, size) for name in range(len(space.operators))]
    every = {tuple(sorted([left, right])) for left in elements for right in elements}
    assert len(added) == len(every) == space.added_blocks(size)
    assert {((in1, op1), (in2, op2)) for in1, op1, in2, op2 in added} == every


def test_children_keep_their_parent_in_front() -> None:
    parents = SMALL.encode([parse_cell("(-1,a,-2,b);(0,a,-1,b)"), parse_cell("(-2,b,-2,b);(-1,a,-1,a)")])
    children = expand(parents, SMALL)
    per_parent = SMALL.added_blocks(2)
    assert children.dtype == np.int8
    assert (children[:per_parent, :2] == parents[0]).all()
    assert (children[per_parent:, :2] == parents[1]).all()
    assert (children[:per_parent, 2] == children[per_parent:, 2]).all()
    assert len({child.tobytes() for child in children}) == 2 * per_parent
    assert all(len(cell) == 3 for cell in SMALL.decode(children))


def test_one_block_cells_are_already_unique() -> None:
    forms, first = unique(expand(EMPTY, PAPER))
    assert first.tolist() == list(range(300))
    assert (forms == expand(EMPTY, PAPER)).all()


def test_unique_two_block_cells_equal_the_classes_of_all_spellings() -> None:
    forms, _ = unique(expand(expand(EMPTY, SMALL), SMALL))
    # 10 one-block cells; 36 - 15 = 21 blocks may follow, of which 10 don't read the first block and commute.
    assert len(forms) == 10 * (21 - 10) + 10 * 11 // 2


def test_nothing_expands_to_nothing() -> None:
    assert expand(np.empty((0, 2, 4), dtype=np.int8), SMALL).shape == (0, 3, 4)
