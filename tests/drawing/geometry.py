"""What must be so of every scene."""

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import TypeVar

from vilfredo.drawing.scene import Arrow, Box, Point, Scene, Sum, Text
from vilfredo.drawing.widths import text_width

STEPS = 24
_S = TypeVar("_S", Arrow, Box, Sum, Text)


def of_kind(scene: Scene, kind: type[_S]) -> list[_S]:
    """Shapes of one kind."""
    return [shape for shape in scene.shapes if isinstance(shape, kind)]


def solid(scene: Scene) -> list[Box]:
    """Boxes that nothing may cover."""
    return [box for box in of_kind(scene, Box) if box.kind in ("solid", "ghost")]


def points(arrow: Arrow) -> Iterator[Point]:
    """Along its curves."""
    for curve in arrow.curves:
        for step in range(STEPS + 1):
            t = step / STEPS
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            x, y = (sum(w * point[side] for w, point in zip(weights, curve, strict=True)) for side in (0, 1))
            yield x, y


def runs_down(arrow: Arrow) -> bool:
    """Whether it ends below its beginning, and never rises on its way."""
    heights = [y for _, y in points(arrow)]
    return heights[-1] > heights[0] and all(after > before - 1e-6 for before, after in pairwise(heights))


def overlap(one: Box, other: Box) -> bool:
    """Whether they cover the same place."""
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def holds(box: Box, point: Point, margin: float = 0.5) -> bool:
    """Whether a point is inside, by more than a margin."""
    x, y = point
    return box.x + margin < x < box.right - margin and box.y + margin < y < box.bottom - margin


def around(text: Text) -> Box:
    """What a text covers at most."""
    return Box(text.left, text.y - text.size / 2, text.width, text.size)


def check(scene: Scene) -> None:
    """Fail where boxes overlap, arrows run through them, or something is cut off."""
    boxes, frames = solid(scene), [box for box in of_kind(scene, Box) if box.kind == "frame"]
    for group in (boxes, frames):
        assert not [pair for pair in combinations(group, 2) if overlap(*pair)]
    for box in boxes:
        for frame in frames:
            inside = frame.x <= box.x and box.right <= frame.right and frame.y <= box.y and box.bottom <= frame.bottom
            assert inside or not overlap(box, frame)
        for text in box.texts():
            assert text_width(text.text, text.size) <= box.width
            assert box.y <= text.y - text.size / 2
            assert text.y + text.size / 2 <= box.bottom
    for arrow in of_kind(scene, Arrow):
        assert not [(point, box.lines) for point in points(arrow) for box in boxes if holds(box, point)]
    texts = [around(text) for text in of_kind(scene, Text)]
    assert not [(text, box.lines) for text in texts for box in boxes if overlap(text, box)]
    _check_edges(scene)


def _check_edges(scene: Scene) -> None:
    whole = Box(0.0, 0.0, scene.width, scene.height)
    places = [point for arrow in of_kind(scene, Arrow) for point in points(arrow)]
    for box in (*of_kind(scene, Box), *map(around, of_kind(scene, Text))):
        places += [(box.x, box.y), (box.right, box.bottom)]
    for circle in of_kind(scene, Sum):
        places += [(circle.x - circle.radius, circle.y), (circle.x + circle.radius, circle.y + circle.radius)]
    assert all(holds(whole, place, margin=1.0) for place in places)
