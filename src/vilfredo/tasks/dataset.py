"""What the tool understood of the data: arrays, labels, and notes for people."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Images = NDArray[Any]
"""Shape (N, C, H, W), uint8 or float32, unscaled."""
Labels = NDArray[np.int64]
"""Shape (N,), 0 … classes-1."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images by class, in a training part and a test part that the search never sees.

    Both parts have one image shape and one dtype. Every class occurs in the training part.
    """

    name: str
    """E.g. ``digits``, the stem of a file, the name of a folder."""
    source: str
    """Where it was read from: a bundled name or an absolute path."""
    x_train: Images
    y_train: Labels
    x_test: Images
    y_test: Labels
    labels: tuple[str, ...]
    """The original label of each class, as text."""
    notes: tuple[str, ...] = ()
    """What was understood and decided while reading, one sentence each."""

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(C, H, W)."""
        _, channels, height, width = self.x_train.shape
        return channels, height, width

    @property
    def classes(self) -> int:
        """Number of classes, at least 2."""
        return len(self.labels)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of all pixels, labels, shapes and dtypes in hexadecimal; name and source don't count."""
        digest = hashlib.sha256()
        for array in (self.x_train, self.y_train, self.x_test, self.y_test):
            digest.update(f"{array.shape} {array.dtype.str};".encode())
            digest.update(np.ascontiguousarray(array).data)
        digest.update(repr(self.labels).encode())
        return digest.hexdigest()
