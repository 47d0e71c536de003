"""Time series: (N, channels, length), or a list of arrays (channels, length)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Column, Samples
from vilfredo.tasks.kinds import Arranged
from vilfredo.tasks.labels import shorten
from vilfredo.tasks.layout import InputLayout
from vilfredo.tasks.preprocessing import Preprocessing
from vilfredo.tasks.ragged import EXPECTED, Series, cut_or_padded, fill_gaps, listed, resampled
from vilfredo.tasks.raw import Options, Part, Raw
from vilfredo.tasks.scale import check_scale
from vilfredo.tasks.series_preprocessing import SeriesStandardization

SAMPLES = "series"
ARCHITECTURES = ("cells", "mlp")
AXES = ("channels", "steps")
DTYPES = ("float32",)


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
    if options.length == 1:
        raise InputError("resize: 1 step is no series. Expected a length of at least 2.")
    parts = [raw.training] if raw.test is None else [raw.training, raw.test]
    lists = [listed(part) for part in parts]
    for part, series in zip(parts, lists, strict=True):
        _check_channels(part, series, len(lists[0][0]))
    longest = max(one.shape[1] for one in lists[0])
    _check_longest(longest, raw)
    notes = _doubt(raw)
    for part, series in zip(parts, lists, strict=True):
        series[:] = _filled(part, series, notes)
    notes += _lengths(lists, longest, options.length)
    arrays = [
        np.stack([resampled(one, options.length) if options.length else cut_or_padded(one, longest) for one in series])
        for series in lists
    ]
    notes += _constant(arrays[0])
    return Arranged(arrays[0], arrays[1] if raw.test else None, tuple(notes))


def admit(samples: Any, layout: InputLayout) -> tuple[Samples, tuple[str, ...]]:
    """Fill gaps within new series, and bring them to the model's length; float32 (N, channels, length).

    (N, channels, length), a list of arrays (channels, length), (N, length) of one channel, or a single series. As in
    `arrange`, they are stretched where the training series were, and else padded or cut.

    Raises
    ------
    InputError
        When they are none, or have other channels.
    """
    if not isinstance(samples, (np.ndarray, list)):
        raise InputError(f"these are no series but of type {type(samples).__name__}. {EXPECTED}, as NumPy arrays.")
    notes: list[str] = []
    channels, length = layout.shape
    if isinstance(samples, np.ndarray) and (samples.ndim == 1 if channels == 1 else samples.shape == layout.shape):
        notes.append(f"shape {samples.shape} read as a single series")
        samples = samples[None]
    part = Part("new", samples, np.empty(0))
    _check_model_channels(part, layout)
    series = _filled(part, listed(part), notes)
    notes += _new_lengths(series, layout)
    x = np.stack([resampled(one, length) if layout.resize else cut_or_padded(one, length) for one in series])
    return x, (*notes, *check_scale(x, layout, SAMPLES, strict=False))


def fit(x: Samples, columns: tuple[Column, ...]) -> Preprocessing:
    """Measure mean and deviation of each channel, of what is known."""
    return SeriesStandardization.fit(x)


def restore(values: dict[str, Any]) -> Preprocessing:
    """Read what `SeriesStandardization.to_dict` wrote."""
    return SeriesStandardization.from_dict(values)


def describe(shape: tuple[int, ...]) -> str:
    """Steps and channels of (C, L); or of (C, 1, L), as networks read series and landscapes record them."""
    channels, length = shape[0], shape[-1]
    return f"{length} steps" if channels == 1 else f"{channels} channels × {length} steps"


def _check_channels(part: Part, series: Sequence[Series], channels: int) -> None:
    other = next((number for number, one in enumerate(series) if len(one) != channels), None)
    if other is not None:
        raise InputError(
            f"{part.name} series {other} has {len(series[other])} channels, but the first training series {channels}. "
            f"{EXPECTED}, the same number of channels in all."
        )


def _check_model_channels(part: Part, layout: InputLayout) -> None:
    """Refuse series of other channels than the model's."""
    channels, length = layout.shape
    samples = part.samples
    if isinstance(samples, np.ndarray) and samples.ndim not in (2, 3):
        return  # what else is wrong with it is said elsewhere
    for number, one in enumerate(samples):
        shape = np.shape(one)
        came = shape[0] if len(shape) == 2 else 1
        if came == channels or len(shape) not in (1, 2):
            continue
        todo = f"Expected arrays ({channels}, steps)"
        if len(shape) == 2 and shape[1] == channels:
            todo += "; turn the last two axes round"
        raise InputError(
            f"these series have {came} channel{'s' * (came != 1)} (series {number} is of shape {shape}), the model was "
            f"trained on {describe((channels, length))}. {todo}."
        )


