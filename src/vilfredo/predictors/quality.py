"""How good predictions were, once measured (the figures of POPNASv3, tables 4 and 5)."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from vilfredo.errors import InputError

Floats = NDArray[np.float64]


def mape(predicted: Floats, measured: Floats) -> float:
    """Mean absolute error in percent of the measured value.

    Pairs that are not finite or were measured as zero have no relative error and are left out.

    Parameters
    ----------
    predicted, measured
        Shape (n,) each.

    Returns
    -------
    Percent, ≥ 0; NaN when no pair is left.

    Raises
    ------
    InputError
        When the shapes differ.
    """
    predicted, measured = _finite_pairs(predicted, measured)
    usable = measured != 0
    if not usable.any():
        return float("nan")
    return float(100 * np.mean(np.abs(predicted[usable] / measured[usable] - 1)))


def spearman(predicted: Floats, measured: Floats) -> float:
    """Spearman's rank correlation ρ, ties sharing their mean rank; pairs that are not finite are left out.

    Returns
    -------
    From -1 to 1; NaN for fewer than three pairs, or when one side is constant.

    Raises
    ------
    InputError
        When the shapes differ.
    """
    predicted, measured = _finite_pairs(predicted, measured)
    if len(predicted) < 3 or np.ptp(predicted) == 0 or np.ptp(measured) == 0:
        return float("nan")
    return float(np.corrcoef(rankdata(predicted), rankdata(measured))[0, 1])


def _finite_pairs(predicted: Floats, measured: Floats) -> tuple[Floats, Floats]:
    if predicted.shape != measured.shape or predicted.ndim != 1:
        raise InputError(
            f"predictions: expected two arrays of one length, got shapes {predicted.shape} and {measured.shape}."
        )
    finite = np.isfinite(predicted) & np.isfinite(measured)
    return predicted[finite], measured[finite]
