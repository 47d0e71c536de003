"""`ImageSearch`: images, also flattened ones."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, final

from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from vilfredo.bundle.model import Model
from vilfredo.estimators.base import SearchClassifier
from vilfredo.estimators.input_value_error import InputValueError
from vilfredo.estimators.sizes import sizes_of

_EXPECTED = "Expected images as (n, height, width), (n, height, width, channels) or (n, channels, height, width)"


@final
class ImageSearch(SearchClassifier):
    """A convolutional network for images, its cells found by a search.

    Samples are arrays (n, height, width), (n, height, width, channels) or (n, channels, height, width), of 8-bit
    numbers or floats; rows (n, values) where `image_shape` says what they were. Pixels are standardised per channel.

    Parameters
    ----------
    budget, preset, settings, deploy_settings, constraints, metric, random_state, workers, executor, run, verbose
        As `SearchClassifier` says, which all three estimators have in common.
    image_shape : tuple of int or None
        Shape of an image that comes as a row, without n: ``(8, 8)``, ``(32, 32, 3)`` or ``(3, 32, 32)``.
    resize : tuple of int or None
        (height, width) that all images are brought to.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from vilfredo import ImageSearch
    >>> digits = load_digits()
    >>> model = ImageSearch(budget="10m", random_state=0).fit(digits.images, digits.target)  # doctest: +SKIP
    >>> model.predict(digits.images[:3])  # doctest: +SKIP
    array([0, 1, 2])
    """

    _task: ClassVar[str] = "image"

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
        image_shape: tuple[int, ...] | None = None,
        resize: tuple[int, int] | None = None,
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
        self.image_shape = image_shape
        self.resize = resize

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.two_d_array = self.image_shape is not None
        return tags

    def _samples(self, X: Any, reset: bool) -> Any:  # noqa: N803 - scikit-learn's name
        shape = None if self.image_shape is None else sizes_of(self.image_shape, "image_shape", (2, 3))
        # The checks that need two dimensions come later; uint8 stays what it is.
        images = check_array(X, dtype="numeric", ensure_2d=False, allow_nd=True, estimator=self)
        if images.ndim == 2:
            _check_flattened(images.shape, shape)
            images = validate_data(self, X, reset=reset).reshape(len(images), *(shape or ()))
        values = math.prod(images.shape[1:])
        if reset:
            self.n_features_in_ = values
        elif values != self.n_features_in_ and self.resize is None:
            raise InputValueError(
                f"X has {values} features, but {type(self).__name__} is expecting {self.n_features_in_} features as "
                f"input: {self.best_model_.layout.describe()}."
            )
        return images

    def _reading(self, samples: Any) -> dict[str, Any]:
        return {"resize": None if self.resize is None else sizes_of(self.resize, "resize", (2,))}

    @staticmethod
    def _count_features(model: Model) -> int:
        return math.prod(model.layout.shape)


def _check_flattened(came: tuple[int, ...], shape: tuple[int, ...] | None) -> None:
    """Refuse rows (n, values) that are no images."""
    if shape is None:
        raise InputValueError(
            f"X has shape {came}: one image, or images as rows? {_EXPECTED}; a single one is X[None]. For rows, "
            "say what an image is: image_shape=(height, width) or (height, width, channels)."
        )
    if math.prod(shape) != came[1]:
        raise InputValueError(
            f"image_shape: {shape} makes {math.prod(shape)} values, but X has {came[1]} features. Expected the "
            "shape of an image that was flattened to such a row."
        )
