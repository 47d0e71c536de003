"""Whether a classifier is right as often as it says (Guo et al. 2017, On Calibration of Modern Neural Networks)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vilfredo.trials import Value

BINS = 15
"""Of equal width, as in Guo et al. 2017, table 1."""


class Bin(Value):
    """The samples whose most probable class has a probability in (low, high]; 0 is in the first."""

    low: float
    high: float
    count: int
    confidence: float | None
    """Their mean probability of the answer; None where there are none."""
    accuracy: float | None
    """Share of right answers among them; None where there are none."""


def reliability(confidence: NDArray[np.float64], right: NDArray[np.bool_], bins: int = BINS) -> tuple[Bin, ...]:
    """Sort samples into bins of equal width by the probability of their answer.

    Parameters
    ----------
    confidence
        Shape (N,), the probability of each answer, in [0, 1].
    right
        Shape (N,).
    """
    # Of a division's rounding the bounds must not depend: they are compared with, as they are shown.
    edges = np.arange(bins + 1) / bins  # (bins + 1,)
    place = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)  # (N,)
    counts = np.bincount(place, minlength=bins).tolist()
    sums = np.bincount(place, weights=confidence, minlength=bins).tolist()
    hits = np.bincount(place, weights=right, minlength=bins).tolist()
    return tuple(
        Bin(
            low=float(edges[at]),
            high=float(edges[at + 1]),
            count=counts[at],
            confidence=sums[at] / counts[at] if counts[at] else None,
            accuracy=hits[at] / counts[at] if counts[at] else None,
        )
        for at in range(bins)
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """Mean distance between confidence and accuracy, bins weighed by their samples (Guo et al. 2017, equation 3)."""
    total = sum(each.count for each in bins)
    gaps = (
        each.count * abs(each.accuracy - each.confidence)
        for each in bins
        if each.accuracy is not None and each.confidence is not None
    )
    return sum(gaps) / total
