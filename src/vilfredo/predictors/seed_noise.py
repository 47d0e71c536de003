"""How well a perfect predictor could do: the same network, trained again with another seed, has another score.

What a predictor could know of a network is its expected score; what it is judged by is one training, which adds noise.
With a variance T of the expected scores and N of the noise, even perfect predictions correlate with single trainings by
√(T / (T + N)) only (Spearman 1904, "The proof and measurement of association between two things", American Journal of
Psychology 15: the attenuation by unreliable measurements). N comes from networks that were trained repeatedly, T is
what remains of the variance of the measured scores. For rank correlations, few networks and scores that are not normal
there is no such formula, so `ceiling` simulates. Where the noise is far greater than what it hides, T is little known
and the ceiling comes out too low rather than too high.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from vilfredo.errors import InputError

Floats = NDArray[np.float64]

_SURE = 1.96
"""Standard deviations within which 95 of 100 normal values lie."""
_DRAWS = 2000
_CHUNK = 2**22
"""Numbers drawn at once."""


@final
@dataclass(frozen=True, slots=True)
class SeedNoise:
    """How far trainings of one network differ."""

    deviation: float
    """Standard deviation of one training from its network's expected value, in the unit of the values, ≥ 0."""
    networks: int
    """How many were trained repeatedly."""
    trainings: int
    """Of all of these together."""

    @property
    def distinguishable(self) -> float:
        """Difference that two networks as good as each other, each trained once, exceed in 1 of 20 cases only."""
        return _SURE * 2**0.5 * self.deviation


@final
@dataclass(frozen=True, slots=True)
class Ceiling:
    """What predictions that know each network's expected value would reach against one training of each."""

    spearman: float
    """Rank correlation ρ in the mean, from 0 to 1."""
    low: float
    """ρ that nine of ten such perfect predictors exceed: with few networks, luck moves it far."""
    mape: float
    """Mean absolute error in percent of the measured value: no predictor can be expected to have less."""


def seed_noise(repeats: Sequence[Sequence[float]]) -> SeedNoise | None:
    """Pool the variances between trainings of the same network (those of one-way analysis of variance).

    Parameters
    ----------
    repeats
        For each network, the values of its trainings. Values that are not finite, and networks with fewer than two, are
        left out.

    Returns
    -------
    None where no network was trained twice.
    """
    finite = [values[np.isfinite(values)] for values in (np.array(one, dtype=np.float64) for one in repeats)]
    known = [values for values in finite if len(values) > 1]
    if not known:
        return None
    trainings = sum(map(len, known))
    squares = sum(float(np.square(values - values.mean()).sum()) for values in known)
    return SeedNoise(float(np.sqrt(squares / (trainings - len(known)))), len(known), trainings)


def ceiling(measured: Floats, deviation: float, seed: int = 0) -> Ceiling | None:
    """Simulate perfect predictions of networks of which one training each is known.

    The expected scores are taken to be the measured ones, drawn together until their variance has lost that of the
    noise; where it is all noise, they are all the same and cannot be ranked. Then each network is trained anew, often:
    its expected score plus normal noise.

    Parameters
    ----------
    measured
        Shape (n,): one training of each network; what is not finite is left out.
    deviation
        Of the noise; see `SeedNoise`.

    Returns
    -------
    None for fewer than three networks, or where all measured the same.

    Raises
    ------
    InputError
        When the deviation is negative or not finite.
    """
    if not 0 <= deviation < np.inf:
        raise InputError(f"seed noise: expected a deviation of at least 0, got {deviation}.")
    values = np.asarray(measured, dtype=np.float64)
    values = values[np.isfinite(values)]
    if len(values) < 3 or np.ptp(values) == 0:
        return None
    share = max(0.0, 1 - deviation**2 / float(values.var(ddof=1)))  # of the variance that is not noise
    expected = values.mean() + np.sqrt(share) * (values - values.mean())
    rng = np.random.default_rng(seed)
    correlations, errors = [], []
    at_once = max(1, _CHUNK // len(values))
    for start in range(0, _DRAWS, at_once):
        count = min(at_once, _DRAWS - start)
        trained = expected + deviation * rng.standard_normal((count, len(values)))  # (draws, n)
        correlations.append(_rank_correlations(expected, trained))
        usable = np.where(trained != 0, trained, np.nan)
        errors.append(np.nanmean(np.abs(expected / usable - 1), axis=1))
    found = np.concatenate(correlations)
    # The median over the draws: where noise brings values near zero, single relative errors grow beyond all bounds.
    error = 100 * float(np.median(np.concatenate(errors)))
    return Ceiling(float(np.clip(found.mean(), 0, 1)), float(np.quantile(found, 0.1)), error)


def _rank_correlations(expected: Floats, trained: Floats) -> Floats:
    """Spearman's ρ of values (n,) with each row of (draws, n), shape (draws,); 0 where all of a side are the same."""
    ranks, others = rankdata(expected), rankdata(trained, axis=1)
    ranks = ranks - ranks.mean()
    others = others - others.mean(axis=1, keepdims=True)
    scale = np.sqrt(np.square(ranks).sum() * np.square(others).sum(axis=1))
    return np.asarray(others @ ranks / np.where(scale > 0, scale, np.inf), dtype=np.float64)
