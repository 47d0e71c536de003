"""The shapes of everything in a cell, known before any of it is built (POPNASv3, section 3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from vilfredo.networks.shapes import OperandShape, strided
from vilfredo.spaces.cells import Cell
from vilfredo.spaces.macro import CellPlan, MacroArchitecture


@dataclass(frozen=True, slots=True)
class CellLayout:
    """What the modules of one cell turn into what."""

    reshapes: Mapping[int, OperandShape]
    """Lookbacks that a pointwise convolution brings to the nearest one's shape."""
    operands: tuple[tuple[OperandShape, OperandShape], ...]
    """Of each block's two operators."""
    merge: OperandShape | None
    """Of the pointwise convolution that follows a concatenation; None where only one block is unused."""
    shortcut: OperandShape | None
    """Of the residual connection; None without one."""


def lay_out(cell: Cell, plan: CellPlan, macro: MacroArchitecture, input_shape: tuple[int, int, int]) -> CellLayout:
    """Find the shapes of a cell.

    Parameters
    ----------
    cell
        With at least one block.
    plan
        Where in the network.
    macro
        Whether cells are residual and lookbacks reshaped.
    input_shape
        Channels, height and width of the network's input.
    """
    shapes = _lookback_shapes(plan, input_shape)
    reshapes = dict[int, OperandShape]()
    for lookback in cell.lookbacks if macro.lookback_reshape else ():
        source, previous = plan.lookbacks[lookback], plan.lookbacks[-1]
        # As PNAS did: outputs of cells of another resolution are adapted, the network's input never is.
        if source.cell is not None and previous.reductions > source.reductions:
            stride = 1 << (previous.reductions - source.reductions)
            filters, size = shapes[lookback].in_filters, shapes[lookback].size
            reshapes[lookback] = OperandShape(filters, shapes[-1].in_filters, size, stride)
            shapes[lookback] = shapes[-1]
    size = strided(input_shape[1:], 1 << plan.reductions)
    inner = OperandShape(plan.filters, plan.filters, size)
    operands = tuple((shapes.get(block.in1, inner), shapes.get(block.in2, inner)) for block in cell.blocks)
    count = len(cell.unused)
    merge = OperandShape(count * plan.filters, plan.filters, size) if count > 1 else None
    return CellLayout(reshapes, operands, merge, shapes[cell.lookbacks[0]] if macro.residual else None)


def _lookback_shapes(plan: CellPlan, input_shape: tuple[int, int, int]) -> dict[int, OperandShape]:
    """What an operator that reads each lookback is given and must produce."""
    channels, *size = input_shape
    return {
        lookback: OperandShape(
            channels if source.filters is None else source.filters,
            plan.filters,
            strided((size[0], size[1]), 1 << source.reductions),
            1 << (plan.reductions - source.reductions),
        )
        for lookback, source in plan.lookbacks.items()
    }
