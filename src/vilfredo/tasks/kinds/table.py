"""Tables: rows of numbers and categories, as a data frame or (N, columns)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from vilfredo.errors import InputError, nearest
from vilfredo.tasks.archives import is_number
from vilfredo.tasks.dataset import Column, Samples
from vilfredo.tasks.kinds import Arranged
from vilfredo.tasks.labels import shorten
from vilfredo.tasks.layout import InputLayout
from vilfredo.tasks.preprocessing import Preprocessing
from vilfredo.tasks.raw import Options, Part, Raw
from vilfredo.tasks.table_columns import understand
from vilfredo.tasks.table_fit import fit_table
from vilfredo.tasks.table_preprocessing import TablePreprocessing
from vilfredo.tasks.table_values import encode, texts_of

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


def admit(samples: Any, layout: InputLayout) -> tuple[Samples, tuple[str, ...]]:
    """Write new rows as numbers (N, columns), float64, in the order of the model's columns.

    A data frame is read by the names of its columns, whatever their order; an array (N, columns) has all columns that
    were there in training, or all that were learnt from, in their order.

    Raises
    ------
    InputError
        When a column is missing, or was not there in training, or numbers are none.
    """
    notes: list[str] = []
    frame = _as_frame(Part("new", _named(samples, layout, notes), np.empty(0)))
    _check_columns(list(frame.columns), layout)
    x = encode(frame, layout.columns, "new")
    notes += _missing(x, layout.columns, "new")
    for index, column in enumerate(layout.columns):
        strange = x[:, index] == len(column.categories or ())
        if column.categories is not None and strange.any():
            examples = sorted(set(texts_of(frame[column.name])[strange]))
            notes.append(
                f"column '{column.name}': {strange.sum():,} of {len(x):,} rows have categories that were not learnt "
                f"({shorten(list(map(repr, examples)), most=3)}): taken for a rare one"
            )
    return x, tuple(notes)


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
        raise InputError(f"there is no {part.name} row.")
    repeated = sorted(set(frame.columns[frame.columns.duplicated()]))
    if repeated:
        raise InputError(f"several {part.name} columns are called {shorten(repeated)}. Give each a name of its own.")
    return frame


def _named(samples: Any, layout: InputLayout, notes: list[str]) -> Any:
    """Rows with names of columns: where they have none, those of training in their order."""
    nameless = not claims(samples) or _counted(samples)
    rows = samples if claims(samples) else _framed(samples, "new")
    learnt = tuple(column.name for column in layout.columns)
    if not nameless or tuple(map(str, rows.columns)) in (layout.header, learnt):
        return rows
    names = next((names for names in (layout.header, learnt) if len(names) == rows.shape[1]), None)
    if names is None:
        also = f", or the {len(learnt)} learnt from" if len(learnt) < len(layout.header) else ""
        raise InputError(
            f"these rows have {rows.shape[1]} columns without names, the training table had {len(layout.header)}: "
            f"{shorten(layout.header, most=10)}. Expected all of these in their order{also}; or a data frame."
        )
    notes.append(f"columns without names taken in the order of training: {shorten(names)}")
    rows = rows.set_axis(list(names), axis=1)
    _refuse_numbers(rows, layout)
    return rows


def _counted(frame: Any) -> bool:
    """Whether the columns of a data frame are merely numbered."""
    return list(frame.columns) == list(range(frame.shape[1]))


def _check_columns(names: Sequence[str], layout: InputLayout) -> None:
    """Refuse rows that lack columns, or have some that were not there in training."""
    strange = [name for name in names if name not in layout.header and name != layout.target]
    lacking = [column.name for column in layout.columns if column.name not in names]
    if lacking:
        numbered = layout.header == tuple(f"x{index}" for index in range(len(layout.header)))
        todo = "Leave a value empty where it is not known, but give all columns."
        if numbered:
            todo = "The training table was an array without names: give such a one, its columns in the same order."
        instead = f" Came instead: {_quoted(strange)}.{nearest(strange[0], lacking)}" if strange else ""
        raise InputError(
            f"columns that the model was trained on are missing: {_quoted(lacking)}.{instead} Expected all "
            f"{len(layout.columns)} that were learnt from. {todo}"
        )
    if strange:
        classes = "; if it holds the classes, name it as the target" if len(strange) == 1 else ""
        raise InputError(
            f"columns that were not there in training: {_quoted(strange)}.{nearest(strange[0], layout.header)} "
            f"Expected those of the training table: rename them, or take them out{classes}."
        )


def _quoted(names: Sequence[str]) -> str:
    return shorten([f"'{name}'" for name in names], most=10)


def _refuse_numbers(rows: Any, layout: InputLayout) -> None:
    """Refuse numbers where categories in words are expected: nobody knows which number stands for which."""
    words = [column.name for column in layout.columns if not all(map(is_number, column.categories or ()))]
    wrong = [name for name in words if rows[name].dtype.kind in "buif"]
    if wrong:
        raise InputError(
            f"columns of categories in words came as numbers: {_quoted(wrong)}. Expected a data frame with the "
            "categories as they were in training."
        )


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
            "pandas data frame; a single row is (1, columns)."
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
