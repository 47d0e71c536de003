"""Tables: rows of numbers and categories, as a data frame or (N, columns)."""

from typing import Any

import numpy as np

from vilfredo.errors import InputError, nearest
from vilfredo.tasks.dataset import Column, Samples
from vilfredo.tasks.kinds import Arranged
from vilfredo.tasks.labels import shorten
from vilfredo.tasks.preprocessing import Preprocessing
from vilfredo.tasks.raw import Options, Part, Raw
from vilfredo.tasks.table_columns import understand
from vilfredo.tasks.table_fit import fit_table
from vilfredo.tasks.table_preprocessing import TablePreprocessing
from vilfredo.tasks.table_values import encode

SAMPLES = "rows"
ARCHITECTURES = ("mlp",)
AXES = ("columns",)
DTYPES = ("float64",)


def claims(samples: Any) -> bool:
    """Whether it is a pandas data frame; an array of two dimensions may be univariate series too."""
    return type(samples).__name__ == "DataFrame" and type(samples).__module__.partition(".")[0] == "pandas"


def arrange(raw: Raw, options: Options) -> Arranged:
    """Decide what each column of the training part is, and write both parts as numbers (N, columns), float64.

    Raises
    ------
    InputError
        When there is no row or no column to learn from, a column named in the options is not there, or the values are
        none of tables.
    """
    if options.resize is not None:
        raise InputError("resize: a table has no size to change. Leave --resize out.")
    frame = _as_frame(raw.training)
    _check_names(frame, options)
    header = tuple(frame.columns)
    frame = frame.drop(columns=list(options.ignore))
    columns = understand(frame, options.categorical)
    x = encode(frame, columns.kept)
    notes = [*columns.notes, *_missing(x, columns.kept, "training")]
    if raw.test is None:
        return Arranged(x, None, tuple(notes), columns.kept, header)
    test = _as_frame(raw.test)
    lacking = [f"'{column.name}'" for column in columns.kept if column.name not in test.columns]
    if lacking:
        raise InputError(f"the test rows lack the columns {shorten(lacking)}. Expected those of the training rows.")
    if not claims(raw.test.samples) and test.shape[1] > len(header):  # where no name tells which are the further ones
        raise InputError(
            f"the test rows have {test.shape[1]} columns, the training rows {len(header)}. Expected the same in both."
        )
    x_test = encode(test, columns.kept)
    notes += [*_missing(x_test, columns.kept, "test"), *_unseen(x, x_test, columns.kept)]
    return Arranged(x, x_test, tuple(notes), columns.kept, header)


def fit(x: Samples, columns: tuple[Column, ...]) -> Preprocessing:
    """Learn how to fill in, scale and spread out each column."""
    return fit_table(x, columns)


def restore(values: dict[str, Any]) -> Preprocessing:
    """Read what `TablePreprocessing.to_dict` wrote."""
    return TablePreprocessing.from_dict(values)


def describe(shape: tuple[int, ...]) -> str:
    """Put the number of columns into words."""
    return f"{shape[0]} column{'s' * (shape[0] != 1)}"


def _as_frame(part: Part) -> Any:
    """A data frame with text for column names and rows counted from 0."""
    samples = part.samples
    frame = samples if claims(samples) else _framed(samples, part.name)
    frame = frame.set_axis([str(name) for name in frame.columns], axis=1).reset_index(drop=True)
    if len(frame) == 0:
        raise InputError(f"there is no {part.name} row. Expected at least a few.")
    repeated = sorted(set(frame.columns[frame.columns.duplicated()]))
    if repeated:
        raise InputError(f"several {part.name} columns are called {shorten(repeated)}. Give each a name of its own.")
    return frame


def _framed(rows: Any, part: str) -> Any:
    import pandas as pd  # noqa: PLC0415 - half a second that other data need not wait for

    try:
        array = np.asarray(rows)
    except ValueError:
        raise InputError(
            f"the {part} rows differ in their number of columns. Expected numbers (N, columns), or a pandas data frame."
        ) from None
    if array.ndim != 2 or array.dtype.kind not in "buif":
        raise InputError(
            f"the {part} rows have shape {array.shape} and type {array.dtype}. Expected numbers (N, columns), or a "
            "pandas data frame."
        )
    return pd.DataFrame(array, columns=[f"x{index}" for index in range(array.shape[1])])


def _check_names(frame: Any, options: Options) -> None:
    for option, asked in (("ignore", options.ignore), ("categorical", options.categorical)):
        unknown = next((name for name in asked if name not in frame.columns), None)
        if unknown is not None:
            raise InputError(
                f"{option}: there is no column '{unknown}'.{nearest(unknown, frame.columns)} Columns: "
                f"{shorten(list(frame.columns), most=30)}."
            )
    both = sorted(set(options.ignore) & set(options.categorical))
    if both:
        raise InputError(f"categorical: '{both[0]}' is to be ignored, too. Name it in one of the two only.")


def _missing(x: Samples, columns: tuple[Column, ...], part: str) -> list[str]:
    counts = np.isnan(x).sum(axis=0).tolist()
    lacking = [f"{count:,} in '{column.name}'" for count, column in zip(counts, columns, strict=True) if count]
    if not lacking:
        return []
    filled = "; numbers are filled with the median and marked, missing categories are one of their own"
    return [f"missing values, of {len(x):,} {part} rows: {shorten(lacking, most=10)}{filled}"]


def _unseen(x: Samples, x_test: Samples, columns: tuple[Column, ...]) -> list[str]:
    """Tell of categories that only the test part has."""
    notes = []
    for index, column in enumerate(columns):
        other = len(column.categories or ())
        count = int((x_test[:, index] == other).sum())
        if column.categories is not None and count and not (x[:, index] == other).any():
            notes.append(f"column '{column.name}': {count:,} test rows have categories that never occur in training")
    return notes
