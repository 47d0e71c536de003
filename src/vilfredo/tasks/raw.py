"""What a reader hands on: samples as they were found, not yet checked; and what it is told about reading."""

from dataclasses import dataclass
from typing import Any

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
    """Expected shape (N,); integers, whole floats or text."""


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
