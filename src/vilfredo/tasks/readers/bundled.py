"""Bundled data by name: digits.

``digits``: 1,797 handwritten digits of 8x8 grey pixels, 0 … 16, as scikit-learn ships them.
"""

import os

import numpy as np

from vilfredo.tasks.raw import Part, Raw

NAMES = ("digits",)


def accepts(source: str) -> bool:
    """Whether it is one of the names."""
    return source in NAMES


def read(source: str, resize: tuple[int, int] | None) -> Raw:
    """Load it from scikit-learn's own files."""
    from sklearn.datasets import load_digits  # noqa: PLC0415 - a second of start-up for other data

    digits = load_digits()
    images = np.asarray(digits.images, dtype=np.float32)  # (1797, 8, 8)
    shadowed = f"the bundled data, not the file or folder of that name: write ./{source} for that"
    notes = (shadowed,) if os.path.exists(source) else ()
    return Raw(source, source, Part("training", images, np.asarray(digits.target)), notes=notes)
