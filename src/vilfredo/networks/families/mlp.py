"""Multi-layer perceptrons (MLPNAS, section 5.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, final

from torch import Tensor, nn

from vilfredo.errors import InputError
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
    """Multi-layer perceptrons, which have one exit; see `Family`."""

    dropout_rate: float
    input_shape: InputShape
    classes: int

    def count(self, architecture: str) -> Counts:
        """Sum up the layers."""
        return count_mlp(parse_mlp(architecture), self.input_shape, self.classes)

    def build(self, architecture: str) -> nn.Module:
        """Make the network."""
        return MlpNetwork(parse_mlp(architecture), self.input_shape, self.classes, self.dropout_rate)

    def with_secondary_exit(self) -> Self:
        """The same networks: they are too short for one."""
        return self

    def ending_at(self, architecture: str, exit_number: int) -> Self:
        """The same networks; see `Family.ending_at`."""
        return self

    def exit_weights(self, architecture: str, weights: Mapping[str, Tensor], exit_number: int) -> Mapping[str, Tensor]:
        """All weights; see `Family.exit_weights`."""
        return weights

    def to_dict(self) -> dict[str, Any]:
        """Return what `restore` reads."""
        return {
            "dropout_rate": self.dropout_rate,
            "input_shape": list(self.input_shape),
            "classes": self.classes,
        }


def family(space: Space, macro: MacroArchitecture | None, input_shape: InputShape, classes: int) -> MlpNetworks:
    """Make the family; see `find_family`."""
    assert isinstance(space, MlpSpace)
    return MlpNetworks(space.dropout_rate, input_shape, classes)


def restore(values: Mapping[str, Any], input_shape: InputShape, classes: int) -> MlpNetworks:
    """Make the family again; see `restore_family`."""
    rate = float(values["dropout_rate"])
    if not 0 <= rate < 1:
        raise InputError(f"networks: dropout_rate = {rate} is out of range. Expected 0 up to below 1.")
    return MlpNetworks(rate, input_shape, classes)
