"""Multi-layer perceptrons (MLPNAS, section 5.1)."""

from dataclasses import dataclass
from typing import final

from torch import nn

from vilfredo.networks.counting import Counts
from vilfredo.networks.mlp import MlpNetwork, count_mlp
from vilfredo.networks.network import InputShape
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.mlp import parse_mlp
from vilfredo.spaces.mlp_space import MlpSpace
from vilfredo.spaces.space import Space


@final
@dataclass(frozen=True, slots=True)
class MlpNetworks:
    """Multi-layer perceptrons; see `Family`."""

    dropout_rate: float
    input_shape: InputShape
    classes: int

    def count(self, architecture: str) -> Counts:
        """Sum up the layers."""
        return count_mlp(parse_mlp(architecture), self.input_shape, self.classes)

    def build(self, architecture: str) -> nn.Module:
        """Make the network."""
        return MlpNetwork(parse_mlp(architecture), self.input_shape, self.classes, self.dropout_rate)


def family(space: Space, macro: MacroArchitecture | None, input_shape: InputShape, classes: int) -> MlpNetworks:
    """Make the family; see `find_family`."""
    assert isinstance(space, MlpSpace)
    return MlpNetworks(space.dropout_rate, input_shape, classes)
