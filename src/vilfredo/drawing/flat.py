"""A flat cell as a scene: operators that all read the previous cell, all answers concatenated (POPNAS v1)."""

from collections.abc import Iterator, Sequence

from vilfredo.drawing.blocks import operator_box, operator_width
from vilfredo.drawing.boxes import HEIGHT, PAD, box, empty, framed
from vilfredo.drawing.paths import corner, joined, straight
from vilfredo.drawing.scene import SMALL, Arrow, Box, Scene, Shape, Text
from vilfredo.spaces.cells import Cell

_BUS = 22.0
"""From a block to the lines along both sides."""
_GAP = 8.0
"""Between operators, and between blocks."""
_LABEL = 18.0
"""For the number of a block."""
_AROUND = 46.0
"""Above the first block and below the last one."""
_TURN = 12.0
"""Radius of the lines' corners."""


def flat_scene(cell: Cell) -> Scene:
    """Draw a flat cell: an operator a row, what they read at the left, what becomes of it at the right."""
    if not cell.blocks:
        return empty("cell")
    operator = operator_width(cell.operators)
    half, top = operator / 2 + PAD, HEIGHT + _AROUND
    height = 2 * PAD + _LABEL + 2 * HEIGHT + _GAP
    tops = [top + number * (height + _GAP) for number in range(len(cell))]
    end = tops[-1] + height + _AROUND
    shapes: list[Shape] = []
    operators: list[Box] = []
    for number, (block, y) in enumerate(zip(cell.blocks, tops, strict=True)):
        shapes.append(Box(-half, y, 2 * half, height, colour="line", kind="frame", radius=12.0))
        shapes.append(Text(PAD - half, y + PAD + 0.3 * _LABEL, f"block {number}", SMALL, "muted", "start"))
        for row, name in enumerate((block.op1, block.op2)):
            drawn = operator_box(name, 0.0, y + PAD + _LABEL + row * (HEIGHT + _GAP), operator)
            operators.append(drawn)
    shapes += [*_buses(operators, half + _BUS, end), *operators]
    shapes += [branch for each in operators for branch in _branches(each, half + _BUS)]
    tip = "the answers of all operators, side by side"
    shapes += [box(0.0, 0.0, "previous cell"), box(0.0, end, "concatenate", tip=tip), *_output(end)]
    texts = [f"{block.op1} and {block.op2}" for block in cell.blocks]
    description = f"All operators read the previous cell, and their answers are concatenated: {', '.join(texts)}."
    return framed(shapes, f"Flat cell of {len(cell)} block{'s' * (len(cell) != 1)}", description)


def _branches(operator: Box, bus: float) -> Iterator[Arrow]:
    """From the line down the left side to an operator, and from there to the line down the right side."""
    y = operator.middle[1]
    start, end = (-bus, y - _TURN), (bus - _TURN, y)
    turned = (_TURN - bus, y)
    yield Arrow((start, *corner(start, (-bus, y), turned), *straight(turned, (operator.x, y))))
    leaving = (operator.right, y)
    yield Arrow((leaving, *straight(leaving, end), *corner(end, (bus, y), (bus, y + _TURN))), head=False)


def _buses(operators: Sequence[Box], bus: float, end: float) -> Iterator[Arrow]:
    """The two lines: from the previous cell, and to the concatenation."""
    first, last = operators[0].middle[1], operators[-1].middle[1]
    yield Arrow(joined(((0.0, HEIGHT), (-bus, HEIGHT + _AROUND), (-bus, last - _TURN))), head=False)
    yield Arrow(joined(((bus, first + _TURN), (bus, end - _AROUND), (0.0, end))))


def _output(end: float) -> Iterator[Shape]:
    yield Arrow(joined(((0.0, end + HEIGHT), (0.0, end + HEIGHT + 30.0))))
    yield box(0.0, end + HEIGHT + 30.0, "output", least=90.0)
