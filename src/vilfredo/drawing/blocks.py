"""A block: its two operators and the sum of their outputs, in a frame; and how an operator is drawn anywhere."""

from collections.abc import Iterable, Iterator

from vilfredo.drawing.boxes import HEIGHT, PAD, SUM, box
from vilfredo.drawing.families import family_colour, family_words
from vilfredo.drawing.paths import line, to_side
from vilfredo.drawing.scene import SMALL, TEXT_SIZE, Arrow, Box, Point, Shape, Sum, Text
from vilfredo.drawing.widths import shortened, text_width
from vilfredo.spaces.cells import Block

_BETWEEN = 10.0
"""Between the two operators of a block."""
_DROP = 20.0
"""From a block's operators to the middle of its plus."""
_WIDEST = 190.0
"""An operator's name, pixels; longer ones are cut in the middle."""
_NARROWEST = 72.0
"""An operator, pixels: beside the plus of a block there must be room for its number."""
BLOCK_HEIGHT = 2 * PAD + HEIGHT + _DROP + SUM


def operator_width(names: Iterable[str]) -> float:
    """Of boxes in which all these names have room."""
    texts = [text_width(shortened(name, TEXT_SIZE, _WIDEST), TEXT_SIZE) for name in names]
    return max(_NARROWEST, 2 * PAD + max(texts))


def operator_box(name: str, middle: float, top: float, width: float) -> Box:
    """Draw an operator in the colour of its family."""
    tip = ": ".join(filter(None, (name, family_words(name))))
    return box(middle, top, shortened(name, TEXT_SIZE, _WIDEST), colour=family_colour(name), least=width, tip=tip)


def block_width(operator: float) -> float:
    """Width of a block whose operators are so wide."""
    return 2 * operator + _BETWEEN + 2 * PAD


def operator_places(operator: float) -> tuple[float, float]:
    """Middles of a block's operators, from its own."""
    return -(operator + _BETWEEN) / 2, (operator + _BETWEEN) / 2


def block_frame(number: int, place: Point, operator: float) -> tuple[Shape, ...]:
    """What lies behind a block: its frame and its number. `place` is the middle of its upper edge."""
    left, top = place[0] - block_width(operator) / 2, place[1]
    frame = Box(left, top, block_width(operator), BLOCK_HEIGHT, colour="line", kind="frame", radius=12.0)
    return frame, Text(left + PAD, frame.bottom - PAD - 2, f"block {number}", SMALL, "muted", "start")


def block_shapes(block: Block, place: Point, operator: float, mirrored: bool) -> Iterator[Shape]:
    """A block's operators, the first at the left unless `mirrored`, what leads from them to their sum, and that."""
    (x, y), plus = place, place[1] + PAD + HEIGHT + _DROP
    places = operator_places(operator)
    for offset, name in zip(reversed(places) if mirrored else places, (block.op1, block.op2), strict=True):
        drawn = operator_box(name, x + offset, y + PAD, operator)
        yield drawn
        yield Arrow(to_side((x + offset, drawn.bottom), (x + (SUM if offset > 0 else -SUM), plus)))
    yield Sum(x, plus, SUM)
    yield Arrow(line((x, plus + SUM), (x, y + BLOCK_HEIGHT)), head=False)
