"""What turns series into what networks read, by what the training part shows of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Samples
from vilfredo.tasks.preprocessing import NetworkInput, Standardization


@dataclass(frozen=True)
class SeriesStandardization:
    """z-normalisation per channel (POPNASv3, section 4.1); what is unknown is taken to be at the mean."""

    channels: Standardization
    """Fitted on known values."""

    @classmethod
    def fit(cls, x: Samples) -> Self:
        """Measure the channels of training series.

        Parameters
        ----------
        x
            Shape (N, C, L), NaN where unknown. The training part only: neither validation nor test.

        Raises
        ------
        InputError
            When there is no step to measure.
        """
        if x.ndim != 3 or x.size == 0:
            raise InputError(f"standardization: series have shape {x.shape}. Expected (N, C, L), none zero.")
        means: list[float] = []
        deviations: list[float] = []
        for channel in range(x.shape[1]):
            known = x[:, channel][~np.isnan(x[:, channel])]
            fitted = Standardization.fit(known.reshape(1, 1, 1, -1) if len(known) else np.zeros((1, 1, 1, 1)))
            means += fitted.mean
            deviations += fitted.std
        return cls(Standardization(tuple(means), tuple(deviations), 1.0))

    def apply(self, x: Samples) -> NetworkInput:
        """Standardise series (N, C, L); float32 (N, C, 1, L).

        Raises
        ------
        InputError
            When the series have another number of channels.
        """
        if x.ndim != 3 or x.shape[1] != len(self.channels.mean):
            raise InputError(f"series have shape {x.shape}. Expected (N, {len(self.channels.mean)}, length).")
        result = self.channels.apply(x[:, :, None])
        np.nan_to_num(result, copy=False, nan=0.0)
        return result

    def to_dict(self) -> dict[str, Any]:
        """Return the fields of `Standardization`."""
        return self.channels.to_dict()

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote.

        Raises
        ------
        InputError
            See `Standardization.from_dict`.
        """
        return cls(Standardization.from_dict(values))
