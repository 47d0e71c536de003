"""A whole network of cells as a scene: motifs, reductions, what is left out, and which cells read which."""

from collections.abc import Iterator, Sequence

from vilfredo.drawing.boxes import framed
from vilfredo.drawing.column import Stage, column
from vilfredo.drawing.scene import Colour, Scene
from vilfredo.drawing.shapes import InputShape, counted, filters_text, input_text, listed
from vilfredo.spaces.cells import Cell
from vilfredo.spaces.macro import CellPlan, MacroArchitecture, plan_cells

_MOST_CELLS, _FURTHEST = 11, 3
"""With more cells, or a further lookback, those of a motif become one box."""
_NORMAL: Colour = "blue"
_REDUCTION: Colour = "orange"


def network_scene(
    cell: Cell, macro: MacroArchitecture, *, input_shape: InputShape | None = None, classes: int | None = None
) -> Scene:
    """Draw what copies of a cell are stacked into.

    Parameters
    ----------
    input_shape
        Channels, height and width (of series: channels, 1, length); None where it isn't known.
    classes
        What it tells apart; None where that isn't known.
    """
    plans = {plan.index: plan for plan in plan_cells(cell, macro)}
    inputs = Stage(("input", *input_text(input_shape)))
    whole = macro.cells <= _MOST_CELLS and max((-each for each in cell.lookbacks), default=1) <= _FURTHEST
    draw_stages = _each if whole else _by_motif
    stages = [inputs, *draw_stages(cell, macro, plans, input_shape)] if plans else [inputs]
    last = max((index for index, stage in enumerate(stages) if stage.kind == "solid"), default=0)
    stages += head(last, len(stages), classes)
    built = (
        f"{counted(len(plans), 'cell')} of {macro.cells}" if len(plans) < macro.cells else counted(len(plans), "cell")
    )
    return framed(column(stages), f"Network of {built}", _description(cell, macro, plans))


def head(last: int, number: int, classes: int | None) -> tuple[Stage, Stage]:
    """The two stages that end a network, of which the first has a number and reads the stage `last`."""
    answer = () if classes is None else (counted(classes, "class", "classes"),)
    tip = "a dense layer with a value for each class; softmax makes probabilities of them"
    pooling = Stage(("global average pooling",), reads=(last,), tip="the mean of each channel")
    return pooling, Stage(("dense, softmax", *answer), reads=(number,), tip=tip)


def _each(
    cell: Cell, macro: MacroArchitecture, plans: dict[int, CellPlan], input_shape: InputShape | None
) -> Iterator[Stage]:
    """A stage for each position; the one of cell i is number i + 1, after the input."""
    for index in range(macro.cells):
        motif, place = divmod(index, macro.normal_cells + 1)
        reduces = place == macro.normal_cells
        group = "" if reduces else f"motif {motif + 1}"
        if index not in plans:
            yield Stage((f"cell {index + 1}: left out", "no later cell reads it"), kind="ghost", group=group)
            continue
        plan = plans[index]
        reads = tuple(max(0, index + lookback + 1) for lookback in cell.lookbacks)
        yield Stage(
            (
                f"cell {index + 1}{', reduction' if reduces else ''}",
                filters_text(plan.filters, plan.reductions, input_shape),
            ),
            _REDUCTION if reduces else _NORMAL,
            reads=reads,
            group=group,
            tip=_REDUCTION_TIP if reduces else "",
        )


_REDUCTION_TIP = "its operators that read earlier cells take steps of two: half the resolution, twice the filters"


def _by_motif(
    cell: Cell, macro: MacroArchitecture, plans: dict[int, CellPlan], input_shape: InputShape | None
) -> Iterator[Stage]:
    """A stage for the normal cells of each motif, and one for each reduction."""
    reads = f"each reads {_back(cell)}"
    number, last = 0, 0
    for motif in range(macro.motifs):
        first = motif * (macro.normal_cells + 1)
        normal = [plans[index] for index in range(first, first + macro.normal_cells) if index in plans]
        if macro.normal_cells:
            number += 1
            yield _normal_cells(normal, macro, f"motif {motif + 1}", (last,), reads, input_shape)
            last = number if normal else last
        reduction = first + macro.normal_cells
        if reduction < macro.cells:
            number += 1
            plan = plans.get(reduction)
            if plan is None:
                yield Stage(("reduction cell: left out", "no later cell reads it"), kind="ghost")
                continue
            size = filters_text(plan.filters, plan.reductions, input_shape)
            yield Stage(("reduction cell", size), _REDUCTION, reads=(last,), tip=_REDUCTION_TIP)
            last = number


def _normal_cells(
    plans: Sequence[CellPlan],
    macro: MacroArchitecture,
    group: str,
    reads: tuple[int, ...],
    words: str,
    input_shape: InputShape | None,
) -> Stage:
    if not plans:
        return Stage((f"× {macro.normal_cells}: left out", "no later cell reads them"), kind="ghost", group=group)
    number = f"{len(plans)} of {macro.normal_cells} normal cells" if len(plans) < macro.normal_cells else ""
    lines = [
        number or f"normal cell × {len(plans)}",
        filters_text(plans[0].filters, plans[0].reductions, input_shape),
        words,
    ]
    if number:
        lines.append("no later cell reads the others")
    return Stage(tuple(lines), _NORMAL, reads=reads, group=group, many=len(plans) > 1)


def _description(cell: Cell, macro: MacroArchitecture, plans: dict[int, CellPlan]) -> str:
    ending = "global average pooling and a dense layer"
    if not plans:
        return f"The input, {ending}; no cells."
    stack = f"{counted(macro.motifs, 'motif')} of {counted(macro.normal_cells, 'normal cell')}"
    missing = macro.cells - len(plans)
    gone = f" Left out, as no later cell reads them: {missing} of {macro.cells} cells." if missing else ""
    return (
        f"The input, {stack} each, a reduction cell between two motifs, {ending}. Each cell reads {_back(cell)}.{gone}"
    )


def _back(cell: Cell) -> str:
    """Which cells each one reads, e.g. ``1 and 2 cells back``."""
    return f"{listed([str(-lookback) for lookback in cell.lookbacks])} cell{'s' * (cell.lookbacks != (-1,))} back"
