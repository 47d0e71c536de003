"""Copies of one cell, stacked (POPNASv3, section 3.1)."""

from dataclasses import dataclass
from typing import final

from torch import nn

from vilfredo.networks.counting import Counts, count
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

    def count(self, architecture: str) -> Counts:
        """Sum up the parts of the network."""
        return count(parse_cell(architecture), self.macro, self.input_shape, self.classes)

    def build(self, architecture: str) -> nn.Module:
        """Make the network."""
        return build_network(parse_cell(architecture), self.macro, self.input_shape, self.classes)


def family(space: Space, macro: MacroArchitecture | None, input_shape: InputShape, classes: int) -> CellNetworks:
    """Make the family; see `find_family`."""
    return CellNetworks(macro or MacroArchitecture(), input_shape, classes)
