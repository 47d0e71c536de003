"""Shapes and counts in words."""

from collections.abc import Sequence

InputShape = tuple[int, int, int]
"""Channels, height and width; of series: channels, 1, length."""


def counted(count: int, noun: str, nouns: str = "") -> str:
    """Return e.g. ``1 cell``, ``1,000 cells``."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def listed(words: Sequence[str]) -> str:
    """Return e.g. ``this, that and the other``."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def input_text(shape: InputShape | None) -> tuple[str, ...]:
    """What a network reads: a line, or none where it isn't known."""
    if shape is None:
        return ()
    return (f"{_size(shape[1:], 1)}, {counted(shape[0], 'channel')}",)


def filters_text(filters: int, reductions: int, shape: InputShape | None) -> str:
    """What a cell answers: filters, and the resolution after so many halvings; its part where none is known."""
    if shape is None:
        return f"{counted(filters, 'filter')}{f', 1/{1 << reductions} of the resolution' if reductions else ''}"
    return f"{_size(shape[1:], 1 << reductions)}, {counted(filters, 'filter')}"


def _size(sides: tuple[int, ...], stride: int) -> str:
    height, width = (-(-side // stride) for side in sides)
    return f"length {width:,}" if sides[0] == 1 else f"{height:,}×{width:,}"
