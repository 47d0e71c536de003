"""Series of unequal length and with gaps, made equal and whole."""

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float32]
"""Shape (channels, length); NaN where a value is missing."""


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


def bring_to_length(series: Series, length: int, stretch: bool) -> Series:
    """Bring (channels, steps) to (channels, length).

    Parameters
    ----------
    stretch
        Whether to stretch or shrink by linear interpolation, first and last step staying first and last; otherwise
        what is too long is cut at the end, and what is too short ends in NaN.
    """
    channels, steps = series.shape
    if steps == length:
        return series
    if stretch:
        places = np.linspace(0, steps - 1, length)
        return np.stack([np.interp(places, np.arange(steps), channel) for channel in series]).astype(np.float32)
    result = np.full((channels, length), np.nan, dtype=np.float32)
    kept = min(steps, length)
    result[:, :kept] = series[:, :kept]
    return result
