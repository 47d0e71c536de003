"""From the rows of a table to features: numbers standardised, categories as one feature each."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, final

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Column, Samples
from vilfredo.tasks.preprocessing import NetworkInput


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
    """A column of categories: one feature for each that the training part has."""

    seen: tuple[int, ...]
    """Their numbers, ascending; what is missing or was never seen has a feature of its own, behind them."""


@final
@dataclass(frozen=True)
class TablePreprocessing:
    """What was learnt of each column."""

    columns: tuple[Number | Category, ...]

    @classmethod
    def fit(cls, x: Samples, columns: Sequence[Column]) -> Self:
        """Learn from training rows, by scikit-learn's `ColumnTransformer`.

        Parameters
        ----------
        x
            Shape (N, columns), NaN where missing. The training part only: neither validation nor test.

        Raises
        ------
        InputError
            When there is no row, or another number of columns.
        """
        if x.ndim != 2 or len(x) == 0 or x.shape[1] != len(columns):
            raise InputError(f"table: rows have shape {x.shape}. Expected (N, {len(columns)}), N at least 1.")
        numeric = [index for index, column in enumerate(columns) if column.categories is None]
        categorical = [index for index in range(len(columns)) if index not in numeric]
        transformer = column_transformer(numeric, categorical).fit(x)
        learnt: dict[int, Number | Category] = {}
        if numeric:
            incomplete = np.asarray(np.isnan(x[:, numeric]).any(axis=0))
            learnt |= dict(zip(numeric, _numbers(transformer.named_transformers_["numbers"], incomplete), strict=True))
        if categorical:
            categories = transformer.named_transformers_["categories"].categories_
            for index, found in zip(categorical, categories, strict=True):
                places = found[found < len(columns[index].categories or ())]  # without NaN, and what only tests have
                learnt[index] = Category(tuple(places.astype(int).tolist()))
        return cls(tuple(learnt[index] for index in range(len(columns))))

    def apply(self, x: Samples) -> NetworkInput:
        """Turn rows (N, columns) into features (N, features, 1, 1), float32.

        Raises
        ------
        InputError
            When the rows have another number of columns.
        """
        if x.ndim != 2 or x.shape[1] != len(self.columns):
            raise InputError(f"rows have shape {x.shape}. Expected (N, {len(self.columns)}).")
        parts = [_features(values, column) for values, column in zip(x.T, self.columns, strict=True)]
        features = np.concatenate(parts, axis=1).astype(np.float32)  # (N, features)
        return features[:, :, None, None]

    def to_dict(self) -> dict[str, Any]:
        """Return what was learnt of each column as plain values."""
        return {"columns": [_as_dict(column) for column in self.columns]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote.

        Raises
        ------
        InputError
            When something is missing, no number, or a scale is not above 0.
        """
        try:
            return cls(tuple(_from_dict(column) for column in values["columns"]))
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"table: the preprocessing is damaged ({error}).") from None


def column_transformer(numeric: Sequence[int], categorical: Sequence[int]) -> Any:
    """What is fitted: median and standardisation of columns of numbers, one feature for each category."""
    from sklearn.compose import ColumnTransformer  # noqa: PLC0415 - a second that only a fit should cost
    from sklearn.impute import SimpleImputer  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import OneHotEncoder, StandardScaler  # noqa: PLC0415

    numbers = make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler())
    categories = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return ColumnTransformer([("numbers", numbers, list(numeric)), ("categories", categories, list(categorical))])


def _numbers(fitted: Any, incomplete: NDArray[np.bool_]) -> list[Number]:
    """Medians, means and deviations of columns of numbers, from the fitted steps."""
    imputer, scaler = fitted[0], fitted[1]
    rows = zip(imputer.statistics_, scaler.mean_, scaler.scale_, incomplete.tolist(), strict=True)
    # Less than this, networks' single precision takes for zero.
    tiny = float(np.finfo(np.float32).tiny)
    return [
        Number(float(np.nan_to_num(fill)), float(mean), float(scale) if scale >= tiny else 1.0, missing)
        for fill, mean, scale, missing in rows
    ]


def _features(values: NDArray[np.float64], column: Number | Category) -> NDArray[np.float64]:
    """Features (N, k) of one column (N,)."""
    missing = np.isnan(values)
    if isinstance(column, Number):
        filled = (np.where(missing, column.fill, values) - column.mean) / column.scale
        # A single absurd value must not become infinite in single precision.
        bounded = np.clip(filled, -1e6, 1e6)
        return np.stack([bounded, missing], axis=1) if column.indicator else bounded[:, None]
    each = values[:, None] == np.array(column.seen, dtype=np.float64)  # (N, seen)
    return np.column_stack([each, ~each.any(axis=1)]).astype(np.float64)


def _as_dict(column: Number | Category) -> dict[str, Any]:
    if isinstance(column, Category):
        return {"seen": list(column.seen)}
    return {"fill": column.fill, "mean": column.mean, "scale": column.scale, "indicator": column.indicator}


def _from_dict(values: Mapping[str, Any]) -> Number | Category:
    if "seen" in values:
        return Category(tuple(int(number) for number in values["seen"]))
    fill, mean, scale = (float(values[name]) for name in ("fill", "mean", "scale"))
    if not all(map(math.isfinite, (fill, mean, scale))) or scale <= 0:
        raise ValueError(f"expected finite numbers and a scale above 0, not {dict(values)}")
    return Number(fill, mean, scale, bool(values["indicator"]))
