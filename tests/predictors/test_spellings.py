from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vilfredo.predictors.spellings import sort_operands, spellings
from vilfredo.spaces.canonical import canonical
from vilfredo.spaces.cell_space import Cells, CellSpace
from vilfredo.spaces.expansion import blocks_to_add

SPACE = CellSpace(operators=("a", "b"), lookback=2)


def draw(size: int, count: int, seed: int) -> Cells:
    """Cells of blocks drawn at random, twins and isomorphs not avoided."""
    rng = np.random.default_rng(seed)
    pools = [blocks_to_add(SPACE, position)[:, 0] for position in range(size)]
    return np.stack([pool[rng.integers(len(pool), size=count)] for pool in pools], axis=1)


def by_brute_force(cell: list[list[int]]) -> set[tuple[tuple[int, ...], ...]]:
    found: set[tuple[tuple[int, ...], ...]] = set()
    for order in permutations(range(len(cell))):
        label = {old: new for new, old in enumerate(order)}
        spelled = []
        for new, old in enumerate(order):
            in1, op1, in2, op2 = cell[old]
            operands = sorted([(label.get(in1, in1), op1), (label.get(in2, in2), op2)])
            if operands[1][0] >= new:
                break
            spelled.append((*operands[0], *operands[1]))
        else:
            found.add(tuple(spelled))
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_all_spellings_of_small_cells_are_found(size: int) -> None:
    cells = draw(size, 60, seed=size)
    spelled, owner = spellings(cells, 24, np.random.default_rng(0))
    for row, cell in enumerate(cells.tolist()):
        ours = [tuple(map(tuple, other)) for other in spelled[owner == row].tolist()]
        assert len(ours) == len(set(ours))
        assert set(ours) == by_brute_force(cell)


@given(st.integers(1, 7), st.integers(1, 30), st.integers(0, 1000))
def test_limited_spellings_are_of_the_same_cell_and_keep_the_given_one(size: int, limit: int, seed: int) -> None:
    cells = draw(size, 5, seed)
    spelled, owner = spellings(cells, limit, np.random.default_rng(seed))
    np.testing.assert_array_equal(canonical(spelled), canonical(cells)[owner])
    assert (np.diff(owner) >= 0).all()
    for row, cell in enumerate(cells):
        ours = spelled[owner == row]
        assert 1 <= len(ours) <= limit
        assert (ours == cell).all(axis=(1, 2)).any()


def test_the_generator_decides_which_are_kept() -> None:
    cells = draw(6, 20, seed=0)
    first, again, other = (spellings(cells, 10, np.random.default_rng(seed))[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_empty_cell_has_one_spelling() -> None:
    spelled, owner = spellings(np.zeros((2, 0, 4), dtype=np.int8), 24, np.random.default_rng(0))
    assert spelled.shape == (2, 0, 4)
    assert owner.tolist() == [0, 1]


def test_operands_are_sorted_by_input_then_operator() -> None:
    cells = np.array([[[-1, 1, -2, 0], [-1, 1, -1, 0], [-2, 1, 0, 0]]], dtype=np.int8)
    assert sort_operands(cells).tolist() == [[[-2, 0, -1, 1], [-1, 0, -1, 1], [-2, 1, 0, 0]]]
