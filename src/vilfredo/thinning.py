"""Fewer of what is too many, always the same ones."""

import numpy as np
from numpy.typing import NDArray


def some(count: int, most: int) -> NDArray[np.int64]:
    """Indices of at most `most` of `count` things, ascending, spread evenly from the first to the last."""
    if count <= most:
        return np.arange(count, dtype=np.int64)
    return np.unique(np.linspace(0, count - 1, most).round().astype(np.int64))
