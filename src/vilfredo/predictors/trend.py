"""A coarse law of training time that holds beyond the sizes seen: so much per cell, block and operator.

Trees predict nothing larger than what they were fitted on, but the cells to predict are always larger than those
trained. So trees may learn the ratio of the time to this trend instead of the time itself.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from vilfredo.predictors.protocol import Floats
from vilfredo.spaces.features import TIME_FEATURES

_COLUMN = {name: index for index, name in enumerate(TIME_FEATURES)}


@dataclass(frozen=True)
class Trend:
    """A linear function with coefficients that are not negative, and so never shrinks as a cell grows."""

    coefficients: Floats
    least: float
    """The smallest value predicted: a time is never zero."""

    @classmethod
    def fit(cls, features: Floats, times: Floats) -> "Trend":
        """Fit times (n,) > 0 by their relative error; features are (n, 9)."""
        columns = _columns(features)
        positive = np.maximum(times, 1e-12)
        coefficients, _ = nnls(columns / positive[:, None], np.ones(len(times)))
        return cls(coefficients, float(positive.min()))

    def predict(self, features: Floats) -> Floats:
        """Time of each architecture, shape (n,)."""
        return np.maximum(_columns(features) @ self.coefficients, self.least)


def _columns(features: Floats) -> Floats:
    """What every network costs, and what each cell adds for its operators, blocks and concatenated tensors."""
    cells = features[:, _COLUMN["cells"]]
    parts = [features[:, _COLUMN[name]] * cells for name in ("op_score", "blocks", "concatenated")]
    return np.stack([np.ones(len(features)), *parts], axis=1)
