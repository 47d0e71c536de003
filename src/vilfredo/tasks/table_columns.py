"""What the columns of a table are: numbers, categories, or nothing to learn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Column
from vilfredo.tasks.labels import shorten

MOST_CATEGORIES = 50
"""Of one column; the rarer ones share one feature."""
_NAMES_FROM = 50
"""Different texts from which a column may be one of names."""
_MISSING = ("", "?", "na", "n/a", "nan", "null", "none", "-")
"""Texts that stand for a missing value, in lower case."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The columns that are learnt from."""

    kept: tuple[Column, ...]
    notes: tuple[str, ...]


def understand(frame: Any, categorical: Sequence[str]) -> Columns:
    """Decide on each column of the training part, a pandas data frame.

    Parameters
    ----------
    categorical
        Columns whose numbers are names of categories.

    Raises
    ------
    InputError
        When no column is left, or one holds infinite numbers.
    """
    kept: list[Column] = []
    dropped: list[str] = []
    notes: list[str] = []
    for name in frame.columns:
        column, why = _column(frame[name], str(name), str(name) in categorical, notes)
        if column is not None:
            kept.append(column)
        else:
            dropped.append(f"'{name}' ({why})")
    if not kept:
        raise InputError(f"no column is left to learn from: {shorten(dropped, most=10) or 'there is none'}.")
    if dropped:
        notes.append(f"columns left out: {shorten(dropped, most=10)}")
    return Columns(tuple(kept), tuple(notes))


def encode(frame: Any, columns: Sequence[Column]) -> NDArray[np.float64]:
    """Write a data frame as numbers (N, columns): categories by their place, what is missing or unknown as NaN.

    Categories that are not among a column's get the number after the last.

    Raises
    ------
    InputError
        When a column of numbers holds text or an infinite number.
    """
    encoded = np.empty((len(frame), len(columns)))
    for index, column in enumerate(columns):
        values = frame[column.name]
        encoded[:, index] = _numbers(values, column.name) if column.categories is None else _places(values, column)
    return encoded


def _column(values: Any, name: str, categorical: bool, notes: list[str]) -> tuple[Column | None, str]:
    """What a column is; None and the reason where it is of no use."""
    kind = _kind(values)
    if kind == "date":
        return None, "dates"
    if kind == "text" and not categorical and (numbers := _parsed(values)) is not None:
        notes.append(f"column '{name}': text that are numbers, read as numbers")
        values, kind = numbers, "number"
    different = values.nunique(dropna=True)
    if different == 0:
        return None, "all missing"
    missing = int(_texts(values).isna().sum()) if kind == "text" else int(values.isna().sum())
    if different == 1 and not missing:
        return None, "the same in all rows"
    if missing:
        notes.append(f"column '{name}': {missing} of {len(values)} values missing")
    if kind == "number" and not categorical:
        _numbers(values, name)
        if values.dtype.kind in "iu" and different == len(values) > _NAMES_FROM:
            notes.append(f"column '{name}' is different in each row: if it is an identifier, add --ignore {name}")
        return Column(name), ""
    return _categories(values, name, different, notes)


def _categories(values: Any, name: str, different: int, notes: list[str]) -> tuple[Column | None, str]:
    if different > _NAMES_FROM and 2 * different > len(values):
        return None, f"{different} different texts in {len(values)} rows: names or free text"
    counts = _texts(values).value_counts()  # the commonest first
    common = sorted(counts.index[:MOST_CATEGORIES])
    if len(counts) > MOST_CATEGORIES:
        notes.append(
            f"column '{name}': of {len(counts)} categories the {MOST_CATEGORIES} commonest; the others are one"
        )
    return Column(name, tuple(common)), ""


def _kind(values: Any) -> str:
    if values.dtype.kind in "buif" or str(values.dtype).lower() in ("boolean", "int64", "float64"):
        return "number"
    return "date" if values.dtype.kind in "mM" else "text"


def _texts(values: Any) -> Any:
    """Values as text without stray spaces; numbers as written shortest, missing ones as missing."""
    known = values.notna()
    whole = values.dtype.kind == "f" and bool((values[known] == values[known].round()).all())
    texts = (values[known].astype("int64") if whole else values[known]).astype(str).str.strip()
    return texts.where(~texts.str.lower().isin(_MISSING)).reindex(values.index)


def _parsed(values: Any) -> Any | None:
    """Numbers behind the texts of a column, if all that are there are such."""
    import pandas as pd  # noqa: PLC0415 - who hands over a frame has loaded it

    texts = _texts(values)
    numbers = pd.to_numeric(texts, errors="coerce")
    return numbers if texts.notna().any() and numbers.notna().equals(texts.notna()) else None


def _numbers(values: Any, name: str) -> NDArray[np.float64]:
    if _kind(values) != "number":
        parsed = _parsed(values) if values.notna().any() else values.astype(float)
        if parsed is None:
            raise InputError(f"column '{name}' holds numbers in the training part, and text in the test part.")
        values = parsed
    numbers: NDArray[np.float64] = values.astype("float64").to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(numbers).any():
        row = int(np.argmax(np.isinf(numbers)))
        raise InputError(f"column '{name}' holds an infinite number (row {row}). Expected finite ones, or none.")
    return numbers


def _places(values: Any, column: Column) -> NDArray[np.float64]:
    assert column.categories is not None
    texts = _texts(values)
    places = {category: float(place) for place, category in enumerate(column.categories)}
    found = [places.get(text, float(len(places))) if isinstance(text, str) else np.nan for text in texts]
    return np.array(found, dtype=np.float64)
