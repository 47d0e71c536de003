"""Series of unequal length and with gaps, made equal and whole."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.raw import Part

Series = NDArray[np.float32]
"""Shape (channels, length); NaN where a value is missing."""

EXPECTED = "Expected series as (N, channels, length), or a list of arrays (channels, length)"


def listed(part: Part) -> list[Series]:
    """Each of a part's series by itself, checked, without the missing values at the end of all of its channels.

    Raises
    ------
    InputError
        When there is no series, or one has the wrong dimensions, a size zero, no numbers, an infinite one or
        missing ones only.
    """
    samples = part.samples
    if isinstance(samples, np.ndarray) and samples.ndim not in (2, 3):
        raise InputError(f"the {part.name} series have shape {samples.shape}. {EXPECTED}.")
    if len(samples) == 0:
        raise InputError(f"there is no {part.name} series. {EXPECTED} with N at least 1.")
    whole = [_checked(np.asarray(one), f"{part.name} series {number}") for number, one in enumerate(samples)]
    series = [one[:, : known_length(one)] for one in whole]
    empty = [number for number, one in enumerate(series) if one.shape[1] == 0]
    if empty:
        raise InputError(
            f"{len(empty)} of {len(series)} {part.name} series hold no value at all (the first: series {empty[0]}). "
            "Expected at least one; leave them out."
        )
    return series


def known_length(series: Series) -> int:
    """Steps up to the last of which any channel is known."""
    known = np.flatnonzero(~np.isnan(series).all(axis=0))
    return int(known[-1]) + 1 if len(known) else 0


def fill_gaps(series: Series) -> Series:
    """Interpolate linearly between the known values of each channel; before and after them, repeat the nearest.

    As the UCR archive does with its missing values (Dau et al. 2019). A channel without any known value stays as it
    is.
    """
    filled = series.copy()
    steps = np.arange(series.shape[1])
    for channel in filled:
        known = ~np.isnan(channel)
        if known.any() and not known.all():
            channel[~known] = np.interp(steps[~known], steps[known], channel[known])
    return filled


def cut_or_padded(series: Series, length: int) -> Series:
    """Bring (channels, steps) to (channels, length): the end is cut off, or NaN follows it."""
    kept = series[:, :length]
    if kept.shape[1] == length:
        return kept
    return np.pad(kept, ((0, 0), (0, length - kept.shape[1])), constant_values=np.nan)


def resampled(series: Series, length: int) -> Series:
    """Stretch or shrink (channels, steps) to (channels, length) by linear interpolation; the ends stay in place.

    Where it shrinks to half or less, each value is first replaced by the mean of the window that falls to it (an odd
    number of steps, fewer at the ends), lest what lies between the new steps be lost or folded into slow waves.
    """
    steps = series.shape[1]
    if steps == length:
        return series
    window = steps // length | 1
    smooth = series if window == 1 else np.stack([_averaged(channel, window) for channel in series])
    places = np.linspace(0, steps - 1, length)
    return np.stack([np.interp(places, np.arange(steps), channel) for channel in smooth]).astype(np.float32)


def _averaged(channel: NDArray[Any], window: int) -> NDArray[np.float64]:
    """Mean over the `window` steps around each, as far as they exist; shape (steps,)."""
    half = window // 2
    sums = np.concatenate([[0.0], np.cumsum(channel, dtype=np.float64)])
    steps = np.arange(len(channel))
    first, last = np.maximum(steps - half, 0), np.minimum(steps + half + 1, len(channel))
    return np.asarray((sums[last] - sums[first]) / (last - first))


def _checked(array: NDArray[Any], which: str) -> Series:
    if array.ndim not in (1, 2) or 0 in array.shape:
        raise InputError(f"{which} has shape {array.shape}. {EXPECTED}, no size zero.")
    if array.dtype.kind not in "buif":
        raise InputError(f"{which} is of type {array.dtype}. Expected integers or floats.")
    with np.errstate(over="ignore"):
        series = np.atleast_2d(array).astype(np.float32)
    if np.isinf(series).any():
        raise InputError(
            f"{which} holds an infinite value. Expected finite 32-bit numbers, or NaN where one is missing."
        )
    return series
