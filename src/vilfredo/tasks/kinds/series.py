"""Time series: (N, channels, length), or a list of arrays (channels, length)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Column, Samples
from vilfredo.tasks.kinds import Arranged
from vilfredo.tasks.labels import shorten
from vilfredo.tasks.preprocessing import Preprocessing, SeriesStandardization
from vilfredo.tasks.ragged import Series, bring_to_length, fill_gaps, known_length
from vilfredo.tasks.raw import Options, Part, Raw

SAMPLES = "series"
ARCHITECTURES = ("cells", "mlp")

_EXPECTED = "Expected series as (N, channels, length), or a list of arrays (channels, length)"


def claims(samples: Any) -> bool:
    """Whether it is a list of arrays, or has three dimensions and is not of bytes nor of squares."""
    if isinstance(samples, list):
        return True
    if not isinstance(samples, np.ndarray) or samples.ndim != 3 or samples.dtype in (np.uint8, np.bool_):
        return False
    return not 1 < samples.shape[1] == samples.shape[2]


def arrange(raw: Raw, options: Options) -> Arranged:
    """Fill gaps within series, and bring all to one length; float32 (N, channels, length), NaN for unknown.

    What is missing at the end of all channels counts as the end of the series. Without a length asked for, that of
    the longest training series is taken: shorter ones end in NaN, longer ones are cut.

    Raises
    ------
    InputError
        When there is no series, its dimensions, channels or values are none of series, or it has one step only.
    """
    parts = [raw.training] if raw.test is None else [raw.training, raw.test]
    lists = [_listed(part) for part in parts]
    for part, series in zip(parts, lists, strict=True):
        _check_channels(part, series, len(lists[0][0]))
    notes: list[str] = []
    lists = [[one[:, : known_length(one)] for one in series] for series in lists]
    for part, series in zip(parts, lists, strict=True):
        _check_known(part, series)
    longest = max(one.shape[1] for one in lists[0])
    if longest < 2 and options.length is None:
        raise InputError(f"the series have one step only. {_EXPECTED} of two steps at least; is this a table?")
    _fill(parts, lists, notes)
    length = options.length or longest
    _note_lengths(lists, length, stretched=options.length is not None, notes=notes)
    arrays = [
        np.stack([bring_to_length(one, length, stretch=options.length is not None) for one in series])
        for series in lists
    ]
    notes += _constant(arrays[0])
    return Arranged(arrays[0], arrays[1] if raw.test else None, tuple(notes))


def fit(x: Samples, columns: tuple[Column, ...]) -> Preprocessing:
    """Measure mean and deviation of each channel, of what is known."""
    return SeriesStandardization.fit(x)


def restore(values: dict[str, Any]) -> Preprocessing:
    """Read what `SeriesStandardization.to_dict` wrote."""
    return SeriesStandardization.from_dict(values)


def describe(shape: tuple[int, ...]) -> str:
    """Steps and channels of (C, L)."""
    channels, length = shape
    return f"{length} steps" if channels == 1 else f"{channels} channels × {length} steps"


def _listed(part: Part) -> list[Series]:
    """Each series as (channels, length), float32."""
    samples = part.samples
    if isinstance(samples, np.ndarray) and samples.ndim not in (2, 3):
        raise InputError(f"the {part.name} series have shape {samples.shape}. {_EXPECTED}.")
    if len(samples) == 0:
        raise InputError(f"there is no {part.name} series. {_EXPECTED} with N at least 1.")
    return [_one(np.asarray(one), part.name, number) for number, one in enumerate(samples)]


def _one(array: Samples, part: str, number: int) -> Series:
    which = f"{part} series {number}"
    if array.ndim not in (1, 2) or 0 in array.shape:
        raise InputError(f"{which} has shape {array.shape}. {_EXPECTED}, no size zero.")
    if array.dtype.kind not in "buif":
        raise InputError(f"{which} is of type {array.dtype}. Expected integers or floats.")
    with np.errstate(over="ignore"):
        series = np.atleast_2d(array).astype(np.float32)
    if np.isinf(series).any():
        raise InputError(
            f"{which} holds an infinite value. Expected finite 32-bit numbers, or NaN where one is missing."
        )
    return series


def _check_channels(part: Part, lists: Sequence[Series], channels: int) -> None:
    other = next((number for number, one in enumerate(lists) if len(one) != channels), None)
    if other is not None:
        raise InputError(
            f"{part.name} series {other} has {len(lists[other])} channels, but the first training series {channels}. "
            f"{_EXPECTED}, the same number of channels in all."
        )


def _check_known(part: Part, lists: Sequence[Series]) -> None:
    empty = [number for number, one in enumerate(lists) if one.shape[1] == 0]
    if empty:
        raise InputError(
            f"{len(empty)} of {len(lists)} {part.name} series hold no value at all (the first: series {empty[0]}). "
            "Leave them out."
        )


def _fill(parts: Sequence[Part], lists: list[list[Series]], notes: list[str]) -> None:
    """Fill the gaps within each series, in place of the lists' entries."""
    for part, series in zip(parts, lists, strict=True):
        gaps = [int(np.isnan(one).sum()) for one in series]
        if not any(gaps):
            continue
        holed = sum(gap > 0 for gap in gaps)
        notes.append(
            f"{sum(gaps):,} missing values in {holed} of {len(series)} {part.name} series: interpolated within the "
            "series; at its ends the nearest value"
        )
        series[:] = [fill_gaps(one) for one in series]
        unknown = sum(bool(np.isnan(one).any()) for one in series)
        if unknown:
            notes.append(f"{unknown} {part.name} series lack a channel wholly: taken to be at the training mean")


def _note_lengths(lists: Sequence[Sequence[Series]], length: int, stretched: bool, notes: list[str]) -> None:
    lengths = [one.shape[1] for series in lists for one in series]
    low, high = min(lengths), max(lengths)
    if low == high == length:
        return
    came = f"series of {low} to {high} steps" if low < high else f"series of {low} steps"
    if stretched:
        notes.append(f"{came}: brought to {length} by linear interpolation")
        return
    cut = sum(one.shape[1] > length for one in lists[-1])
    longer = f"; {cut} longer test series cut" if cut else ""
    notes.append(
        f"{came}: shorter ones padded at the end to {length}, the longest of the training part, with the training mean"
        f"{longer}; to stretch all to one length instead, give --resize {length}"
    )


def _constant(x: Samples) -> list[str]:
    """Name channels (N, C, L) that never change."""
    with np.errstate(invalid="ignore"):
        low, high = np.nanmin(x, axis=(0, 2), initial=np.inf), np.nanmax(x, axis=(0, 2), initial=-np.inf)
    same = [str(channel) for channel in np.flatnonzero(~(low < high))]
    return [f"the same value throughout the training part, and so of no use: channel {shorten(same)}"] if same else []
