"""`SeriesSearch`: time series, in any of aeon's collection types."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, final

from vilfredo.bundle.model import Model
from vilfredo.estimators.base import SearchClassifier
from vilfredo.estimators.collections_of_series import as_collection
from vilfredo.estimators.sizes import sizes_of


@final
class SeriesSearch(SearchClassifier):
    """A convolutional or recurrent network for time series, its cells found by a search.

    Samples are an array (n, channels, length), one of two dimensions (n, length) for a single channel, a list of arrays
    (channels, length), which may differ in length, or what else aeon calls a collection: ``df-list``, ``pd-wide``,
    ``pd-multiindex``, and the ``nested_univ`` of its earlier versions and of sktime. Missing values are welcome.
    Channels are standardised.

    Parameters
    ----------
    budget, preset, settings, deploy_settings, constraints, metric, random_state, workers, executor, run, verbose
        As `SearchClassifier` says, which all three estimators have in common.
    resize : int or None
        Length that all series are stretched or shrunk to. None: that of the longest in `fit`; shorter ones are
        padded, longer ones cut.

    Examples
    --------
    >>> import numpy as np
    >>> from vilfredo import SeriesSearch
    >>> X, y = np.random.default_rng(0).normal(size=(40, 2, 50)), np.arange(40) % 2
    >>> model = SeriesSearch(budget="10m", random_state=0).fit(X, y)  # doctest: +SKIP
    >>> model.predict_proba(X).shape  # doctest: +SKIP
    (40, 2)
    """

    _task: ClassVar[str] = "series"

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
        resize: int | None = None,
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
        self.resize = resize

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = True
        return tags

    def _samples(self, X: Any, reset: bool) -> Any:  # noqa: N803 - scikit-learn's name
        series = as_collection(X)
        if reset:
            self.n_features_in_ = len(series[0])
        return series

    def _reading(self, samples: Any) -> dict[str, Any]:
        return {"resize": None if self.resize is None else sizes_of(self.resize, "resize", (1,))}

    @staticmethod
    def _count_features(model: Model) -> int:
        return model.layout.shape[0]
