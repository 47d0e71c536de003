"""What each feature contributes to a prediction: Shapley values.

As Lundberg & Lee (2017, "A unified approach to interpreting model predictions") use them, interventional: features
that a coalition lacks are taken from a background of other samples, whatever the others are. What is predicted of a
sample beyond the mean over the background is shared out among the features: the values of a sample add up to it.
Nothing is asked of the predictor but predictions.
"""

from collections.abc import Callable, Iterator
from math import factorial

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError

Floats = NDArray[np.float64]
Predict = Callable[[Floats], Floats]
"""From features (n, F) to predictions (n,)."""

MOST_EXACT = 10
"""Features up to which all coalitions are listed; of more, random orders of the features are averaged."""
_ORDERS = 200
_ROWS = 2**19
"""Rows predicted at once."""


def shapley_values(predict: Predict, rows: Floats, background: Floats, seed: int = 0) -> Floats:
    """Share out the predictions of `rows` (n, F) among the features, against `background` (b, F).

    Features that are the same in all rows and in the background have no share. Of the others, up to `MOST_EXACT` are
    treated exactly; beyond, the values are those of random orders of the features, each with its reverse, drawn from
    `seed`. They add up exactly all the same.

    Returns
    -------
    Shape (n, F), in the unit of the predictions.

    Raises
    ------
    InputError
        When the shapes do not fit or there is no background.
    """
    if rows.ndim != 2 or background.ndim != 2 or rows.shape[1] != background.shape[1] or not len(background):
        raise InputError(
            f"shapley: expected rows (n, F) and a background (b, F) of at least one row, got {rows.shape} and "
            f"{background.shape}."
        )
    values = np.zeros(rows.shape)
    everything = np.concatenate([rows, background])
    varying = np.flatnonzero(np.ptp(everything, axis=0) > 0)
    if len(rows) and len(varying):
        share = _exact if len(varying) <= MOST_EXACT else _sampled
        values[:, varying] = share(predict, rows, background, varying, seed)
    return values


def _exact(predict: Predict, rows: Floats, background: Floats, varying: NDArray[np.int64], seed: int) -> Floats:
    """Weigh every coalition of the varying features, shape (n, varying); nothing is drawn from `seed`."""
    count = len(varying)
    members = (np.arange(2**count)[:, None] >> np.arange(count)) & 1 == 1  # (2^F, F)
    worth = np.stack(list(_worth(predict, rows, background, varying, members)))  # (2^F, n)
    sizes = members.sum(axis=1)
    weights = np.array([factorial(size) * factorial(count - size - 1) / factorial(count) for size in range(count)])
    values = np.empty((len(rows), count))
    for feature in range(count):
        without = np.flatnonzero(~members[:, feature])
        gained = worth[without + 2**feature] - worth[without]  # (2^(F-1), n)
        values[:, feature] = weights[sizes[without]] @ gained
    return values


def _sampled(predict: Predict, rows: Floats, background: Floats, varying: NDArray[np.int64], seed: int) -> Floats:
    """Average what each feature adds to those before it, over random orders, shape (n, varying)."""
    count = len(varying)
    rng = np.random.default_rng(seed)
    half = [rng.permutation(count) for _ in range(_ORDERS // 2)]
    values = np.zeros((len(rows), count))
    for order in (one for forward in half for one in (forward, forward[::-1])):
        members = np.zeros((count + 1, count), dtype=bool)
        for place, feature in enumerate(order):
            members[place + 1 :, feature] = True
        worth = np.stack(list(_worth(predict, rows, background, varying, members)))  # (F + 1, n)
        values[:, order] += np.diff(worth, axis=0).T
    return values / (2 * len(half))


def _worth(
    predict: Predict, rows: Floats, background: Floats, varying: NDArray[np.int64], members: NDArray[np.bool_]
) -> Iterator[Floats]:
    """Predict each coalition (c, varying): its features from the rows, others from the background; means, (n,) each."""
    each = len(rows) * len(background)
    at_once = max(1, _ROWS // each)
    for start in range(0, len(members), at_once):
        batch = members[start : start + at_once]
        known = np.zeros((len(batch), rows.shape[1]), dtype=bool)
        known[:, varying] = batch
        mixed = np.where(known[:, None, None, :], rows[:, None, :], background)  # (c, n, b, F)
        predicted = predict(mixed.reshape(-1, rows.shape[1]))
        yield from predicted.reshape(len(batch), len(rows), len(background)).mean(axis=2)
