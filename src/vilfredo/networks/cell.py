"""One cell as a module (POPNASv3, section 3.1)."""

import torch
from torch import Tensor, nn

from vilfredo.networks.drop_path import DropPath
from vilfredo.networks.grammar import build_operator
from vilfredo.networks.layers import pointwise, shrinking_pool
from vilfredo.networks.layout import lay_out
from vilfredo.networks.shapes import OperandShape
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
        layout = lay_out(cell, plan, macro, input_shape)
        self.reshapes = nn.ModuleDict({str(lookback): pointwise(shape) for lookback, shape in layout.reshapes.items()})
        self.blocks = nn.ModuleList(
            BlockModule(block, *operands) for block, operands in zip(cell.blocks, layout.operands, strict=True)
        )
        self.drop_path = DropPath()
        self.merge = pointwise(layout.merge) if layout.merge else None
        self.shortcut = build_shortcut(layout.shortcut) if layout.shortcut else None

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


def build_shortcut(shape: OperandShape) -> nn.Module:
    """Bring the residual lookback to the output's shape: max pooling, then a pointwise convolution."""
    steps: list[nn.Module] = []
    if shape.stride > 1:
        steps.append(shrinking_pool(shape))
    if shape.in_filters != shape.out_filters:
        steps.append(pointwise(OperandShape(shape.in_filters, shape.out_filters, shape.out_size)))
    return nn.Sequential(*steps)
