"""Boxes as large as what is written in them, and scenes as large as what is in them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from vilfredo.drawing.scene import LINE_HEIGHT, SMALL, TEXT_SIZE, Arrow, Box, Colour, Kind, Point, Scene, Shape, Text
from vilfredo.drawing.widths import text_width

MARGIN = 12.0
PAD = 10.0
"""Around texts in boxes, and around boxes in frames."""
HEIGHT = 34.0
"""Of a box with one line."""
SUM = 9.0
"""Radius of a plus."""


def width_of(*lines: str) -> float:
    """Of a box with these lines."""
    first, rest = lines[0], lines[1:]
    return max(text_width(first, TEXT_SIZE), *(text_width(line, SMALL) for line in rest), 0.0) + 2 * PAD


def height_of(lines: int) -> float:
    """Of a box with so many lines."""
    return HEIGHT + (lines - 1) * LINE_HEIGHT * SMALL


def box(
    middle: float,
    top: float,
    *lines: str,
    colour: Colour = "grey",
    kind: Kind = "solid",
    least: float = 0.0,
    tip: str = "",
) -> Box:
    """Put a box around lines of text; it is at least `least` wide."""
    width = max(least, width_of(*lines))
    return Box(middle - width / 2, top, width, height_of(len(lines)), lines, colour, kind, tip=tip)


def framed(shapes: Iterable[Shape], title: str, description: str) -> Scene:
    """Move shapes to where the scene begins, and see how large it is."""
    shapes = tuple(shapes)
    corners = [corner for shape in shapes for corner in _corners(shape)]
    left, top = min(x for x, _ in corners) - MARGIN, min(y for _, y in corners) - MARGIN
    right, bottom = max(x for x, _ in corners) + MARGIN, max(y for _, y in corners) + MARGIN
    moved = tuple(_moved(shape, -left, -top) for shape in shapes)
    return Scene(right - left, bottom - top, title, description, moved)


def empty(noun: str) -> Scene:
    """Draw an architecture of size zero that passes nothing on."""
    ghost = box(0.0, 0.0, f"the empty {noun}", "passes nothing on", kind="ghost")
    return framed([ghost], f"The empty {noun}", "It passes nothing on.")


def _corners(shape: Shape) -> Iterator[Point]:
    if isinstance(shape, Arrow):
        yield from shape.points
    elif isinstance(shape, Box):
        yield shape.x, shape.y
        yield shape.right, shape.bottom
    elif isinstance(shape, Text):
        half = LINE_HEIGHT * shape.size / 2
        yield shape.left, shape.y - half
        yield shape.left + shape.width, shape.y + half
    else:
        yield shape.x - shape.radius, shape.y - shape.radius
        yield shape.x + shape.radius, shape.y + shape.radius


def _moved(shape: Shape, right: float, down: float) -> Shape:
    if isinstance(shape, Arrow):
        return replace(shape, points=tuple((x + right, y + down) for x, y in shape.points))
    return replace(shape, x=shape.x + right, y=shape.y + down)
