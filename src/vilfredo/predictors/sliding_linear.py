"""Linear regressors on the rows of sliding blocks (POPNAS v1, section 3.3.3): Ridge, and non-negative least squares."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, ClassVar, final

import numpy as np
from pydantic import Field
from scipy.optimize import lsq_linear

from vilfredo.predictors.grid_search import fit_best
from vilfredo.predictors.protocol import Floats, Predictor, Samples
from vilfredo.predictors.sliding import FittedSliding, SlidingBlocks


@final
class SlidingRidge(Predictor):
    """Ridge regression with an intercept. The seed changes nothing."""

    name: ClassVar[str] = "sliding-ridge"

    penalties: tuple[Annotated[float, Field(gt=0)], ...] = Field(default=(0.1,), min_length=1)
    """Factors of the squared norm of the weights to choose from; the paper has 0.1 alone."""
    encoding: SlidingBlocks = SlidingBlocks()

    def fit(self, samples: Samples, targets: Floats, seed: int) -> FittedSliding:
        """Solve the normal equations; see `Predictor.fit`."""
        return fit_best(self.encoding, [partial(_ridge, penalty=one) for one in self.penalties], samples, targets)


@final
class SlidingNnls(Predictor):
    """Least squares with weights that are not negative: no block makes a network faster. The seed changes nothing."""

    name: ClassVar[str] = "sliding-nnls"

    intercept: bool | None = None
    """Whether there is a constant part, of either sign; not set: cross-validation tells."""
    encoding: SlidingBlocks = SlidingBlocks()

    def fit(self, samples: Samples, targets: Floats, seed: int) -> FittedSliding:
        """Solve the bounded problem; see `Predictor.fit`."""
        choices = (True, False) if self.intercept is None else (self.intercept,)
        return fit_best(self.encoding, [partial(_nnls, intercept=one) for one in choices], samples, targets)


@dataclass(frozen=True)
class Linear:
    """A linear function."""

    weights: Floats
    offset: float

    def predict(self, rows: Floats) -> Floats:
        """Predict a time (m,) for each of the rows (m, F)."""
        return np.asarray(rows @ self.weights + self.offset, dtype=np.float64)


def _ridge(rows: Floats, targets: Floats, penalty: float) -> Linear:
    centre, mean = rows.mean(axis=0), float(targets.mean())
    centred = rows - centre
    gram = centred.T @ centred + penalty * np.eye(rows.shape[1])
    weights = np.linalg.solve(gram, centred.T @ (targets - mean))
    return Linear(weights, mean - float(centre @ weights))


def _nnls(rows: Floats, targets: Floats, intercept: bool) -> Linear:
    centre, mean = (rows.mean(axis=0), float(targets.mean())) if intercept else (np.zeros(rows.shape[1]), 0.0)
    # Unlike SciPy's own nnls it never gives up on columns that nearly depend on one another.
    weights = lsq_linear(rows - centre, targets - mean, bounds=(0, np.inf), method="bvls").x
    return Linear(weights, mean - float(centre @ weights))