def _new_lengths(series: Sequence[Series], layout: InputLayout) -> list[str]:
    """Tell what becomes of lengths other than the model's."""
    length = layout.shape[1]
    lengths = np.array([one.shape[1] for one in series])
    if (lengths == length).all():
        return []
    low, high = lengths.min(), lengths.max()
    came = f"series of {low} to {high} steps" if low < high else f"series of {low} steps"
    if layout.resize:
        return [f"{came}: each brought to {length} by linear interpolation, as in training"]
    short, long = (lengths < length).sum(), (lengths > length).sum()
    done = [f"{short:,} of {len(series):,} padded at the end to {length} with the training mean"] if short else []
    done += [f"{long:,} of {len(series):,} cut to {length}"] if long else []
    return [f"{came}: {', '.join(done)}, as in training"]


def _check_longest(longest: int, raw: Raw) -> None:
    if longest > 1:
        return
    came: tuple[int, ...] = getattr(raw.training.samples, "shape", ())
    hint = (
        "turn the last two axes round"
        if len(came) == 3 and came[1] > 1
        else "give --task table if these are the rows of one"
    )
    raise InputError(f"the training series have one step only. {EXPECTED}, of two steps at least; {hint}.")


def _doubt(raw: Raw) -> list[str]:
    """Tell how an array was read that has its channels last, perhaps."""
    shape: tuple[int, ...] = getattr(raw.training.samples, "shape", ())
    if raw.task is not None or len(shape) != 3 or shape[1] <= shape[2]:
        return []
    return [f"shape {shape} read as (N, channels, length): {shape[1]} channels of {shape[2]} steps"]


def _filled(part: Part, series: Sequence[Series], notes: list[str]) -> list[Series]:
    """The series with the gaps within each filled."""
    gaps = [int(np.isnan(one).sum()) for one in series]
    filled = [fill_gaps(one) if gap else one for one, gap in zip(series, gaps, strict=True)]
    left = [int(np.isnan(one).sum()) for one in filled]
    number, holed = sum(gaps) - sum(left), sum(before > after for before, after in zip(gaps, left, strict=True))
    if number:
        notes.append(
            f"{number:,} missing values in {holed:,} of {len(series):,} {part.name} series: interpolated within the "
            "series; at its ends the nearest value"
        )
    if any(left):
        without = sum(gap > 0 for gap in left)
        notes.append(
            f"{without:,} of {len(series):,} {part.name} series lack a channel wholly: taken to be at its training mean"
        )
    return filled


def _lengths(lists: Sequence[Sequence[Series]], longest: int, asked: int | None) -> list[str]:
    """Tell what became of unequal lengths."""
    lengths = [one.shape[1] for series in lists for one in series]
    low, high = min(lengths), max(lengths)
    if low == high == (asked or longest):
        return []
    came = f"series of {low} to {high} steps" if low < high else f"series of {low} steps"
    if asked:
        return [f"{came}: each brought to {asked} by linear interpolation"]
    done = [f"shorter ones padded at the end to {longest} with the training mean"] if low < longest else []
    cut = sum(length > longest for length in lengths)
    done += [f"{cut:,} test series cut to {longest}, the longest of the training part"] if cut else []
    return [f"{came}: {', '.join(done)}; to stretch all to one length instead, give --resize {longest}"]


def _constant(x: Samples) -> list[str]:
    """Name channels (N, C, L) that never change."""
    low, high = np.nanmin(x, axis=(0, 2), initial=np.inf), np.nanmax(x, axis=(0, 2), initial=-np.inf)
    same = [str(channel) for channel in np.flatnonzero(~(low < high))]
    if len(same) == x.shape[1]:
        raise InputError("all training series hold one and the same value in each channel: there is nothing to learn.")
    return [f"of no use, as constant in the training part: channel {shorten(same)} (counted from 0)"] if same else []
