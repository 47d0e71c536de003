"""Copies of one cell, stacked (POPNASv3, section 3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self, final

from torch import Tensor, nn

from vilfredo.errors import InputError
from vilfredo.networks.counting import Counts, count
from vilfredo.networks.exits import exit_cell, exit_weights
from vilfredo.networks.network import InputShape, build_network
from vilfredo.spaces.cells import parse_cell
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.space import Space


@final
@dataclass(frozen=True, slots=True)
class CellNetworks:
    """Networks of cells; see `Family`."""

    macro: MacroArchitecture
    input_shape: InputShape
    classes: int
    last: int | None = None
    """Index of the cell at which they end, where that is not the last of the macro-architecture."""
    secondary_exit: bool = False

    def count(self, architecture: str) -> Counts:
        """Sum up the parts of the network; the secondary exit doesn't count."""
        return count(parse_cell(architecture), self.macro, self.input_shape, self.classes, self.last)

    def build(self, architecture: str) -> nn.Module:
        """Make the network."""
        return build_network(
            parse_cell(architecture),
            self.macro,
            self.input_shape,
            self.classes,
            last=self.last,
            secondary_exit=self.secondary_exit,
        )

    def with_secondary_exit(self) -> Self:
        """Networks with a second exit at two thirds of the way."""
        return replace(self, secondary_exit=True)

    def ending_at(self, architecture: str, exit_number: int) -> Self:
        """Networks that end where one with a secondary exit answers; see `Family.ending_at`."""
        last = exit_cell(parse_cell(architecture), self.macro, exit_number)
        return replace(self, last=last, secondary_exit=False)

    def exit_weights(self, architecture: str, weights: Mapping[str, Tensor], exit_number: int) -> Mapping[str, Tensor]:
        """Choose the weights of the network that ends at an exit; see `Family.exit_weights`."""
        return exit_weights(weights, parse_cell(architecture), self.macro, exit_number)

    def to_dict(self) -> dict[str, Any]:
        """Return what `restore` reads."""
        shape = list(self.input_shape)
        return {"macro": self.macro.model_dump(), "input_shape": shape, "classes": self.classes, "last": self.last}


def family(space: Space, macro: MacroArchitecture | None, input_shape: InputShape, classes: int) -> CellNetworks:
    """Make the family; see `find_family`."""
    return CellNetworks(macro or MacroArchitecture(), input_shape, classes)


def restore(values: Mapping[str, Any], input_shape: InputShape, classes: int) -> CellNetworks:
    """Make the family again; see `restore_family`."""
    last = values["last"]
    macro = MacroArchitecture.read(values["macro"], where="macro")
    if last is not None and (type(last) is not int or not 0 <= last < macro.cells):
        raise InputError(f"networks: last = {last!r} is no cell of {macro.cells}. Expected 0 to {macro.cells - 1}.")
    return CellNetworks(macro, input_shape, classes, last)
