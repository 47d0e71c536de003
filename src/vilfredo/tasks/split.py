"""Dividing samples by class: validation part, test part, smaller samples. Stratified and seeded."""

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError

Indices = NDArray[np.int64]


def validation_split(y: NDArray[np.int64], fraction: float, seed: int) -> tuple[Indices, Indices]:
    """Set part of the samples aside for validation, as evenly over the classes as their sizes allow.

    A class with a single sample stays in training. Every other class is in both parts, unless the validation
    part is smaller than the number of classes.

    Parameters
    ----------
    y
        Labels, shape (N,); any integers.
    fraction
        Share of all samples to set aside, above 0 and below 1.
    seed
        Seed of the draw, at least 0.

    Returns
    -------
    Indices of the training and of the validation samples, each ascending, together 0 … N-1.

    Raises
    ------
    InputError
        When `fraction` is out of range or no class has two samples.
    """
    if not 0 < fraction < 1:
        raise InputError(f"validation split: fraction {fraction} is out of range. Expected above 0 and below 1.")
    return _divide(y, fraction, seed, keep=1, purpose="validation")


def hold_out(y: NDArray[np.int64], fraction: float = 0.2, seed: int = 0) -> tuple[Indices, Indices]:
    """Set a test part aside from data that comes without one.

    Like `validation_split`, but where possible two samples of each class remain, so that the validation part
    can still be drawn from them.

    Returns
    -------
    Indices of the remaining and of the held-out samples, each ascending.

    Raises
    ------
    InputError
        When no class has two samples.
    """
    counts = np.unique(y, return_counts=True)[1]
    spare = int(np.maximum(counts - 2, 0).sum())
    return _divide(y, fraction, seed, keep=2 if spare >= _size(y, fraction) else 1, purpose="a test part")


def subsample(y: NDArray[np.int64], samples: int, seed: int = 0) -> Indices:
    """Choose `samples` of the samples, at least one of each class; all when there are no more.

    Raises
    ------
    InputError
        When `samples` is less than the number of classes.
    """
    counts = np.unique(y, return_counts=True)[1]
    if samples < len(counts):
        raise InputError(f"samples: {samples} is too few for {len(counts)} classes. Expected at least one of each.")
    return _draw(y, _quotas(counts, min(samples, len(y)), keep=0), seed)


def _divide(y: NDArray[np.int64], fraction: float, seed: int, keep: int, purpose: str) -> tuple[Indices, Indices]:
    counts = np.unique(y, return_counts=True)[1]
    if not (counts >= 2).any():
        raise InputError(
            f"no class has two samples ({len(y)} samples, {len(counts)} classes), so none can be set aside for "
            f"{purpose}. Expected at least two samples of some class."
        )
    aside = _draw(y, _quotas(counts, _size(y, fraction), keep), seed)
    return np.setdiff1d(np.arange(len(y)), aside, assume_unique=True), aside


def _size(y: NDArray[np.int64], fraction: float) -> int:
    return max(1, round(fraction * len(y)))


def _quotas(counts: NDArray[np.int64], total: int, keep: int) -> NDArray[np.int64]:
    """How many to draw of each class: in proportion, at least one where `total` allows, `keep` left over."""
    most = np.maximum(counts - keep, 0)
    total = min(total, int(most.sum()))
    least = np.minimum(most, 1) if total >= np.count_nonzero(most) else np.zeros_like(most)
    ideal = counts * (total / counts.sum())
    quotas: NDArray[np.int64] = np.clip(np.floor(ideal).astype(np.int64), least, most)
    while (gap := total - int(quotas.sum())) != 0:
        if gap > 0:
            quotas[np.argmax(np.where(quotas < most, ideal - quotas, -np.inf))] += 1
        else:
            quotas[np.argmin(np.where(quotas > least, ideal - quotas, np.inf))] -= 1
    return quotas


def _draw(y: NDArray[np.int64], quotas: NDArray[np.int64], seed: int) -> Indices:
    """Indices of as many samples of each class as `quotas` says, ascending."""
    _, classes, counts = np.unique(y, return_inverse=True, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(y))
    order = order[np.argsort(classes[order], kind="stable")]  # by class, shuffled within
    place = np.arange(len(y)) - np.repeat(np.cumsum(counts) - counts, counts)
    chosen: Indices = np.sort(order[place < quotas[classes[order]]])
    return chosen
