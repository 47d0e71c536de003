"""Smooth ways through points, as cubic Bézier curves."""

import math
from itertools import pairwise

from vilfredo.drawing.scene import Point

Way = tuple[Point, ...]

_HEAD = 7.0
"""Length of an arrow's head, pixels."""


def joined(way: Way) -> Way:
    """Join points: those at another x by a curve that begins and ends upright, others by a line."""
    points = [way[0]]
    for (x, y), (right, below) in pairwise(way):
        if (x, y) != (right, below):
            bend = (below - y) * 0.55
            points += [(x, y + bend), (right, below - bend), (right, below)]
    return tuple(points)


def line(start: Point, end: Point) -> Way:
    """Return a straight line."""
    return joined((start, end))


def to_side(start: Point, end: Point) -> Way:
    """Return a curve that begins downwards and ends sideways."""
    (x, y), (right, below) = start, end
    return start, (x, y + (below - y) * 0.9), (x + (right - x) * 0.45, below), end


def corner(start: Point, at: Point, end: Point) -> tuple[Point, Point, Point]:
    """Return a curve around a corner, without the point where it begins: to go on with."""

    def between(one: Point) -> Point:
        return one[0] + 0.55 * (at[0] - one[0]), one[1] + 0.55 * (at[1] - one[1])

    return between(start), between(end), end


def straight(start: Point, end: Point) -> tuple[Point, Point, Point]:
    """Return a line, without the point where it begins: to go on with."""
    (x, y), (right, below) = start, end
    across, down = (right - x) / 3, (below - y) / 3
    return (x + across, y + down), (right - across, below - down), end


def arrowhead(way: Way) -> tuple[Point, Point, Point]:
    """Return the tip of a way and its two barbs."""
    (from_x, from_y), (x, y) = way[-2], way[-1]
    length = math.hypot(x - from_x, y - from_y) or 1.0
    along, across = (x - from_x) / length, (y - from_y) / length
    back_x, back_y = x - _HEAD * along, y - _HEAD * across
    half = _HEAD * 0.42
    return (x, y), (back_x - half * across, back_y + half * along), (back_x + half * across, back_y - half * along)
