"""Rows as tables 1 and 2 of POPNAS v1 print them, and the numbers of operators of its section 3.3.4."""

import numpy as np
import pytest
from tests.predictors.flat import EMPTY, EMPTY_TIME, SPACE, SYMMETRIC, TIMES, samples

from vilfredo.errors import InputError
from vilfredo.predictors.protocol import Samples
from vilfredo.predictors.sliding import Encoder, SlidingBlocks, operator_numbers, without_thrust
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.parallel_space import OPERATORS

BOOTSTRAP = (samples(EMPTY, *SYMMETRIC), np.array([EMPTY_TIME, *TIMES]))
STATIC = SlidingBlocks(blocks=3, reindex="static").encoder(*BOOTSTRAP)
FIVE, SIX = "3x3 dconv", "5x5 dconv"


def test_table_1() -> None:
    rows, source = STATIC.slid(samples(((FIVE, FIVE),), ((SIX, SIX),)))
    assert source.tolist() == [0, 0, 0, 1, 1, 1]
    assert rows[:, 1:].tolist() == [
        [5, 5, 0, 0, 0, 0],
        [0, 0, 5, 5, 0, 0],
        [0, 0, 0, 0, 5, 5],
        [6, 6, 0, 0, 0, 0],
        [0, 0, 6, 6, 0, 0],
        [0, 0, 0, 0, 6, 6],
    ]


def test_table_2() -> None:
    rows, source = STATIC.slid(samples(EMPTY, ((FIVE, FIVE),)))
    assert source.tolist() == [0, 1, 1, 1]
    assert rows.tolist() == [
        [0, 0, 0, 0, 0, 0, 0],
        [1, 5, 5, 0, 0, 0, 0],
        [1, 0, 0, 5, 5, 0, 0],
        [1, 0, 0, 0, 0, 5, 5],
    ]


@pytest.mark.parametrize(("blocks", "rows"), [(1, 3), (2, 2), (3, 1)])
def test_there_are_as_many_rows_as_places_that_fit(blocks: int, rows: int) -> None:
    assert len(STATIC.slid(samples(((FIVE, SIX),) * blocks))[0]) == rows


def test_dynamic_numbers_are_in_proportion_to_the_times() -> None:
    numbers = operator_numbers(TIMES, "dynamic")
    np.testing.assert_allclose(numbers, TIMES / 80.0 * 8)
    assert numbers.max() == 8
    assert operator_numbers(TIMES[::-1].copy(), "static").tolist() == [8, 7, 6, 5, 4, 3, 2, 1]
    assert operator_numbers(TIMES, "none").tolist() == [1, 2, 3, 4, 5, 6, 7, 8]


def test_numbers_go_by_the_order_of_times_whatever_the_alphabet() -> None:
    numbers = dict(zip(SPACE.vocabulary, STATIC.numbers, strict=True))
    assert [numbers[name] for name in OPERATORS] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_times_of_nothing_have_no_proportion() -> None:
    assert operator_numbers(np.zeros(3), "dynamic").tolist() == [1, 2, 3]


def test_the_thrust_is_dropped_after_the_second_step() -> None:
    first, targets = without_thrust(*BOOTSTRAP)
    assert len(first) == len(targets) == 9
    both = samples(EMPTY, ((FIVE, SIX),), ((FIVE, SIX), (SIX, SIX)))
    second, targets = without_thrust(both, np.array([1.0, 2.0, 3.0]))
    assert second.sizes.tolist() == [1, 2]
    assert targets.tolist() == [2.0, 3.0]


def test_inputs_are_kept_where_wanted() -> None:
    space = CellSpace(operators=("a", "b"), lookback=2, blocks=2)
    codes = space.codes(["[(-2, 'a', -1, 'b');(-1, 'a', 0, 'b')]"])
    cells = Samples.of_one_size(codes, np.zeros((1, 0)), 2, 2)
    numbers = np.array([1.0, 2.0])
    kept = Encoder(SlidingBlocks(blocks=2, inputs=True, reindex="none"), numbers)
    assert kept.rows(cells).tolist() == [[2, 1, 1, 2, 2, 2, 1, 3, 2]]
    pruned = Encoder(SlidingBlocks(blocks=2, reindex="none"), numbers)
    assert pruned.rows(cells).tolist() == [[2, 1, 2, 1, 2]]


def test_architectures_larger_than_expected_fill_the_places_again() -> None:
    encoder = SlidingBlocks(blocks=2, reindex="static").encoder(*BOOTSTRAP)
    assert encoder.rows(samples(((FIVE, FIVE), (SIX, SIX), (SIX, SIX)))).tolist() == [[3, 11, 11, 6, 6]]
    assert len(encoder.slid(samples(((FIVE, FIVE),) * 3))[0]) == 1


def test_settings_are_checked() -> None:
    with pytest.raises(InputError, match="reindex"):
        SlidingBlocks.read({"reindex": "clever"})
    with pytest.raises(InputError, match="blocks"):
        SlidingBlocks.read({"blocks": 0})
