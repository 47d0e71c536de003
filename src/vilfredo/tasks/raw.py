"""What a reader hands on: arrays as they were found, not yet checked."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Part:
    """The training or the test part."""

    name: str
    """``training`` or ``test``, used in messages."""
    images: NDArray[Any]
    """Expected shape (N, H, W) or (N, H, W, C)."""
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
