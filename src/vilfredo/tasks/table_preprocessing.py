"""From the rows of a table to features: numbers standardised, categories as one feature each."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, final

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Samples
from vilfredo.tasks.preprocessing import NetworkInput

LARGEST = 1e150
"""Numbers beyond are taken for this one: squares of larger ones overflow."""
_FARTHEST = 1e6
"""Deviations from the mean that a network ever sees: one absurd value must not become infinite in single precision."""


@dataclass(frozen=True, slots=True)
class Number:
    """A column of numbers: ``((x or fill) - mean) / scale``, and whether x was missing."""

    fill: float
    mean: float
    scale: float
    """Above 0."""
    indicator: bool
    """Whether a further feature says where x is missing."""


@dataclass(frozen=True, slots=True)
class Category:
    """A column of categories: one of `width` features is 1, or none for what has no feature."""

    places: tuple[int, ...]
    """Feature of each category by its number, -1 for none. The last is that of all numbers from there on."""
    missing: int
    """Feature of a missing category, -1 for none."""
    width: int
    """At least 1."""


@final
@dataclass(frozen=True)
class TablePreprocessing:
    """What was learnt of each column; `table_fit` learns it.

    The features are all numbers, then where those that need it are missing, then the categories, each in the order of
    their columns.
    """

    columns: tuple[Number | Category, ...]

    def apply(self, x: Samples) -> NetworkInput:
        """Turn rows (N, columns) into features (N, features, 1, 1), float32 and finite.

        Raises
        ------
        InputError
            When the rows have another number of columns.
        """
        if x.ndim != 2 or x.shape[1] != len(self.columns):
            raise InputError(
                f"rows have shape {x.shape}. Expected (N, {len(self.columns)}), the columns that the preprocessing was "
                "fitted on."
            )
        numeric = [index for index, column in enumerate(self.columns) if isinstance(column, Number)]
        numbers = [column for column in self.columns if isinstance(column, Number)]
        parts = [_standardised(x[:, numeric], numbers)]
        marked = [index for index, column in zip(numeric, numbers, strict=True) if column.indicator]
        parts.append(np.isnan(x[:, marked]).astype(np.float32))
        parts += [
            _spread(x[:, index], column) for index, column in enumerate(self.columns) if isinstance(column, Category)
        ]
        return np.concatenate(parts, axis=1)[:, :, None, None]  # (N, features, 1, 1)

    def to_dict(self) -> dict[str, Any]:
        """Return what was learnt of each column as plain values."""
        return {"columns": [_as_dict(column) for column in self.columns]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote.

        Raises
        ------
        InputError
            When something is missing, no number, or out of range.
        """
        try:
            columns = tuple(_from_dict(column) for column in values["columns"])
            if not columns:
                raise ValueError("no column")
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise InputError(
                f"table: the preprocessing is damaged ({error}). Expected 'columns', each with 'fill', 'mean', 'scale' "
                "and 'indicator', or with 'places', 'missing' and 'width', as it was written."
            ) from None
        return cls(columns)


def _standardised(x: NDArray[np.float64], numbers: Sequence[Number]) -> NDArray[np.float32]:
    """Fill and scale columns (N, numbers)."""
    fill, mean, scale = (
        np.array([getattr(number, name) for number in numbers], dtype=np.float64) for name in ("fill", "mean", "scale")
    )
    filled = np.where(np.isnan(x), fill, np.clip(x, -LARGEST, LARGEST))
    with np.errstate(over="ignore"):  # a scale near zero: clipped as well
        scaled = np.clip((filled - mean) / scale, -_FARTHEST, _FARTHEST)
    return np.asarray(scaled, dtype=np.float32)


def _spread(values: NDArray[np.float64], column: Category) -> NDArray[np.float32]:
    """Features (N, width) of one column of categories (N,)."""
    last = len(column.places) - 1
    numbers = np.clip(np.nan_to_num(values), 0, last).astype(np.int64)
    places = np.where(np.isnan(values), column.missing, np.array(column.places)[numbers])  # (N,)
    return np.asarray(places[:, None] == np.arange(column.width), dtype=np.float32)


def _as_dict(column: Number | Category) -> dict[str, Any]:
    if isinstance(column, Category):
        return {"places": list(column.places), "missing": column.missing, "width": column.width}
    return {"fill": column.fill, "mean": column.mean, "scale": column.scale, "indicator": column.indicator}


def _from_dict(values: Mapping[str, Any]) -> Number | Category:
    if "places" in values:
        places, missing, width = tuple(map(int, values["places"])), int(values["missing"]), int(values["width"])
        taken = (*places, missing)
        if not places or not 1 <= width <= max(1, *taken) + 1 or not all(-1 <= place < width for place in taken):
            raise ValueError(f"places are -1 to width - 1, not {dict(values)}")
        return Category(places, missing, width)
    fill, mean, scale = (float(values[name]) for name in ("fill", "mean", "scale"))
    if not all(map(math.isfinite, (fill, mean, scale))) or scale <= 0:
        raise ValueError(f"numbers are finite and a scale above 0, not {dict(values)}")
    return Number(fill, mean, scale, bool(values["indicator"]))
