"""A cell as a scene: what its blocks read, their operators, their sums, and how these become the cell's output."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from vilfredo.drawing.blocks import (
    BLOCK_HEIGHT,
    block_frame,
    block_shapes,
    block_width,
    operator_places,
    operator_width,
)
from vilfredo.drawing.boxes import HEIGHT, PAD, SUM, box, empty, framed, width_of
from vilfredo.drawing.layout import Layout, lay_out
from vilfredo.drawing.paths import Way, joined, to_side
from vilfredo.drawing.scene import SMALL, Arrow, Point, Scene, Shape, Sum, Text
from vilfredo.drawing.wiring import Sizes, Wiring, wire
from vilfredo.spaces.cells import Cell

_CONCATENATE, _OUTPUT = "concatenate", "output"
_LEAST = 90.0
"""Width of the boxes at the end."""


def input_name(lookback: int) -> str:
    """What a lookback (-1, -2, …) is in words."""
    return "previous cell" if lookback == -1 else f"{-lookback} cells back"


def cell_scene(cell: Cell, *, residual: bool = True, abreast: int = 2) -> Scene:
    """Draw a cell.

    Parameters
    ----------
    residual
        Whether the nearest lookback in use is added to the cell's output.
    abreast
        Most blocks beside each other, at least 1.
    """
    if not cell.blocks:
        return empty("cell")
    widths = [operator_width((block.op1, block.op2)) for block in cell.blocks]
    wiring = wire(cell, residual, abreast, _sizes(cell, widths))
    layout = lay_out(wiring.graph)
    shapes: list[Shape] = [*_edges(wiring, layout), *_ends(cell, wiring, layout)]
    frames: list[Shape] = []
    for number, (block, index) in enumerate(zip(cell.blocks, wiring.blocks, strict=True)):
        frames += block_frame(number, layout.places[index], widths[number])
        shapes += block_shapes(block, layout.places[index], widths[number], index in layout.mirrored)
    title = f"Cell of {len(cell)} block{'s' * (len(cell) != 1)}"
    return framed([*frames, *shapes], title, _description(cell, residual))


def _sizes(cell: Cell, operators: Sequence[float]) -> Sizes:
    return Sizes(
        inputs=tuple((width_of(input_name(each)), HEIGHT) for each in cell.lookbacks),
        blocks=tuple((block_width(width), BLOCK_HEIGHT) for width in operators),
        ports=tuple(map(operator_places, operators)),
        concatenation=(max(_LEAST, width_of(_CONCATENATE)), HEIGHT),
        residual=(2 * SUM, 2 * SUM),
        side=2 * PAD + SUM,
        output=(max(_LEAST, width_of(_OUTPUT)), HEIGHT),
    )


def _ends(cell: Cell, wiring: Wiring, layout: Layout) -> Iterator[Shape]:
    """All that is not in a block."""
    for index, lookback in zip(wiring.inputs, cell.lookbacks, strict=True):
        yield box(*layout.places[index], input_name(lookback), tip=f"written {lookback} in the cell's text")
    if wiring.concatenation is not None:
        tip = "blocks that no block reads, side by side; a 1x1 convolution makes of them the cell's filters"
        yield box(*layout.places[wiring.concatenation], _CONCATENATE, least=_LEAST, tip=tip)
    if wiring.residual is not None:
        x, y = layout.places[wiring.residual]
        side = 1 if _shortcut(wiring, layout)[-2][0] > x else -1
        yield Sum(x, y + SUM, SUM)
        yield Text(x - side * (SUM + 6), y + SUM, "residual", SMALL, "muted", "end" if side > 0 else "start")
    yield box(*layout.places[wiring.output], _OUTPUT, least=_LEAST)


def _shortcut(wiring: Wiring, layout: Layout) -> Way:
    """The way of the residual connection."""
    return next(way for edge, way in zip(wiring.graph.edges, layout.routes, strict=True) if edge.apart)


def _edges(wiring: Wiring, layout: Layout) -> Iterator[Arrow]:
    drawn: set[tuple[Point, Point]] = set()
    for edge, route in zip(wiring.graph.edges, layout.routes, strict=True):
        if edge.apart:
            # It would come from above: it comes to the side instead.
            x, _ = route[-2]
            middle, top = layout.places[edge.target]
            bend = to_side(route[-2], (middle + (SUM if x > middle else -SUM), top + SUM))
            yield Arrow((*joined(route[:-1]), *bend[1:]), dashed=True)
            continue
        # What edges share is drawn once, not the bolder the more there are.
        steps = list(pairwise(route))
        way = route[sum(step in drawn for step in steps) :]
        drawn.update(steps)
        x, y = way[-1]
        yield Arrow(joined((*way, (x, y + PAD)) if edge.target in wiring.blocks else way))


def _description(cell: Cell, residual: bool) -> str:
    parts = [
        f"Block {index} adds {block.op1} of {_source(block.in1)} and {block.op2} of {_source(block.in2)}."
        for index, block in enumerate(cell.blocks)
    ]
    unused = [str(index) for index in cell.unused]
    if len(unused) > 1:
        parts.append(f"The outputs of blocks {', '.join(unused[:-1])} and {unused[-1]} are concatenated.")
    if residual:
        nearest = _source(cell.lookbacks[0])
        parts.append(f"{nearest[0].upper()}{nearest[1:]} is added to that.")
    return " ".join(parts)


def _source(source: int) -> str:
    if source >= 0:
        return f"block {source}"
    return "the previous cell's output" if source == -1 else f"the output {-source} cells back"
