"""Samples to run exported files on: the user's, those of the training data, or, where there are none, made-up ones."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vilfredo.bundle.model import Model
from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Samples
from vilfredo.tasks.layout import InputLayout
from vilfredo.tasks.new_samples import open_samples
from vilfredo.tasks.readers import bundled
from vilfredo.tasks.table_preprocessing import Number, TablePreprocessing

MOST = 4096
"""Samples that a file is run on."""
_MADE_UP = 256
_MISSING = 0.1
"""Share of the values in a made-up table."""


def check_samples(model: Model, data: str | None = None) -> tuple[Samples, str]:
    """Find samples for a model.

    Parameters
    ----------
    data
        Where to take them from; by default from what the model was trained on, if that is still where it was.

    Returns
    -------
    At most `MOST` samples, and what they are, in words.

    Raises
    ------
    InputError
        When `data` cannot be read, or differs from what the model was trained on.
    """
    if data is not None:
        x = open_samples(data, model.layout, model.labels).x[:MOST]
        return x, f"{len(x):,} samples of '{data}'"
    source = model.record.origin.get("source")
    if isinstance(source, str) and _is_there(source):
        try:
            x = open_samples(source, model.layout, model.labels).x[:MOST]
        except InputError:  # moved, or other data by now; or never a file
            pass
        else:
            return x, f"{len(x):,} samples of '{source}', where the training data were"
    return made_up(model), f"{_MADE_UP} made-up samples: the training data are not there; --data names others"


def made_up(model: Model, count: int = _MADE_UP, seed: int = 0) -> Samples:
    """Draw samples of the model's layout, of values as they were in training; tables have gaps, too."""
    generator = np.random.default_rng(seed)
    if isinstance(model.preprocessing, TablePreprocessing):
        return _rows(model.preprocessing, count, generator)
    return _arrays(model.layout, count, generator)


def _is_there(source: str) -> bool:
    """Whether it can be read without harm: a record may come from a stranger, and name a device that never ends."""
    path = Path(source)
    try:
        return bundled.accepts(source) or (path.is_absolute() and (path.is_file() or path.is_dir()))
    except (OSError, ValueError):
        return False


def _arrays(layout: InputLayout, count: int, generator: np.random.Generator) -> Samples:
    low, high = layout.span or (0.0, 1.0)
    x = generator.uniform(low, high, (count, *layout.shape))
    made: NDArray[Any] = (np.round(x) if layout.whole else x).astype(layout.dtype)
    return made


def _rows(preprocessing: TablePreprocessing, count: int, generator: np.random.Generator) -> Samples:
    columns = []
    for column in preprocessing.columns:
        if isinstance(column, Number):
            columns.append(generator.normal(column.mean, column.scale, count))
        else:  # one number beyond the last is what was never seen
            columns.append(generator.integers(0, len(column.places) + 1, count).astype(np.float64))
    x = np.stack(columns, axis=1)  # (count, columns)
    x[generator.random(x.shape) < _MISSING] = np.nan
    return x
