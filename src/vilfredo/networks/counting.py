"""Parameters, FLOPs and memory of a network, summed up over its parts: exact, and without building it."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from vilfredo.errors import InputError
from vilfredo.networks.cell import build_shortcut
from vilfredo.networks.cost import BYTES, Cost, cost_of
from vilfredo.networks.grammar import build_operator
from vilfredo.networks.layers import pointwise
from vilfredo.networks.layout import CellLayout, lay_out
from vilfredo.networks.network import InputShape, check_network
from vilfredo.networks.shapes import OperandShape
from vilfredo.spaces.cells import Cell
from vilfredo.spaces.macro import CellPlan, MacroArchitecture, plan_cells

Use = tuple[Hashable, OperandShape, Cost]
"""A tensor of the network, and a part that reads it."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Size and cost of one network."""

    parameters: int
    """Weights and biases."""
    parameters_with_buffers: int
    """With the batch norms' running means and variances, as Keras counts."""
    flops: int
    """Of one sample's forward pass; a multiply-add is two (as torch's own counter has it)."""
    cells: int
    """Cells built."""
    activations: int
    """Bytes that one sample's forward pass keeps for the backward pass."""
    inference: int
    """Bytes that one sample's forward pass holds at once when it keeps nothing."""
    largest: int
    """Bytes per sample of the largest tensor."""


def count(
    cell: Cell, macro: MacroArchitecture, input_shape: InputShape, classes: int, last: int | None = None
) -> Counts:
    """Count without building the network; one that ends at the cell of index `last`, if that is given.

    Raises
    ------
    InputError
        See `build_network`; also when the network is too large to be described at all.
    """
    check_network(cell, input_shape, classes)
    try:
        return _count(cell, macro, input_shape, classes, last)
    except RuntimeError as error:
        message = " ".join(str(error).split())[:200]
        raise InputError(f"network: {cell} is too large to be built: {message}.") from None


def _count(cell: Cell, macro: MacroArchitecture, input_shape: InputShape, classes: int, last: int | None) -> Counts:
    plans = plan_cells(cell, macro, last)
    layouts = [lay_out(cell, plan, macro, input_shape) for plan in plans]
    uses = [use for plan, layout in zip(plans, layouts, strict=True) for use in _uses(cell, plan, layout)]
    costs = [cost for _, _, cost in uses]
    filters = plans[-1].filters if plans else input_shape[0]
    parameters = sum(cost.parameters for cost in costs) + filters * classes + classes
    # Whoever reads a tensor keeps the same one.
    kept_inputs = {tensor: _bytes(shape.in_filters, shape.size) for tensor, shape, cost in uses if cost.keeps_input}
    head = BYTES * (filters + classes)
    return Counts(
        parameters=parameters,
        parameters_with_buffers=parameters + sum(cost.statistics for cost in costs),
        flops=sum(cost.flops for cost in costs) + 2 * filters * classes,
        cells=len(plans),
        activations=sum(cost.kept for cost in costs) + sum(kept_inputs.values()) + head,
        inference=_held_at_once(cell, plans, layouts) + head,
        largest=max((cost.largest for cost in costs), default=_bytes(input_shape[0], input_shape[1:])),
    )


def _uses(cell: Cell, plan: CellPlan, layout: CellLayout) -> Iterator[Use]:
    """All parts of a cell, each with the tensor that it reads."""
    tensors: dict[int, Hashable] = {}
    for lookback in cell.lookbacks:
        tensors[lookback] = ("cell", max(-1, plan.index + lookback))  # -1: the network's input
        if lookback in layout.reshapes:
            shape = layout.reshapes[lookback]
            yield tensors[lookback], shape, cost_of(pointwise, shape)
            tensors[lookback] = ("reshaped", plan.index, lookback)
    for index, (block, (first, second)) in enumerate(zip(cell.blocks, layout.operands, strict=True)):
        yield tensors[block.in1], first, cost_of(build_operator, block.op1, first)
        yield tensors[block.in2], second, cost_of(build_operator, block.op2, second)
        tensors[index] = ("block", plan.index, index)
    if layout.merge:
        yield ("concatenated", plan.index), layout.merge, cost_of(pointwise, layout.merge)
    if layout.shortcut:
        yield tensors[cell.lookbacks[0]], layout.shortcut, cost_of(build_shortcut, layout.shortcut)


def _held_at_once(cell: Cell, plans: tuple[CellPlan, ...], layouts: list[CellLayout]) -> int:
    """Outputs of all cells, which later ones may look back to, and everything in the largest cell."""
    outputs, largest = 0, 0
    for plan, layout in zip(plans, layouts, strict=True):
        output = _bytes(plan.filters, layout.operands[0][0].out_size)
        reshaped = sum(_bytes(shape.out_filters, shape.out_size) for shape in layout.reshapes.values())
        merged = _bytes(layout.merge.in_filters, layout.merge.size) if layout.merge else 0
        outputs += output
        largest = max(largest, reshaped + output * len(cell.blocks) + merged)
    return outputs + largest


def _bytes(filters: int, size: tuple[int, int]) -> int:
    return BYTES * filters * size[0] * size[1]
