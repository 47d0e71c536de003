"""The values in the columns of a pandas data frame: which kind they are, and how they become numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Column

MISSING = ("", "?", "na", "n/a", "nan", "null", "none", "-")
"""Texts that stand for a missing value, in lower case."""
_NUMBERS = ("integer", "floating", "mixed-integer-float", "decimal", "boolean")
_DATES = ("datetime64", "datetime", "date", "timedelta64", "timedelta", "time", "period")
_DATE = r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?:[T ]\d{1,2}:\d{2}.*)?"
_EXACT = 2.0**53
"""From here on not every whole number is one of double precision."""


def encode(frame: Any, columns: Sequence[Column], part: str = "test") -> NDArray[np.float64]:
    """Write a data frame as numbers (N, columns): categories by their place, what is missing as NaN.

    Categories that are not among a column's get the number after the last. Messages say which `part` it is: ``test``
    or ``new``, which is read by a model that has been trained.

    Raises
    ------
    InputError
        When a column of numbers holds text or an infinite number.
    """
    encoded = np.empty((len(frame), len(columns)))
    for index, column in enumerate(columns):
        values, numeric = frame[column.name], column.categories is None
        encoded[:, index] = as_numbers(values, column.name, part) if numeric else _places(values, column)
    return encoded


def kind_of_values(values: Any) -> str:
    """``number``, ``date``, ``category`` (pandas' own type) or ``text``, which is everything else."""
    from pandas.api.types import infer_dtype  # noqa: PLC0415 - who hands over a frame has loaded it

    found = infer_dtype(values, skipna=True)
    if found in _NUMBERS:
        return "number"
    if found in _DATES:
        return "date"
    return "category" if found == "categorical" else "text"


def texts_of(values: Any) -> Any:
    """Values as text without stray spaces, whole numbers without a point; missing ones as missing."""
    known = values[values.notna()]
    if known.dtype.kind == "f" and bool(((known == known.round()) & (known.abs() < _EXACT)).all()):
        known = known.astype("int64")  # that a column has gaps must not make 1 another category than 1.0
    texts = known.astype(str).str.strip()
    return texts.where(~texts.str.lower().isin(MISSING)).reindex(values.index)


def parsed(texts: Any) -> Any | None:
    """Numbers behind texts, if all that are there are such."""
    import pandas as pd  # noqa: PLC0415 - who hands over a frame has loaded it

    numbers = pd.to_numeric(texts, errors="coerce").astype("float64")
    return numbers if numbers.notna().equals(texts.notna()) else None


def are_numbers(texts: Any) -> Any:
    """Which of some texts, none missing, are numbers; a boolean for each."""
    import pandas as pd  # noqa: PLC0415 - who hands over a frame has loaded it

    return pd.to_numeric(texts, errors="coerce").notna()


def all_dates(texts: Any) -> bool:
    """Whether all that are there look like dates: 2024-01-31, 31.1.2024, 1/31/2024, with or without a time."""
    return bool(texts.dropna().str.fullmatch(_DATE).all())


def as_numbers(values: Any, name: str, part: str = "test") -> NDArray[np.float64]:
    """Values (N,) of a column of numbers, NaN where missing.

    Raises
    ------
    InputError
        When one is text or infinite.
    """
    if kind_of_values(values) != "number":
        texts = texts_of(values)
        values = parsed(texts)
        if values is None:
            wrong = next(text for text in texts.dropna() if parsed(texts[texts == text]) is None)
            row = int((texts == wrong).to_numpy(dtype=bool, na_value=False).argmax())
            if part == "new":
                raise InputError(
                    f"column '{name}' held numbers in training, but here {wrong[:40]!r} (row {row}, counted from 0). "
                    "Expected numbers: mend it, or leave it empty where it is not known."
                )
            raise InputError(
                f"column '{name}' holds numbers in the training part, but {wrong[:40]!r} in the {part} part. Expected "
                f'numbers in both: mend it, or give --categorical "{name}".'
            )
    numbers: NDArray[np.float64] = values.astype("float64").to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(numbers).any():
        row = int(np.argmax(np.isinf(numbers)))
        raise InputError(
            f"column '{name}' holds an infinite number (row {row}, counted from 0). Expected finite numbers: mend it, "
            "or leave it empty for a missing one."
        )
    return numbers


def _places(values: Any, column: Column) -> NDArray[np.float64]:
    """Numbers (N,) of the categories in `values`."""
    assert column.categories is not None
    texts = texts_of(values)
    places = texts.map({category: float(place) for place, category in enumerate(column.categories)})
    unknown = (texts.notna() & places.isna()).to_numpy(dtype=bool)
    return np.where(unknown, float(len(column.categories)), places.to_numpy(dtype=np.float64, na_value=np.nan))
