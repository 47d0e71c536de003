"""Choosing hyper-parameters from a grid by cross-validation (POPNAS v1, section 4.1)."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from vilfredo.predictors.folds import fold_numbers, training_rows
from vilfredo.predictors.protocol import Floats, Samples, check_targets
from vilfredo.predictors.sliding import FittedSliding, Regressor, SlidingBlocks, empty_time, without_thrust

Fit = Callable[[Floats, Floats], Regressor]
"""Learns from rows (m, F) and targets (m,)."""

FOLDS = 5


def fit_best(encoding: SlidingBlocks, fits: Sequence[Fit], samples: Samples, targets: Floats) -> FittedSliding:
    """Fit on all samples what has the least mean relative error over five folds; see `Predictor.fit`.

    The rows of one architecture are in one fold. Of equals the first wins; where there is one only, nothing is tried.
    Nothing is drawn from a seed: what is chosen would hang on it.
    """
    check_targets(samples, targets)
    empty = empty_time(samples, targets)
    seen, times = without_thrust(samples, targets)
    encoder = encoding.encoder(samples, targets)
    rows, source = encoder.slid(seen)
    folds = fold_numbers(len(seen), FOLDS, np.random.default_rng(0))[source]
    best = fits[0]
    if len(fits) > 1 and len(seen) > 1:
        lowest = np.inf
        for fit in fits:
            error = _error(fit, rows, times[source], folds, lowest)
            if error < lowest:
                best, lowest = fit, error
    return FittedSliding(encoder, best(rows, times[source]), empty)


def _error(fit: Fit, rows: Floats, targets: Floats, folds: NDArray[np.int64], limit: float) -> float:
    """Sum of the relative errors on each fold left out; infinite as soon as it exceeds `limit`."""
    least = 1e-9 * max(float(np.abs(targets).max()), 1e-9)
    total = 0.0
    for fold in range(int(folds.max()) + 1):
        learn, judge = training_rows(folds, fold), np.flatnonzero(folds == fold)
        wrong = fit(rows[learn], targets[learn]).predict(rows[judge]) - targets[judge]
        total += float((np.abs(wrong) / np.maximum(np.abs(targets[judge]), least)).sum())
        if not total < limit:
            return float("inf")
    return total
