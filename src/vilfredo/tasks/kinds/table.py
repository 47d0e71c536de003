"""Tables: rows of numbers and categories, as a data frame or (N, columns)."""

from typing import Any

import numpy as np

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Column, Samples
from vilfredo.tasks.kinds import Arranged
from vilfredo.tasks.preprocessing import Preprocessing
from vilfredo.tasks.raw import Options, Part, Raw
from vilfredo.tasks.table_columns import encode, understand
from vilfredo.tasks.table_preprocessing import TablePreprocessing

SAMPLES = "rows"
ARCHITECTURES = ("mlp",)


def claims(samples: Any) -> bool:
    """Whether it is a pandas data frame; an array of two dimensions may be univariate series too."""
    return type(samples).__name__ == "DataFrame" and hasattr(samples, "columns")


def arrange(raw: Raw, options: Options) -> Arranged:
    """Decide what each column of the training part is, and write both parts as numbers (N, columns), float64.

    Raises
    ------
    InputError
        When there is no row or no column to learn from, or the values are none of tables.
    """
    if options.resize is not None:
        raise InputError("resize: a table has no size to change. Leave --resize out.")
    training = _as_frame(raw.training)
    columns = understand(training, options.categorical)
    x = encode(training, columns.kept)
    x_test = None
    if raw.test is not None:
        test = _as_frame(raw.test)
        missing = [column.name for column in columns.kept if column.name not in test.columns]
        if missing:
            raise InputError(f"the test rows lack the column '{missing[0]}'. Expected those of the training rows.")
        x_test = encode(test, columns.kept)
    return Arranged(x, x_test, columns.notes, columns.kept)


def fit(x: Samples, columns: tuple[Column, ...]) -> Preprocessing:
    """Learn how to fill in, scale and spread out each column."""
    return TablePreprocessing.fit(x, columns)


def restore(values: dict[str, Any]) -> Preprocessing:
    """Read what `TablePreprocessing.to_dict` wrote."""
    return TablePreprocessing.from_dict(values)


def describe(shape: tuple[int, ...]) -> str:
    """Put the number of columns into words."""
    return f"{shape[0]} column{'s' * (shape[0] != 1)}"


def _as_frame(part: Part) -> Any:
    """A data frame with text for column names."""
    samples = part.samples
    frame = samples.rename(columns=str) if claims(samples) else _framed(np.asarray(samples), part.name)
    if len(frame) == 0:
        raise InputError(f"there is no {part.name} row. Expected at least a few.")
    return frame


def _framed(array: Samples, part: str) -> Any:
    import pandas as pd  # noqa: PLC0415 - half a second that other data need not wait for

    if array.ndim != 2 or array.dtype.kind not in "buif":
        raise InputError(
            f"the {part} rows have shape {array.shape} and type {array.dtype}. Expected numbers (N, columns), or a "
            "pandas data frame."
        )
    return pd.DataFrame(array, columns=[f"x{index}" for index in range(array.shape[1])])
