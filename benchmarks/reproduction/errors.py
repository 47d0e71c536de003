"""Relative errors of time regressors: proper and progressive as in POPNAS v1 (section 4.1), and within a step.

What the paper calls proper and progressive is told by its figures: in table 3 block sum has 0.1821 and 0.2758 at B = 2
and 3, and a progressive 0.2290, their mean. So proper is the error on the cells of B blocks of a regressor that has
seen all smaller ones, progressive the mean of these errors up to B.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.reproduction.steps import Step
from vilfredo.predictors.folds import fold_numbers, training_rows
from vilfredo.predictors.protocol import Floats, Predictor, Samples

FOLDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Errors:
    """Signed relative errors (predicted / measured - 1) of each cell, by the size that was predicted, from 2."""

    signed: Mapping[int, Floats]

    def proper(self, size: int) -> float:
        """Mean absolute error on one size; NaN where there is none."""
        return float(np.abs(self.signed[size]).mean()) if size in self.signed else float("nan")

    def progressive(self, size: int) -> float:
        """Mean of the proper errors up to a size."""
        known = [self.proper(smaller) for smaller in self.signed if smaller <= size]
        return float(np.mean(known)) if size in self.signed else float("nan")

    def bias(self, size: int) -> float:
        """Mean signed error: negative where times are underestimated."""
        return float(self.signed[size].mean()) if size in self.signed else float("nan")

    @property
    def absolute(self) -> Floats:
        """Of all sizes together."""
        return np.asarray(np.abs(np.concatenate(list(self.signed.values()))), dtype=np.float64)


def forward(predictor: Predictor, steps: Sequence[Step], *, thrust: bool = True) -> Errors:
    """Predict each size from all smaller ones.

    Parameters
    ----------
    thrust
        Whether the empty cell is among them (section 3.3.2); the regressors themselves leave it out from size 3 on.
    """
    first = 0 if thrust else 1
    signed = {}
    for step in steps[2:]:
        seen = steps[first : step.size]
        known = Samples.concatenate([one.samples for one in seen])
        fitted = predictor.fit(known, np.concatenate([one.times for one in seen]), seed=0)
        signed[step.size] = fitted.predict(step.samples).mean / step.times - 1
    return Errors(signed)


def within(predictor: Predictor, step: Step) -> float:
    """Mean relative error on cells of one size of a regressor that has seen others of that size, by five folds."""
    folds = fold_numbers(len(step.times), FOLDS, np.random.default_rng(0))
    errors = np.empty(len(step.times))
    for fold in range(int(folds.max()) + 1):
        learn, judge = training_rows(folds, fold), np.flatnonzero(folds == fold)
        fitted = predictor.fit(step.samples.take(learn), step.times[learn], seed=0)
        errors[judge] = fitted.predict(step.samples.take(judge)).mean / step.times[judge] - 1
    return float(np.abs(errors).mean())
