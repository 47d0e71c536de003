"""Perceptrons as arrays of cells: layer k is a block that reads nothing but layer k - 1.

A dense layer is the block (k-1, width, k-1, activation), a dropout layer (k-1, 'dropout', k-1, 'dropout'); layer 0
reads the lookback -1. A width is an operator by its text, e.g. ``'64'``: so surrogates that read cells block by
block read perceptrons too, and what says that operators are rare says so of widths.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.spaces.codes import Cells
from vilfredo.spaces.mlp import Dense, Dropout, Mlp

DROPOUT = "dropout"


def encode_mlps(mlps: Sequence[Mlp], vocabulary: Sequence[str], size: int) -> Cells:
    """Encode perceptrons, all of `size` layers, over an alphabetical `vocabulary`.

    Returns
    -------
    Shape (n, size, 4).

    Raises
    ------
    InputError
        When one has a width, an activation or dropout that is not in the vocabulary.
    """
    index = {name: position for position, name in enumerate(vocabulary)}
    rows = []
    for mlp in mlps:
        names = [_names(layer) for layer in mlp.layers]
        missing = next((name for pair in names for name in pair if name not in index), None)
        if missing is not None:
            raise InputError(f"mlp: {mlp} uses '{missing}', which is not in the space: {', '.join(vocabulary)}.")
        rows.append([(k - 1, index[first], k - 1, index[second]) for k, (first, second) in enumerate(names)])
    return np.array(rows, dtype=np.int8).reshape(len(rows), size, 4)


def decode_mlps(codes: Cells, vocabulary: Sequence[str]) -> list[Mlp]:
    """Turn an array (n, b, 4) over an alphabetical `vocabulary` back into perceptrons."""
    return [
        Mlp(tuple(_layer(vocabulary[first], vocabulary[second]) for _, first, _, second in rows))
        for rows in codes.tolist()
    ]


def chain(pairs: NDArray[np.int64]) -> Cells:
    """Write layers (n, b, 2), each its two operators' indices, as blocks (n, b, 4) that read one another in a row."""
    codes = np.empty((*pairs.shape[:2], 4), dtype=np.int8)
    codes[..., 0::2] = np.arange(pairs.shape[1])[:, None] - 1
    codes[..., 1::2] = pairs
    return codes


def _names(layer: Dense | Dropout) -> tuple[str, str]:
    return (str(layer.width), layer.activation) if isinstance(layer, Dense) else (DROPOUT, DROPOUT)


def _layer(first: str, second: str) -> Dense | Dropout:
    return Dropout() if first == DROPOUT else Dense(int(first), second)
