"""`TabularSearch`: rows of numbers and categories."""

from collections.abc import Mapping, Sequence
from numbers import Integral
from pathlib import Path
from typing import Any, ClassVar, final

import numpy as np
from sklearn.utils.validation import validate_data

from vilfredo.bundle.model import Model
from vilfredo.estimators.base import SearchClassifier
from vilfredo.estimators.input_value_error import InputValueError


@final
class TabularSearch(SearchClassifier):
    """A multi-layer perceptron for a table, its layers found by a search.

    Samples are rows: an array (n_samples, n_features), or a data frame, whose columns of text are categories. Missing
    values are welcome. Numbers are standardised, so no scaler is needed before it.

    Parameters
    ----------
    budget, preset, settings, deploy_settings, constraints, metric, random_state, workers, executor, run, verbose
        As `SearchClassifier` says, which all three estimators have in common.
    categorical : sequence of str or int
        Columns whose numbers are names of categories: by name, or by position.
    ignore : sequence of str or int
        Columns not to learn from.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from vilfredo import TabularSearch
    >>> X, y = load_iris(return_X_y=True)
    >>> small = {"strategy": {"name": "random", "cells_per_size": 2}, "space": {"layers": 1}}
    >>> model = TabularSearch(settings=small, random_state=0).fit(X, y)
    >>> model.predict(X[:1])
    array([0])
    """

    _task: ClassVar[str] = "table"

    def __init__(
        self,
        *,
        budget: str | float | None = None,
        preset: str = "quick",
        settings: Mapping[str, Any] | None = None,
        deploy_settings: Mapping[str, Any] | None = None,
        constraints: tuple[str, ...] = (),
        metric: str = "accuracy",
        random_state: Any = None,
        workers: int | None = None,
        executor: str | None = None,
        run: str | Path | None = None,
        verbose: int = 0,
        categorical: Sequence[str | int] = (),
        ignore: Sequence[str | int] = (),
    ) -> None:
        super().__init__(
            budget=budget,
            preset=preset,
            settings=settings,
            deploy_settings=deploy_settings,
            constraints=constraints,
            metric=metric,
            random_state=random_state,
            workers=workers,
            executor=executor,
            run=run,
            verbose=verbose,
        )
        self.categorical = categorical
        self.ignore = ignore

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _samples(self, X: Any, reset: bool) -> Any:  # noqa: N803 - scikit-learn's name
        if hasattr(X, "to_pandas"):
            X = X.to_pandas()  # noqa: N806 - polars, pyarrow
        if type(X).__name__ == "DataFrame":
            checked = validate_data(self, X, reset=reset, skip_check_array=True)
            if reset or hasattr(self, "feature_names_in_"):
                return checked
            # Fitted on an array, it knows no names, and scikit-learn has warned of it.
            return checked.set_axis(list(self.best_model_.layout.header), axis=1)
        try:
            return validate_data(self, X, reset=reset, ensure_all_finite="allow-nan", ensure_min_samples=1 + reset)
        except ValueError:
            frame = _worded(X)
            if frame is None:
                raise
        validate_data(self, np.asarray(X, dtype=object), reset=reset, skip_check_array=True)
        return frame if reset else frame.set_axis(list(self.best_model_.layout.header), axis=1)

    def _reading(self, samples: Any) -> dict[str, Any]:
        names = list(map(str, getattr(samples, "columns", [f"x{index}" for index in range(samples.shape[1])])))
        return {name: _columns(getattr(self, name), names, name) for name in ("categorical", "ignore")}

    @staticmethod
    def _count_features(model: Model) -> int:
        return len(model.layout.header)


def _columns(asked: Any, names: Sequence[str], parameter: str) -> tuple[str, ...]:
    """Names of columns that are given by name or position."""
    if asked is None:
        return ()
    found = []
    for entry in (asked,) if isinstance(asked, (str, Integral)) else asked:
        if isinstance(entry, Integral) and not isinstance(entry, bool):
            if not -len(names) <= int(entry) < len(names):
                raise InputValueError(f"{parameter}: there is no column {entry}; X has {len(names)}, counted from 0.")
            found.append(names[int(entry)])
        elif isinstance(entry, str):
            found.append(entry)
        else:
            raise InputValueError(f"{parameter}: expected names or positions of columns, not {entry!r}.")
    return tuple(found)


def _worded(rows: Any) -> Any:
    """A data frame of an array with texts in it, as scikit-learn's imputers give; None of anything else."""
    import pandas as pd  # noqa: PLC0415 - who has texts has pandas loaded, as a rule

    try:
        array = np.asarray(rows)
    except ValueError:
        return None
    texts = array.dtype.kind == "U" or (array.dtype.kind == "O" and any(isinstance(one, str) for one in array.flat))
    if array.ndim != 2 or not texts or 0 in array.shape:
        return None
    names = [f"x{index}" for index in range(array.shape[1])]
    return pd.DataFrame(array.astype(object), columns=names).infer_objects()
