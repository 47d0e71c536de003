"""Learning from the training rows of a table what `TablePreprocessing` applies.

scikit-learn learns it; only the numbers are kept, so that applying, storing and sharing them needs NumPy alone.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Column, Samples
from vilfredo.tasks.table_preprocessing import LARGEST, Category, Number, TablePreprocessing

_RARE = 2
"""Rows that a category needs for a feature of its own. The rarer ones share one, so that it means something for those
that turn up later."""


def fit_table(x: Samples, columns: Sequence[Column]) -> TablePreprocessing:
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
    if x.ndim != 2 or 0 in x.shape or x.shape[1] != len(columns):
        raise InputError(f"table: rows have shape {x.shape}. Expected (N, {len(columns)}), N at least 1.")
    numeric = [index for index, column in enumerate(columns) if column.categories is None]
    sizes = {index: len(column.categories) for index, column in enumerate(columns) if column.categories is not None}
    transformer = column_transformer(numeric, list(sizes)).fit(np.clip(x, -LARGEST, LARGEST))
    fitted = transformer.named_transformers_
    learnt: dict[int, Number | Category] = {}
    if numeric:
        learnt |= dict(zip(numeric, _numbers(fitted["numbers"], fitted["missing"]), strict=True))
    if sizes:
        learnt |= dict(zip(sizes, _categories(fitted["categories"], list(sizes.values())), strict=True))
    return TablePreprocessing(tuple(learnt[index] for index in range(len(columns))))


def column_transformer(numeric: Sequence[int], categorical: Sequence[int]) -> Any:
    """What is fitted: median and standardisation of numbers, where they are missing, one feature per category."""
    from sklearn.compose import ColumnTransformer  # noqa: PLC0415 - a second that only a fit should cost
    from sklearn.impute import MissingIndicator, SimpleImputer  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import OneHotEncoder, StandardScaler  # noqa: PLC0415

    numbers = make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler())
    missing = MissingIndicator(features="missing-only", error_on_new=False)
    categories = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=_RARE, sparse_output=False)
    parts: list[tuple[str, Any, list[int]]] = []
    if numeric:
        parts += [("numbers", numbers, list(numeric)), ("missing", missing, list(numeric))]
    if categorical:
        parts.append(("categories", categories, list(categorical)))
    return ColumnTransformer(parts, sparse_threshold=0)


def _numbers(pipeline: Any, indicator: Any) -> list[Number]:
    """Medians, means and deviations of the columns of numbers, from the fitted steps."""
    imputer, scaler = pipeline[0], pipeline[1]
    fills = np.nan_to_num(imputer.statistics_)  # of a column wholly missing: 0, as the imputer has it
    marked = set(indicator.features_.tolist())
    rows = zip(fills.tolist(), scaler.mean_.tolist(), scaler.scale_.tolist(), strict=True)
    return [Number(fill, mean, scale, index in marked) for index, (fill, mean, scale) in enumerate(rows)]


def _categories(encoder: Any, sizes: Sequence[int]) -> list[Category]:
    """Features of the categories of each column, by asking the fitted encoder for each number."""
    most = max(sizes)
    # Number `size` of a column stands for all that are not among its categories; NaN comes last.
    asked = np.array([[min(number, size) for size in sizes] for number in range(most + 1)] + [[np.nan] * len(sizes)])
    answers = encoder.transform(asked)  # (most + 2, features)
    widths = [
        len(seen) if rare is None else len(seen) - len(rare) + 1
        for seen, rare in zip(encoder.categories_, encoder.infrequent_categories_, strict=True)
    ]
    found = []
    for size, block in zip(sizes, np.split(answers, np.cumsum(widths)[:-1], axis=1), strict=True):
        places = np.where(block.any(axis=1), block.argmax(axis=1), -1).tolist()
        found.append(Category(tuple(places[: size + 1]), places[-1], block.shape[1]))
    return found
