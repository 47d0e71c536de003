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

_EXIT_SHARE = 0.66
"""Of the way through the cells, where the secondary exit is (section 4.1: 2/3)."""


class Network(nn.Module):
    """Cells in a row without a stem, global average pooling, one linear layer.

    Cells whose output never reaches the network's are not built. Lookbacks that reach beyond the first cell
    read the network's input.

    Parameters
    ----------
    last
        Index of the cell at which the network ends; by default the last of the macro-architecture.
    secondary_exit
        Whether a second linear layer answers from two thirds of the way, where there is a cell before the last one
        (section 4.1); the weights of all else are drawn as without.
    """

    def __init__(
        self,
        cell: Cell,
        macro: MacroArchitecture,
        input_shape: InputShape,
        classes: int,
        *,
        last: int | None = None,
        secondary_exit: bool = False,
    ) -> None:
        super().__init__()
        plans = plan_cells(cell, macro, last)
        self.lookbacks = cell.lookbacks
        self.cells = nn.ModuleList(CellModule(cell, plan, macro, input_shape) for plan in plans)
        self.head = nn.Linear(plans[-1].filters if plans else input_shape[0], classes)
        initialise(self.head)
        self.exit_place = exit_place(len(plans)) if secondary_exit else None
        """Position in `cells` of the one that the secondary exit reads; None without."""
        self.secondary: nn.Linear | None = None
        if self.exit_place is not None:
            self.secondary = nn.Linear(plans[self.exit_place].filters, classes)
            initialise(self.secondary)

    def forward(self, x: Tensor) -> Tensor:
        """Map images (n, channels, height, width) to logits (n, classes) of the main exit."""
        return answer(self._outputs(x)[-1], self.head)

    def exits(self, x: Tensor) -> tuple[Tensor, ...]:
        """Map images (n, channels, height, width) to logits (n, classes) of each exit, the main one first."""
        outputs = self._outputs(x)
        main = answer(outputs[-1], self.head)
        if self.secondary is None or self.exit_place is None:
            return (main,)
        return main, answer(outputs[self.exit_place], self.secondary)

    def _outputs(self, x: Tensor) -> list[Tensor]:
        """Of every cell; the network's input where there is none."""
        outputs = dict[int, Tensor]()
        for module in self.cells:
            assert isinstance(module, CellModule)
            lookbacks = {lookback: outputs.get(module.index + lookback, x) for lookback in self.lookbacks}
            outputs[module.index] = module(lookbacks)
        return list(outputs.values()) or [x]


def build_network(
    cell: Cell,
    macro: MacroArchitecture,
    input_shape: InputShape,
    classes: int,
    *,
    last: int | None = None,
    secondary_exit: bool = False,
) -> Network:
    """Build a network and draw its weights from torch's global generator; see `Network`.

    Raises
    ------
    InputError
        When a size is not positive or an operator's name is unknown.
    """
    check_network(cell, input_shape, classes)
    return Network(cell, macro, input_shape, classes, last=last, secondary_exit=secondary_exit)


def exit_place(cells: int) -> int | None:
    """Position, among so many cells, of the one that the secondary exit reads: two thirds of the way (section 4.1).

    None where that would be the last one, or there is none.
    """
    place = round(_EXIT_SHARE * (cells - 1))
    return place if 0 <= place < cells - 1 else None


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


def answer(y: Tensor, head: nn.Module) -> Tensor:
    """Logits (n, classes) from the output (n, c, h, w) of a cell."""
    if y.requires_grad and y.is_contiguous(memory_format=torch.channels_last):
        # The mean's gradient comes expanded, without a layout: several times as slow in what it passes through.
        y.register_hook(_channels_last)  # type: ignore[no-untyped-call]
    logits = head(y.mean(dim=(2, 3)))  # (n, classes)
    assert isinstance(logits, Tensor)
    return logits


def _channels_last(gradient: Tensor) -> Tensor:
    return gradient.contiguous(memory_format=torch.channels_last)
