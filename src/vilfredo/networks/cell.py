"""One cell as a module (POPNASv3, section 3.1)."""

import torch
from torch import Tensor, nn

from vilfredo.networks.drop_path import DropPath
from vilfredo.networks.grammar import build_operator
from vilfredo.networks.layers import SameMaxPool, pointwise
from vilfredo.networks.shapes import OperandShape, strided
from vilfredo.spaces.cells import Block, Cell
from vilfredo.spaces.macro import CellPlan, MacroArchitecture


class BlockModule(nn.Module):
    """Two operators, their outputs added."""

    def __init__(self, block: Block, first: OperandShape, second: OperandShape) -> None:
        super().__init__()
        self.op1 = build_operator(block.op1, first)
        self.op2 = build_operator(block.op2, second)
        self.drop_path = DropPath()

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        """Map the block's two inputs to their common output (n, filters, h, w)."""
        left, right = self.drop_path([self.op1(first), self.op2(second)])
        joined: Tensor = left + right
        return joined


class CellModule(nn.Module):
    """The blocks of a cell; unused outputs concatenated; the nearest lookback added where cells are residual.

    Parameters
    ----------
    cell
        What to build, with at least one block.
    plan
        Where in the network.
    macro
        Whether cells are residual and lookbacks reshaped.
    input_shape
        Channels, height and width of the network's input.
    """

    def __init__(self, cell: Cell, plan: CellPlan, macro: MacroArchitecture, input_shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.cell = cell
        self.index = plan.index
        shapes = _lookback_shapes(plan, input_shape)
        self.reshapes = nn.ModuleDict()
        for lookback in cell.lookbacks if macro.lookback_reshape else ():
            source, previous = plan.lookbacks[lookback], plan.lookbacks[-1]
            # As PNAS did: outputs of cells of another resolution are adapted, the network's input never is.
            if source.cell is not None and previous.reductions > source.reductions:
                stride = 1 << (previous.reductions - source.reductions)
                filters, size = shapes[lookback].in_filters, shapes[lookback].size
                self.reshapes[str(lookback)] = pointwise(filters, shapes[-1].in_filters, size, stride)
                shapes[lookback] = shapes[-1]
        size = strided(input_shape[1:], 1 << plan.reductions)
        inner = OperandShape(plan.filters, plan.filters, size)
        self.blocks = nn.ModuleList(
            BlockModule(block, *(shapes.get(source, inner) for source in block.inputs)) for block in cell.blocks
        )
        self.drop_path = DropPath()
        count = len(cell.unused)
        self.merge = pointwise(count * plan.filters, plan.filters, size) if count > 1 else None
        self.shortcut = _shortcut(shapes[cell.lookbacks[0]]) if macro.residual else None

    def forward(self, lookbacks: dict[int, Tensor]) -> Tensor:
        """Map the lookbacks in use, each (n, c, h, w), to the cell's output (n, filters, h', w')."""
        inputs = {
            lookback: self.reshapes[str(lookback)](x) if str(lookback) in self.reshapes else x
            for lookback, x in lookbacks.items()
        }
        states = dict(inputs)
        for index, (block, module) in enumerate(zip(self.cell.blocks, self.blocks, strict=True)):
            states[index] = module(states[block.in1], states[block.in2])
        outputs = [states[index] for index in self.cell.unused]
        y = outputs[0] if self.merge is None else self.merge(torch.cat(self.drop_path(outputs), dim=1))
        if self.shortcut is not None:
            y = y + self.shortcut(inputs[self.cell.lookbacks[0]])
        assert isinstance(y, Tensor)
        return y


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


def _shortcut(shape: OperandShape) -> nn.Module:
    """Bring the residual lookback to the output's shape: max pooling, then a pointwise convolution."""
    steps: list[nn.Module] = []
    if shape.stride > 1:
        steps.append(SameMaxPool((shape.stride, shape.stride), shape.size, shape.stride))
    if shape.in_filters != shape.out_filters:
        steps.append(pointwise(shape.in_filters, shape.out_filters, shape.out_size))
    return nn.Sequential(*steps)
