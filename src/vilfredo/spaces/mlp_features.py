"""What a perceptron's structure says about its training time: features in which the cost is linear."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vilfredo.spaces.codes import Cells
from vilfredo.spaces.mlp import ACTIVATIONS

MLP_FEATURES = (
    "layers",
    "dropouts",
    "first_width",
    "last_width",
    "total_width",
    "weights",
    *(f"{activation}_width" for activation in ACTIVATIONS),
)
"""Widths count units: the inputs' weights are in proportion to the first, the outputs' to the last; ``weights`` are
those between dense layers. All are zero without hidden layers."""


def mlp_features(codes: Cells, vocabulary: Sequence[str]) -> NDArray[np.float64]:
    """Describe perceptrons (n, b, 4) over an alphabetical `vocabulary`.

    Returns
    -------
    Shape (n, F), columns in the order of `MLP_FEATURES`.
    """
    count, size, _ = codes.shape
    units = np.array([float(name) if name.isdecimal() else 0.0 for name in vocabulary])
    widths, activations = units[codes[..., 1]], codes[..., 3]  # (n, b) each; a dropout has no width
    weights, last = np.zeros(count), np.zeros(count)
    for width in widths.T:  # (n,)
        weights += last * width
        last = np.where(width > 0, width, last)
    names = np.array([*vocabulary])
    return np.column_stack(
        [
            np.full(count, size),
            (widths == 0).sum(axis=1),
            widths[:, 0] if size else np.zeros(count),
            last,
            widths.sum(axis=1),
            weights,
            *(np.where(names[activations] == name, widths, 0.0).sum(axis=1) for name in ACTIVATIONS),
        ]
    )
