from collections import Counter

import numpy as np
import pytest

from vilfredo.spaces.canonical import canonical, unique
from vilfredo.spaces.cell_space import Cells, CellSpace
from vilfredo.spaces.expansion import expand
from vilfredo.spaces.sampling import sample

PAPER = CellSpace(operators=tuple("abcdefghijkl"))


def every_class(space: CellSpace, size: int) -> Cells:
    cells: Cells = np.empty((1, 0, 4), dtype=np.int8)
    for _ in range(size):
        cells = expand(cells, space)
    return unique(cells)[0]


def keys(cells: Cells) -> set[bytes]:
    return {cell.tobytes() for cell in cells}


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_samples_are_canonical_and_different(size: int) -> None:
    drawn = sample(PAPER, size, 200, np.random.default_rng(size))
    assert drawn.shape == (200, size, 4)
    assert drawn.dtype == np.int8
    assert (canonical(drawn) == drawn).all()
    assert len(keys(drawn)) == 200


@pytest.mark.parametrize(("operators", "lookback", "size"), [("a", 1, 1), ("ab", 1, 2), ("ab", 2, 2), ("a", 1, 4)])
def test_a_tiny_space_is_exhausted(operators: str, lookback: int, size: int) -> None:
    space = CellSpace(operators=tuple(operators), lookback=lookback)
    expected = keys(every_class(space, size))
    drawn = sample(space, size, 10**6, np.random.default_rng(0))
    assert len(drawn) == len(expected)
    assert keys(drawn) == expected


def test_no_class_is_likelier_than_another() -> None:
    """Classes of this space have 1 to 6 spellings; half of them drawn, 150 times over."""
    space = CellSpace(operators=("a",), lookback=2)
    classes = every_class(space, 3)
    half, repetitions = len(classes) // 2, 150
    rng = np.random.default_rng(0)
    seen: Counter[bytes] = Counter()
    first: Counter[bytes] = Counter()
    for _ in range(repetitions):
        drawn = sample(space, 3, half, rng)
        seen.update(keys(drawn))
        first[drawn[0].tobytes()] += 1
    assert seen.keys() == keys(classes)
    share = half / len(classes)
    deviation = (repetitions * share * (1 - share)) ** 0.5
    assert max(abs(count - repetitions * share) for count in seen.values()) < 4.5 * deviation
    expected = repetitions / len(classes)
    chi_square = sum((first[key] - expected) ** 2 / expected for key in keys(classes))
    freedom = len(classes) - 1
    assert abs(chi_square - freedom) < 4.5 * (2 * freedom) ** 0.5


def test_the_seed_decides() -> None:
    one, same, other = (sample(PAPER, 3, 50, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert (one == same).all()
    assert keys(one) != keys(other)


def test_the_empty_cell_and_empty_draws() -> None:
    rng = np.random.default_rng(0)
    assert sample(PAPER, 0, 10, rng).shape == (1, 0, 4)
    assert sample(PAPER, 0, 0, rng).shape == (0, 0, 4)
    assert sample(PAPER, 3, 0, rng).shape == (0, 3, 4)


def test_large_cells_can_be_drawn() -> None:
    """Few spellings of eight blocks are canonical: some batches bring nothing."""
    assert len(sample(PAPER, 8, 3, np.random.default_rng(0))) == 3
    assert sample(PAPER, 12, 1, np.random.default_rng(0)).shape[1:] == (12, 4)
