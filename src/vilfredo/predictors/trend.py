"""A coarse law of training time that holds beyond the sizes seen: so much per cell, block and operator.

Trees predict nothing larger than what they were fitted on, but the architectures to predict are always larger than
those trained. So trees may learn the ratio of the time to this trend instead of the time itself.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from vilfredo.predictors.protocol import Floats
from vilfredo.spaces.features import TIME_FEATURES

_COLUMN = {name: index for index, name in enumerate(TIME_FEATURES)}


@dataclass(frozen=True)
class Trend:
    """A linear function with coefficients that are not negative, and so never shrinks as an architecture grows."""

    coefficients: Floats
    least: float
    """The smallest value predicted: a time is never zero."""

    @classmethod
    def fit(cls, features: Floats, times: Floats) -> "Trend":
        """Fit times (n,) > 0 by their relative error; features are (n, F)."""
        columns, scale = _columns(features), _scale(features)
        positive = np.maximum(times, 1e-12)
        coefficients, _ = nnls(columns / scale / positive[:, None], np.ones(len(times)))
        return cls(coefficients / scale, float(positive.min()))

    def predict(self, features: Floats) -> Floats:
        """Time of each architecture, shape (n,)."""
        return np.maximum(_columns(features) @ self.coefficients, self.least)


def _columns(features: Floats) -> Floats:
    """What every network costs, and what comes on top: by the cell where cells are stacked, else by the feature."""
    if not _of_cells(features):
        return np.column_stack([np.ones(len(features)), features])
    cells = features[:, _COLUMN["cells"]]
    parts = [features[:, _COLUMN[name]] * cells for name in ("op_score", "blocks", "concatenated")]
    return np.stack([np.ones(len(features)), *parts], axis=1)


def _scale(features: Floats) -> Floats | float:
    """Find the size of each column: next to one that counts millions, the fit would overlook the others."""
    if _of_cells(features):
        return 1.0  # all near one as they are
    largest = np.abs(_columns(features)).max(axis=0)
    return np.where(largest > 0, largest, 1.0)


def _of_cells(features: Floats) -> bool:
    """Tell the features of cells by their number, which no other space's have."""
    return int(features.shape[1]) == len(TIME_FEATURES)
