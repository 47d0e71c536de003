"""Networks of cells (POPNASv3, section 3.1), built from layers that are handed over."""

import torch
from torch import Tensor, nn


class Block(nn.Module):
    """Two layers, each with its input, their outputs added.

    An input below 0 is a lookback: -1 is what the cell before answered, -2 the one before that. From 0 on, it is the
    block of that number in the same cell.
    """

    def __init__(self, in1: int, op1: nn.Module, in2: int, op2: nn.Module) -> None:
        super().__init__()
        self.in1, self.op1 = in1, op1
        self.in2, self.op2 = in2, op2

    def forward(self, states: dict[int, Tensor]) -> Tensor:
        """Map all that there is so far, each (n, c, h, w), to (n, channels, h', w')."""
        y: Tensor = self.op1(states[self.in1]) + self.op2(states[self.in2])
        return y


class Cell(nn.Module):
    """Blocks, of which those in `outputs` are joined; the nearest lookback added, where there is a shortcut."""

    def __init__(
        self,
        index: int,
        blocks: list[Block],
        *,
        outputs: list[int],
        reshapes: dict[str, nn.Module] | None = None,
        merge: nn.Module | None = None,
        shortcut: nn.Module | None = None,
    ) -> None:
        super().__init__()
        self.index, self.outputs = index, outputs
        self.lookbacks = sorted({at for block in blocks for at in (block.in1, block.in2) if at < 0}, reverse=True)
        self.reshapes = nn.ModuleDict(reshapes or {})  # of lookbacks that come larger than the nearest
        self.blocks = nn.ModuleList(blocks)
        self.merge = merge
        self.shortcut = shortcut

    def forward(self, lookbacks: dict[int, Tensor]) -> Tensor:
        """Map the lookbacks in use, each (n, c, h, w), to the cell's output (n, channels, h', w')."""
        states = dict(lookbacks)
        for lookback, reshape in self.reshapes.items():
            states[int(lookback)] = reshape(lookbacks[int(lookback)])
        for number, block in enumerate(self.blocks):
            states[number] = block(states)
        y = states[self.outputs[0]]
        if self.merge is not None:
            y = self.merge(torch.cat([states[number] for number in self.outputs], dim=1))
        if self.shortcut is not None:
            y = y + self.shortcut(states[self.lookbacks[0]])
        return y


class Network(nn.Module):
    """Cells in a row, the mean over all pixels, one linear layer. What lies before the first cell is the input."""

    def __init__(self, cells: list[Cell], head: nn.Module) -> None:
        super().__init__()
        self.cells = nn.ModuleList(cells)
        self.head = head

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, channels, h, w) to logits (n, classes)."""
        answers: dict[int, Tensor] = {}
        y = x
        for cell in self.cells:
            assert isinstance(cell, Cell)
            y = cell({lookback: answers.get(cell.index + lookback, x) for lookback in cell.lookbacks})
            answers[cell.index] = y
        logits: Tensor = self.head(y.mean(dim=(2, 3)))
        return logits
