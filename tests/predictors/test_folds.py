import numpy as np
import pytest

from vilfredo.predictors.folds import fold_numbers, training_rows


@pytest.mark.parametrize(("count", "sizes"), [(1, [1]), (3, [1, 1, 1]), (12, [3, 3, 2, 2, 2])])
def test_folds_are_even_and_no_more_than_samples(count: int, sizes: list[int]) -> None:
    numbers = fold_numbers(count, 5, np.random.default_rng(0))
    assert np.bincount(numbers).tolist() == sizes


def test_each_fold_is_left_out_once_unless_it_is_the_only_one() -> None:
    numbers = fold_numbers(12, 5, np.random.default_rng(0))
    for fold in range(5):
        rows = training_rows(numbers, fold)
        assert fold not in numbers[rows]
        assert len(rows) == (numbers != fold).sum()
    assert training_rows(np.zeros(1, dtype=np.int64), 0).tolist() == [0]
