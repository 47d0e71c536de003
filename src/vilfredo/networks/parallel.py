"""Networks of flat cells (POPNAS v1, section 3.1 and figure 2).

What the paper leaves open is settled like this. A block's combination is a concatenation, and so is the cell's: a cell
answers everything that its operators do, side by side. Every operator answers F channels, pooling and identity through
a pointwise convolution where they read another number: if they kept what they read, as the paper's words allow, cells
of pooling alone would multiply the channels by ten from one to the next. The convolutions of stride 2 are 3×3 and
double the channels, as reductions in PNAS do.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vilfredo.errors import InputError
from vilfredo.networks.cost import BYTES, Cost, cost_of
from vilfredo.networks.counting import Counts
from vilfredo.networks.drop_path import DropPath
from vilfredo.networks.grammar import build_operator
from vilfredo.networks.layers import conv_norm_swish, initialise
from vilfredo.networks.network import InputShape, answer, check_network
from vilfredo.networks.shapes import OperandShape, strided
from vilfredo.spaces.cells import Cell
from vilfredo.spaces.parallel import Stack


@dataclass(frozen=True, slots=True)
class Step:
    """One cell, or one convolution between groups."""

    shape: OperandShape
    """Of each of the cell's operators, or of the convolution."""
    operators: tuple[str, ...]
    """Of the cell, block by block; empty for a convolution between groups."""

    @property
    def channels(self) -> int:
        """What it answers."""
        return self.shape.out_filters * max(1, len(self.operators))


def lay_out_parallel(cell: Cell, stack: Stack, input_shape: InputShape) -> tuple[Step, ...]:
    """List the steps of a network, none for the empty cell."""
    names = tuple(name for block in cell.blocks for name in (block.op1, block.op2))
    if not names:
        return ()
    steps: list[Step] = []
    channels, size = input_shape[0], (input_shape[1], input_shape[2])
    for group in range(stack.groups):
        filters = stack.filters << group
        if group:
            steps.append(Step(OperandShape(channels, filters, size, 2), ()))
            channels, size = filters, strided(size, 2)
        for _ in range(stack.normal_cells):
            steps.append(Step(OperandShape(channels, filters, size), names))
            channels = steps[-1].channels
    return tuple(steps)


class ParallelCell(nn.Module):
    """Operators that read the same, their answers concatenated."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self.operators = nn.ModuleList(build_operator(name, step.shape) for name in step.operators)
        self.drop_path = DropPath()

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, c, h, w) to (n, operators · filters, h, w)."""
        return torch.cat(self.drop_path([operator(x) for operator in self.operators]), dim=1)


class ParallelNetwork(nn.Module):
    """Groups of cells with convolutions of stride 2 between them, global average pooling, one linear layer.

    The empty cell makes the network of the initial thrust: pooling and the linear layer alone (section 3.3.2).

    Raises
    ------
    InputError
        When a size is not positive or an operator's name is unknown.
    """

    def __init__(self, cell: Cell, stack: Stack, input_shape: InputShape, classes: int) -> None:
        super().__init__()
        check_network(cell, input_shape, classes)
        steps = lay_out_parallel(cell, stack, input_shape)
        self.steps = nn.ModuleList(
            ParallelCell(step) if step.operators else shrinking_conv(step.shape) for step in steps
        )
        self.head = nn.Linear(steps[-1].channels if steps else input_shape[0], classes)
        initialise(self.head)

    def forward(self, x: Tensor) -> Tensor:
        """Map images (n, channels, height, width) to logits (n, classes)."""
        for step in self.steps:
            x = step(x)
        return answer(x, self.head)


def shrinking_conv(shape: OperandShape) -> nn.Module:
    """3×3 convolution of the shape's stride, batch norm, Swish."""
    return conv_norm_swish(shape, (3, 3))


def count_parallel(cell: Cell, stack: Stack, input_shape: InputShape, classes: int) -> Counts:
    """Count without building the network.

    Raises
    ------
    InputError
        See `ParallelNetwork`; also when the network is too large to be described at all.
    """
    check_network(cell, input_shape, classes)
    try:
        return _count(lay_out_parallel(cell, stack, input_shape), input_shape, classes)
    except RuntimeError as error:
        message = " ".join(str(error).split())[:200]
        raise InputError(f"network: {cell} is too large to be built: {message}.") from None


def _count(steps: tuple[Step, ...], input_shape: InputShape, classes: int) -> Counts:
    costs = [list(_costs(step)) for step in steps]
    parts = [cost for step in costs for cost in step]
    channels = steps[-1].channels if steps else input_shape[0]
    parameters = sum(cost.parameters for cost in parts) + channels * classes + classes
    # All operators of a cell that keep their input keep the same tensor.
    kept = sum(_read(step) for step, own in zip(steps, costs, strict=True) if any(cost.keeps_input for cost in own))
    head = BYTES * (channels + classes)
    input_bytes = BYTES * input_shape[0] * input_shape[1] * input_shape[2]
    return Counts(
        parameters=parameters,
        parameters_with_buffers=parameters + sum(cost.statistics for cost in parts),
        flops=sum(cost.flops for cost in parts) + 2 * channels * classes,
        cells=sum(bool(step.operators) for step in steps),
        activations=sum(cost.kept for cost in parts) + kept + head,
        inference=max((_read(step) + 2 * _answered(step) for step in steps), default=0) + head,
        largest=max([input_bytes, *(cost.largest for cost in parts), *map(_answered, steps)]),
    )


def _costs(step: Step) -> Iterator[Cost]:
    if not step.operators:
        yield cost_of(shrinking_conv, step.shape)
    for name in step.operators:
        yield cost_of(build_operator, name, step.shape)


def _read(step: Step) -> int:
    return BYTES * step.shape.in_filters * step.shape.size[0] * step.shape.size[1]


def _answered(step: Step) -> int:
    height, width = step.shape.out_size
    return BYTES * step.channels * height * width
