import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.predictors.protocol import Prediction, Samples


def build(rows: list[list[tuple[int, int, int, int]]]) -> Samples:
    """Cells of one size in a space of three operators and lookback 2."""
    cells = np.array(rows, dtype=np.int8).reshape(len(rows), -1, 4)
    return Samples.of_one_size(cells, np.arange(len(rows) * 9.0).reshape(-1, 9), operators=3, lookback=2)


ONE = [(-2, 0, -1, 2)]
TWO = [(-2, 0, -1, 2), (-1, 1, 0, 1)]


def test_groups_are_joined_and_padded() -> None:
    joined = Samples.concatenate([build([[]]), build([TWO]), build([ONE, ONE])])
    assert joined.cells.shape == (4, 2, 4)
    assert joined.sizes.tolist() == [0, 2, 1, 1]
    assert joined.present.tolist() == [[False, False], [True, True], [True, False], [True, False]]
    assert joined.cells[1].tolist() == [list(block) for block in TWO]
    assert len(joined) == 4
    taken = joined.take(np.array([2, 1]))
    assert taken.sizes.tolist() == [1, 2]
    np.testing.assert_array_equal(taken.features, joined.features[[2, 1]])


def test_only_groups_of_one_space_are_joined() -> None:
    other = Samples.of_one_size(np.zeros((0, 1, 4), dtype=np.int8), np.zeros((0, 9)), operators=4, lookback=2)
    with pytest.raises(InputError, match="one space"):
        Samples.concatenate([build([ONE]), other])
    fewer = Samples.of_one_size(np.zeros((0, 1, 4), dtype=np.int8), np.zeros((0, 8)), operators=3, lookback=2)
    with pytest.raises(InputError, match=r"one space \(operators, lookback, features\)"):
        Samples.concatenate([build([ONE]), fewer])
    with pytest.raises(InputError, match="one space"):
        Samples.concatenate([])


@pytest.mark.parametrize("block", [(-3, 0, -1, 0), (-1, 3, -1, 0), (-1, 0, 0, 0), (-1, -1, -1, 0)])
def test_cells_of_another_space_are_refused(block: tuple[int, int, int, int]) -> None:
    with pytest.raises(InputError, match="cell 1 does not belong"):
        build([ONE, [block]])


def test_arrays_that_disagree_are_refused() -> None:
    cells, features = np.full((2, 1, 4), -1, dtype=np.int8), np.zeros((2, 9))
    with pytest.raises(InputError, match="expected sizes"):
        Samples(cells, np.array([1]), features, 3, 2)
    with pytest.raises(InputError, match="expected sizes"):
        Samples(cells, np.array([0, 0]), features[1:], 3, 2)
    with pytest.raises(InputError, match="expected sizes"):
        Samples(cells, np.array([0, 0]), features[:, 0], 3, 2)
    with pytest.raises(InputError, match="from 0 to 1"):
        Samples(cells, np.array([0, 2]), features, 3, 2)
    with pytest.raises(InputError, match="feature is NaN"):
        Samples(cells, np.array([0, 0]), features * np.nan, 3, 2)


def test_members_are_averaged() -> None:
    prediction = Prediction.of_members(np.array([[1.0, 2.0], [3.0, 2.0]]))
    assert prediction.mean.tolist() == [2.0, 2.0]
    assert prediction.deviation.tolist() == [1.0, 0.0]
