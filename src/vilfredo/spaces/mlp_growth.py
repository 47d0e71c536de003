"""Adding layers to perceptrons, one to each or all at random: never dropout first, nor after dropout."""

import numpy as np
from numpy.typing import NDArray

from vilfredo.spaces.codes import Cells
from vilfredo.spaces.mlp_codes import chain

Layers = NDArray[np.int64]
"""Shape (m, 2): layers to choose from, each its two operators' indices into the vocabulary."""


def expand_mlps(parents: Cells, dense: Layers, dropout: Layers) -> Cells:
    """Every perceptron that adds one layer to one of the `parents` (n, b, 4).

    Parameters
    ----------
    dropout
        Shape (1, 2), or (0, 2) in spaces without dropout.

    Returns
    -------
    Shape (m, b + 1, 4), the children of the first parent first, dropout last among siblings.
    """
    count, size, _ = parents.shape
    added = np.concatenate([dense, dropout])  # (a, 2)
    pairs = np.empty((count, len(added), size + 1, 2), dtype=np.int64)
    pairs[:, :, :size] = parents[:, None, :, 1::2]
    pairs[:, :, size] = added
    legal = np.ones((count, len(added)), dtype=bool)
    legal[:, len(dense) :] = (parents[:, -1:, 1] != dropout[:, 0]) if size else False  # (n, 1), or nothing
    return chain(pairs[legal])


def draw_mlps(dense: Layers, dropout: Layers, size: int, count: int, rng: np.random.Generator) -> Cells:
    """Draw legal sequences of `size` layers, independently, all equally likely.

    Returns
    -------
    Shape (count, size, 4).
    """
    # How many ways there are to go on for 0, 1, … layers: after a dense layer, and after dropout.
    after_dense, after_dropout = [1.0], [1.0]
    for _ in range(size):
        after_dropout.append(len(dense) * after_dense[-1])
        after_dense.append(after_dropout[-1] + len(dropout) * after_dropout[-2])
    pairs = dense[rng.integers(len(dense), size=(count, size))]  # (n, size, 2)
    dropped = np.ones(count, dtype=bool)  # what comes in may not be dropped either
    for layer in range(size):
        left = size - layer
        share = len(dropout) * after_dropout[left - 1] / after_dense[left]
        dropped = ~dropped & (rng.random(count) < share)
        pairs[dropped, layer] = dropout
    return chain(pairs)
