"""From samples in the layout of their kind to what networks read, by what the training part shows of them."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Samples

_CHUNK = 2048

NetworkInput = NDArray[np.float32]
"""Shape (N, channels, height, width): what networks of all kinds read. A series has height 1; the row of a table is
one pixel with a channel for each feature."""


class Preprocessing(Protocol):
    """What was learnt from the training part, to be applied to any samples of that kind."""

    def apply(self, x: Samples) -> NetworkInput:
        """Turn samples into what networks read.

        Raises
        ------
        InputError
            When the samples don't have the shape of those fitted on.
        """

    def to_dict(self) -> dict[str, Any]:
        """Return all that was learnt as plain values for TOML and JSON; `Kind.restore` reads them."""


@dataclass(frozen=True)
class Standardization:
    """Zero mean and unit deviation per channel: ``(x / divisor - mean) / std``."""

    mean: tuple[float, ...]
    """Per channel, after division."""
    std: tuple[float, ...]
    """Per channel, above 0; 1 for a constant channel."""
    divisor: float
    """255 when fitted on uint8 images, else 1. Later images are taken to have the same scale."""

    @classmethod
    def fit(cls, x: Samples) -> Self:
        """Measure the channels of training images.

        Parameters
        ----------
        x
            Shape (N, C, H, W), uint8 or float32. The training part only: neither validation nor test.

        Raises
        ------
        InputError
            When there is no pixel to measure.
        """
        if x.ndim != 4 or x.size == 0:
            raise InputError(f"standardization: images have shape {x.shape}. Expected (N, C, H, W), none zero.")
        divisor = 255.0 if x.dtype == np.uint8 else 1.0
        axes, count = (0, 2, 3), x.size // x.shape[1]
        mean = sum(chunk.sum(axis=axes) for chunk in _chunks(x, divisor)) / count  # (C,)
        centre = np.reshape(mean, (-1, 1, 1))
        variance = sum(np.square(chunk - centre).sum(axis=axes) for chunk in _chunks(x, divisor)) / count
        constant = x.min(axis=axes) == x.max(axis=axes)  # exact, where a sum of rounded squares is not
        # Less than this, networks' single precision takes for zero.
        std = np.where(constant | (np.sqrt(variance) < np.finfo(np.float32).tiny), 1.0, np.sqrt(variance))
        return cls(tuple(np.asarray(mean).tolist()), tuple(std.tolist()), divisor)

    def apply(self, x: Samples) -> NetworkInput:
        """Standardise images (N, C, H, W) on the scale of those fitted on; float32.

        Raises
        ------
        InputError
            When the images have another number of channels.
        """
        if x.ndim != 4 or x.shape[1] != len(self.mean):
            raise InputError(f"images have shape {x.shape}. Expected (N, {len(self.mean)}, height, width).")
        mean = np.reshape(self.mean, (-1, 1, 1)).astype(np.float32)
        std = np.reshape(self.std, (-1, 1, 1)).astype(np.float32)
        result = x.astype(np.float32)
        result /= np.float32(self.divisor)
        result -= mean
        result /= std
        return result

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain lists and numbers."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote.

        Raises
        ------
        InputError
            When a field is missing or no number, the lists differ in length, or a deviation is not above 0.
        """
        try:
            mean = tuple(float(value) for value in values["mean"])
            std = tuple(float(value) for value in values["std"])
            divisor = float(values["divisor"])
        except (KeyError, TypeError, ValueError):
            mean, std, divisor = (), (), 0.0
        finite = all(map(math.isfinite, (*mean, *std, divisor)))
        sound = len(mean) == len(std) > 0 and finite and min((*std, divisor)) > 0
        if not sound:
            raise InputError(
                "standardization: expected 'mean' and 'std' (a number per channel, std above 0) and 'divisor' "
                f"(above 0), not {dict(values)}."
            )
        return cls(mean, std, divisor)


def _chunks(x: Samples, divisor: float) -> Iterator[NDArray[np.float64]]:
    """Few images at a time in double precision, so that no copy of all of them is made."""
    for start in range(0, len(x), _CHUNK):
        yield x[start : start + _CHUNK].astype(np.float64) / divisor
