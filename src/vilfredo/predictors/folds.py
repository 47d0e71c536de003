"""Splitting samples for cross-validation."""

import numpy as np
from numpy.typing import NDArray


def fold_numbers(count: int, folds: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Assign each of `count` samples to one of ``min(folds, count)`` folds, at random, sizes differing by one at most.

    Returns
    -------
    Shape (count,), from 0 to the number of folds less one.
    """
    return rng.permutation(np.arange(count) % min(folds, count))


def training_rows(folds: NDArray[np.int64], fold: int) -> NDArray[np.int64]:
    """Rows outside `fold`; all rows when there is a single fold, since something must be learnt from."""
    return np.flatnonzero(folds != fold) if folds.max() > 0 else np.arange(len(folds))
