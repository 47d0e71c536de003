"""A drawing as plain values: boxes, sums, arrows and texts, in pixels of a page at its natural size.

x grows to the right, y downwards. Texts may come from users: whoever draws escapes them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from vilfredo.drawing.widths import text_width

Colour = Literal["blue", "orange", "green", "pink", "yellow", "sky", "grey", "ink", "muted", "line", "card", "paper"]
Kind = Literal["solid", "frame", "ghost", "sheet"]
"""Of a box: a frame holds other boxes; a ghost, in dashes, isn't there; a sheet lies behind another."""
Point = tuple[float, float]

TEXT_SIZE = 13.0
SMALL = 11.0
LINE_HEIGHT = 1.3
"""Of text, in its size."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rounded rectangle with lines of text in its middle, the first one in ink and the others small and muted."""

    x: float
    """Left."""
    y: float
    """Top."""
    width: float
    height: float
    lines: tuple[str, ...] = ()
    colour: Colour = "grey"
    """Of the outline and, faintly, of the inside."""
    kind: Kind = "solid"
    radius: float = 8.0
    tip: str = ""
    """Text for who points at it."""

    @property
    def middle(self) -> Point:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    def texts(self) -> Iterator["Text"]:
        """Where its lines stand."""
        sizes = [TEXT_SIZE if index == 0 else SMALL for index in range(len(self.lines))]
        middle, y = self.middle
        y -= LINE_HEIGHT * sum(sizes) / 2
        for line, size in zip(self.lines, sizes, strict=True):
            yield Text(middle, y + LINE_HEIGHT * size / 2, line, size, "ink" if size == TEXT_SIZE else "muted")
            y += LINE_HEIGHT * size


@dataclass(frozen=True, slots=True)
class Text:
    """One line."""

    x: float
    """Where it begins, or its middle or its end."""
    y: float
    """The middle of its height."""
    text: str
    size: float = TEXT_SIZE
    colour: Colour = "ink"
    anchor: Literal["start", "middle", "end"] = "middle"

    @property
    def left(self) -> float:
        """Where it begins at the latest."""
        return self.x - self.width * {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]

    @property
    def width(self) -> float:
        """At most."""
        return text_width(self.text, self.size)


@dataclass(frozen=True, slots=True)
class Sum:
    """A plus in a circle: what comes in is added."""

    x: float
    y: float
    radius: float = 10.0


@dataclass(frozen=True, slots=True)
class Arrow:
    """A path of cubic Bézier curves: a beginning, then two control points and an end for each curve."""

    points: tuple[Point, ...]
    head: bool = True
    dashed: bool = False
    colour: Colour = "muted"

    @property
    def curves(self) -> Iterator[tuple[Point, Point, Point, Point]]:
        """Each curve's four points."""
        for at in range(0, len(self.points) - 1, 3):
            start, first, second, end = self.points[at : at + 4]
            yield start, first, second, end


Shape = Box | Text | Sum | Arrow


@dataclass(frozen=True, slots=True)
class Scene:
    """What is drawn, the first shape at the bottom; all of it lies within (0, 0) and (width, height)."""

    width: float
    height: float
    title: str
    """What it is, in a few words."""
    description: str
    """What somebody who can't see it is told."""
    shapes: tuple[Shape, ...]
