"""A whole network of flat cells as a scene: groups of cells, a convolution of stride 2 between each two."""

from collections.abc import Iterator

from vilfredo.drawing.boxes import framed
from vilfredo.drawing.column import Stage, column
from vilfredo.drawing.macro import head
from vilfredo.drawing.scene import Scene
from vilfredo.drawing.shapes import InputShape, counted, filters_text, input_text
from vilfredo.spaces.cells import Cell
from vilfredo.spaces.parallel import Stack

_MOST_CELLS = 3
"""Of a group, each drawn; more become one box."""


def stack_scene(
    cell: Cell, stack: Stack, *, input_shape: InputShape | None = None, classes: int | None = None
) -> Scene:
    """Draw what copies of a flat cell are stacked into; see `vilfredo.drawing.macro.network_scene`."""
    stages = [Stage(("input", *input_text(input_shape)))]
    if cell.blocks:
        stages += _stages(cell, stack, input_shape)
    last = len(stages) - 1
    stages = [stages[0], *(_after(stage, index) for index, stage in enumerate(stages[1:]))]
    stages += head(last, len(stages), classes)
    cells = counted(stack.groups * stack.normal_cells if cell.blocks else 0, "cell")
    description = (
        f"The input, {counted(stack.groups, 'group')} of {counted(stack.normal_cells, 'cell')} each, a convolution of "
        "stride 2 between two groups, global average pooling and a dense layer."
    )
    return framed(column(stages), f"Network of {cells}", description)


def _stages(cell: Cell, stack: Stack, input_shape: InputShape | None) -> Iterator[Stage]:
    for group in range(stack.groups):
        filters = stack.filters << group
        if group:
            size = filters_text(filters, group, input_shape)
            yield Stage(("3x3 conv, stride 2", size), "orange", tip="half the resolution")
        # Answers are concatenated: a cell has the filters of all its operators.
        size = filters_text(2 * len(cell) * filters, group, input_shape)
        name, count = f"group {group + 1}", stack.normal_cells
        if count > _MOST_CELLS:
            yield Stage((f"cell × {count}", size), "blue", group=name, many=True)
        else:
            first = group * count + 1
            yield from (Stage((f"cell {first + index}", size), "blue", group=name) for index in range(count))


def _after(stage: Stage, before: int) -> Stage:
    return Stage(stage.lines, stage.colour, reads=(before,), group=stage.group, many=stage.many, tip=stage.tip)
