"""What a reader hands on: samples as they were found, not yet checked; and what it is told about reading."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError

_LARGEST_SIDE = 4096
_LONGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Options:
    """How the user wants data to be read.

    Raises
    ------
    InputError
        When `resize` is no size.
    """

    resize: tuple[int, ...] | None = None
    """(height, width) that all images are brought to, or (length,) for all series."""
    task: str | None = None
    """Kind of the data (a module of `kinds`), where the file alone doesn't tell."""
    target: str | None = None
    """Column of a table that holds the classes."""
    ignore: tuple[str, ...] = ()
    """Columns of a table not to learn from."""
    categorical: tuple[str, ...] = ()
    """Columns of a table whose numbers are names of categories."""
    labelled: bool = True
    """Whether every sample must have a label, as to learn from it. If not, labels are read where they are, and a source
    may be a single file of samples, or the test part alone."""

    def __post_init__(self) -> None:
        if self.resize is None:
            return
        most = _LARGEST_SIDE if len(self.resize) == 2 else _LONGEST
        if len(self.resize) not in (1, 2) or not all(1 <= side <= most for side in self.resize):
            raise InputError(
                f"resize: {'x'.join(map(str, self.resize))} is not a size. Expected HEIGHTxWIDTH for images, 1 to "
                f"{_LARGEST_SIDE} each, e.g. 32x32, or LENGTH for series, e.g. 128."
            )

    @property
    def image_size(self) -> tuple[int, int] | None:
        """`resize` for images.

        Raises
        ------
        InputError
            When it has one number only.
        """
        if self.resize is None:
            return None
        if len(self.resize) != 2:
            raise InputError(f"resize: {self.resize[0]} is a length, but these are images. Write HEIGHTxWIDTH.")
        return self.resize[0], self.resize[1]

    @property
    def length(self) -> int | None:
        """`resize` for series.

        Raises
        ------
        InputError
            When it has two numbers.
        """
        if self.resize is None:
            return None
        if len(self.resize) != 1:
            size = "x".join(map(str, self.resize))
            raise InputError(f"resize: {size} is the size of an image, but these are series. Write one number.")
        return self.resize[0]


@dataclass(frozen=True, eq=False)
class Part:
    """The training or the test part."""

    name: str
    """``training`` or ``test``, used in messages."""
    samples: Any
    """One entry per sample. What the kinds expect: an array (N, H, W) or (N, H, W, C) of images; an array
    (N, channels, length) of series or a list of arrays (channels, length); a pandas data frame for a table."""
    labels: NDArray[Any]
    """Expected shape (N,); integers, whole floats or text. Of the `known` samples only, where some lack theirs."""
    known: NDArray[np.bool_] | None = None
    """Which samples have a label, (N,); None for all of them."""
    names: tuple[str, ...] = ()
    """Of the samples, where they have such: of files, relative to their folder."""

    def only_labelled(self) -> "Part":
        """Leave the samples out that have no label."""
        if self.known is None:
            return self
        kept = np.flatnonzero(self.known)
        names = tuple(self.names[index] for index in kept) if self.names else ()
        return Part(self.name, take(self.samples, kept), self.labels, None, names)


def unlabelled(name: str, samples: Any, names: tuple[str, ...] = ()) -> Part:
    """Make a part of samples that have no labels at all."""
    return Part(name, samples, np.empty(0, dtype=np.str_), np.zeros(len(samples), dtype=np.bool_), names)


def take(samples: Any, indices: NDArray[np.int64]) -> Any:
    """Samples at some places: of an array, a list or a data frame."""
    if isinstance(samples, list):
        return [samples[index] for index in indices]
    if hasattr(samples, "iloc"):
        return samples.iloc[indices].reset_index(drop=True)
    return samples[indices]


@dataclass(frozen=True, eq=False)
class Raw:
    """The contents of one source."""

    name: str
    source: str
    training: Part
    test: Part | None = None
    """None: the source has no test part, so one must be held out."""
    class_names: tuple[str, ...] | None = None
    """Names that integer labels stand for."""
    notes: tuple[str, ...] = ()
    task: str | None = None
    """Kind of the data where the format says it; None for plain arrays."""
