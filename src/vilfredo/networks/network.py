"""A whole network: the macro-architecture filled with copies of one cell (POPNASv3, section 3.1 and figure 1c)."""

import torch
from torch import Tensor, nn

from vilfredo.errors import InputError
from vilfredo.networks.cell import CellModule
from vilfredo.networks.grammar import check_operators, kind_of
from vilfredo.networks.layers import initialise
from vilfredo.spaces.cells import Cell
from vilfredo.spaces.macro import MacroArchitecture, plan_cells

InputShape = tuple[int, int, int]
"""Channels, height, width."""


class Network(nn.Module):
    """Cells in a row without a stem, global average pooling, one linear layer.

    Cells whose output never reaches the network's are not built. Lookbacks that reach beyond the first cell
    read the network's input.
    """

    def __init__(self, cell: Cell, macro: MacroArchitecture, input_shape: InputShape, classes: int) -> None:
        super().__init__()
        plans = plan_cells(cell, macro)
        self.lookbacks = cell.lookbacks
        self.cells = nn.ModuleList(CellModule(cell, plan, macro, input_shape) for plan in plans)
        self.head = nn.Linear(plans[-1].filters if plans else input_shape[0], classes)
        initialise(self.head)

    def forward(self, x: Tensor) -> Tensor:
        """Map images (n, channels, height, width) to logits (n, classes)."""
        outputs = dict[int, Tensor]()
        y = x
        for module in self.cells:
            assert isinstance(module, CellModule)
            y = module({lookback: outputs.get(module.index + lookback, x) for lookback in self.lookbacks})
            outputs[module.index] = y
        if y.requires_grad and y.is_contiguous(memory_format=torch.channels_last):
            # The mean's gradient comes expanded, without a layout: several times as slow in what it passes through.
            y.register_hook(_channels_last)  # type: ignore[no-untyped-call]
        logits = self.head(y.mean(dim=(2, 3)))  # (n, classes)
        assert isinstance(logits, Tensor)
        return logits


def build_network(cell: Cell, macro: MacroArchitecture, input_shape: InputShape, classes: int) -> Network:
    """Build a network and draw its weights from torch's global generator.

    Raises
    ------
    InputError
        When a size is not positive or an operator's name is unknown.
    """
    check_network(cell, input_shape, classes)
    return Network(cell, macro, input_shape, classes)


def check_network(cell: Cell, input_shape: InputShape, classes: int) -> None:
    """Check what a network is to be built from, also where the macro-architecture has no room for a cell.

    Raises
    ------
    InputError
        When a size is not positive, an operator's name is unknown, or operators on series are to read images.
    """
    if min(*input_shape, classes) < 1:
        raise InputError(f"network: expected sizes of at least 1, got input {input_shape} and {classes} classes.")
    names = check_operators(sorted(cell.operators))
    if kind_of(names) == "series" and input_shape[1] != 1:
        raise InputError(
            f"network: {cell} has operators on series, which are (channels, 1, length). This input is {input_shape}."
        )


def _channels_last(gradient: Tensor) -> Tensor:
    return gradient.contiguous(memory_format=torch.channels_last)
