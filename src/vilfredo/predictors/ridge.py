"""Ridge regression: the plain baseline, fitted in milliseconds."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from pydantic import Field

from vilfredo.predictors.protocol import Floats, Prediction, Predictor, Samples, check_targets


@final
class Ridge(Predictor):
    """Closed-form ridge regression on standardised counts of inputs and operators and the time features.

    Every inner input counts alike, so that isomorphic cells get one prediction. The seed changes nothing.
    """

    name: ClassVar[str] = "ridge"

    penalty: float = Field(default=1.0, gt=0)
    """Factor of the squared norm of the coefficients."""

    def fit(self, samples: Samples, targets: Floats, seed: int) -> "FittedRidge":
        """Solve the normal equations; see `Predictor.fit`."""
        check_targets(samples, targets)
        columns = _columns(samples)  # (n, d)
        centre, scale = columns.mean(axis=0), columns.std(axis=0)
        scale[scale < 1e-12] = 1.0  # a constant column stays zero and gets the coefficient zero
        standard = (columns - centre) / scale
        gram = standard.T @ standard + self.penalty * np.eye(standard.shape[1])
        offset = float(targets.mean())
        coefficients = np.linalg.solve(gram, standard.T @ (targets - offset)) / scale
        return FittedRidge(centre, coefficients, offset)


@dataclass(frozen=True)
class FittedRidge:
    """A linear function of the columns."""

    centre: Floats
    coefficients: Floats
    offset: float

    def predict(self, samples: Samples) -> Prediction:
        """Predict each sample's target; as a single model, with deviation zero."""
        mean = (_columns(samples) - self.centre) @ self.coefficients + self.offset
        return Prediction(mean, np.zeros(len(samples)))


def _columns(samples: Samples) -> Floats:
    """Counts per lookback, of inner inputs, per operator; size; time features: (n, lookback + operators + 2 + F)."""
    there = samples.present[..., None]  # (n, B, 1)
    inputs, names = samples.cells[..., 0::2], samples.cells[..., 1::2]  # (n, B, 2) each
    counted = [(inputs == -k) & there for k in range(1, samples.lookback + 1)]
    counted.append((inputs >= 0) & there)
    counted += [(names == operator) & there for operator in range(samples.operators)]
    counts = [part.sum(axis=(1, 2)) for part in counted]
    return np.column_stack([*counts, samples.sizes, samples.features]).astype(np.float64)
