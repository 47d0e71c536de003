"""Stages of a network below each other: straight arrows from one to the next, lines along the side past others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from vilfredo.drawing.boxes import PAD, box, height_of, width_of
from vilfredo.drawing.paths import corner, joined, line, straight
from vilfredo.drawing.scene import SMALL, Arrow, Box, Colour, Kind, Shape, Text

_BETWEEN = 26.0
"""Between stages."""
_LABEL = 18.0
"""For the name of a group."""
_LANE = 12.0
"""Between lines along the side, and from the groups to the first of them."""
_TURN = 10.0
"""Radius of their corners."""
_OFF = 8.0
"""How far from a stage's middle they leave it (below) and reach it (above)."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A box in the column."""

    lines: tuple[str, ...]
    colour: Colour = "grey"
    kind: Kind = "solid"
    reads: tuple[int, ...] = ()
    """Numbers of the stages above that it reads."""
    group: str = ""
    """Neighbours of one group stand in one frame of this name."""
    many: bool = False
    """It stands for several."""
    tip: str = ""


def column(stages: Sequence[Stage]) -> tuple[Shape, ...]:
    """Draw stages from top to bottom."""
    boxes = _boxes(stages)
    frames = list(_frames(stages, boxes))
    edge = max([each.right for each in boxes] + [each.right for each in frames if isinstance(each, Box)])
    arrows: list[Arrow] = []
    passing: list[tuple[int, int]] = []
    for target, stage in enumerate(stages):
        for source in sorted(set(stage.reads)):
            if source == target - 1:
                arrows.append(Arrow(line((0.0, boxes[source].bottom), (0.0, boxes[target].y))))
            else:
                passing.append((source, target))
    behind = [shade for stage, each in zip(stages, boxes, strict=True) if stage.many for shade in _shades(each)]
    return (*frames, *arrows, *_sideways(passing, boxes, edge), *behind, *boxes)


def _boxes(stages: Sequence[Stage]) -> list[Box]:
    width = max(width_of(*stage.lines) for stage in stages)
    boxes: list[Box] = []
    y, group = 0.0, ""
    for stage in stages:
        if boxes:
            y = boxes[-1].bottom + _BETWEEN
            if stage.group != group:
                y += (PAD if group else 0.0) + (PAD + _LABEL if stage.group else 0.0)
        group = stage.group
        drawn = box(0.0, y, *stage.lines, colour=stage.colour, kind=stage.kind, least=width, tip=stage.tip)
        boxes.append(replace(drawn, height=height_of(len(stage.lines))))
    return boxes


def _frames(stages: Sequence[Stage], boxes: Sequence[Box]) -> Iterator[Shape]:
    for group, members in groupby(range(len(stages)), key=lambda index: stages[index].group):
        inside = [boxes[index] for index in members]
        if group:
            x, y = inside[0].x - PAD, inside[0].y - PAD - _LABEL
            yield Box(
                x, y, inside[0].width + 2 * PAD, inside[-1].bottom + PAD - y, colour="line", kind="frame", radius=12
            )
            yield Text(x + PAD, y + PAD + 0.3 * _LABEL, group, SMALL, "muted", "start")


def _shades(front: Box) -> Iterator[Box]:
    """Edges of others that lie behind a box."""
    for off in (6.0, 3.0):
        yield replace(front, x=front.x + off, y=front.y + off, lines=(), kind="sheet", tip="")
    yield replace(front, lines=(), kind="sheet", tip="")


def _sideways(passing: Sequence[tuple[int, int]], boxes: Sequence[Box], edge: float) -> Iterator[Arrow]:
    """Lead each from the right side of its source to that of its target, none along the same line as another."""
    lanes: list[list[tuple[int, int]]] = []
    reached = dict.fromkeys(range(len(boxes)), 0)
    for source, target in sorted(passing, key=lambda pair: (pair[1] - pair[0], pair)):
        free = (lane for lane, there in enumerate(lanes) if all(target <= a or b <= source for a, b in there))
        lane = next(free, len(lanes))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append((source, target))
        x = edge + _LANE * (lane + 1)
        start = (boxes[source].right, boxes[source].middle[1] + _OFF)
        end = (boxes[target].right, boxes[target].middle[1] - _OFF + 5.0 * reached[target])
        reached[target] += 1
        yield Arrow(_around(start, x, end))


def _around(start: tuple[float, float], x: float, end: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    top, (right, bottom) = start[1], end
    before, after = (x - _TURN, top), (x, top + _TURN)
    down = joined((after, (x, bottom - _TURN)))
    return (
        start,
        *straight(start, before),
        *corner(before, (x, top), after),
        *down[1:],
        *corner((x, bottom - _TURN), (x, bottom), (x - _TURN, bottom)),
        *straight((x - _TURN, bottom), (right, bottom)),
    )
