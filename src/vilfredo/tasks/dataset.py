"""What the tool understood of the data: arrays, labels, and notes for people."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[Any]
"""By kind: images (N, C, H, W), uint8 or float32, unscaled; series (N, C, L), float32, NaN where nothing is known;
tables (N, columns), float64, NaN where missing, categories by their number."""
Labels = NDArray[np.int64]
"""Shape (N,), 0 … classes-1."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    categories: tuple[str, ...] | None = None
    """What the numbers 0, 1, … in it stand for; None where they are numbers in their own right."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples by class, in a training part and a test part that the search never sees.

    Both parts have one sample shape and one dtype. Every class occurs in the training part.
    """

    name: str
    """E.g. ``digits``, the stem of a file, the name of a folder."""
    source: str
    """Where it was read from: a bundled name or an absolute path."""
    x_train: Samples
    y_train: Labels
    x_test: Samples
    y_test: Labels
    labels: tuple[str, ...]
    """The original label of each class, as text."""
    notes: tuple[str, ...] = ()
    """What was understood and decided while reading, one sentence each."""
    task: str = "image"
    """Kind of the data: a module of `kinds`."""
    columns: tuple[Column, ...] = ()
    """Of a table; empty otherwise."""
    reading: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of `open_dataset` that read it again from its source; those that were given."""
    header: tuple[str, ...] = ()
    """Of a table: the names of all its columns but the target in their order, those not learnt from too."""
    resize: tuple[int, ...] | None = None
    """(height, width) that all images, or (length,) that all series were brought to; None where nothing was asked."""

    @property
    def input_shape(self) -> tuple[int, ...]:
        """(C, H, W) of images, (C, L) of series, (columns,) of tables."""
        return tuple(self.x_train.shape[1:])

    @property
    def classes(self) -> int:
        """Number of classes, at least 2."""
        return len(self.labels)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of all samples, labels, shapes, dtypes and columns in hexadecimal; nothing else counts."""
        digest = hashlib.sha256()
        for array in (self.x_train, self.y_train, self.x_test, self.y_test):
            digest.update(f"{array.shape} {array.dtype.str};".encode())
            digest.update(np.ascontiguousarray(array).data)
        digest.update(repr(self.labels).encode())
        if self.columns:
            digest.update(repr(self.columns).encode())
        return digest.hexdigest()
