"""Flat cells in groups, concatenated (POPNAS v1, section 3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, final

from torch import Tensor, nn

from vilfredo.networks.counting import Counts
from vilfredo.networks.grammar import check_operators
from vilfredo.networks.network import InputShape
from vilfredo.networks.parallel import ParallelNetwork, count_parallel
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.parallel import Stack, parse_flat
from vilfredo.spaces.parallel_space import ParallelSpace
from vilfredo.spaces.space import Space


@final
@dataclass(frozen=True, slots=True)
class ParallelNetworks:
    """Networks of flat cells, which have one exit, as in the paper; see `Family`."""

    stack: Stack
    input_shape: InputShape
    classes: int

    def count(self, architecture: str) -> Counts:
        """Sum up the parts of the network."""
        return count_parallel(parse_flat(architecture), self.stack, self.input_shape, self.classes)

    def build(self, architecture: str) -> nn.Module:
        """Make the network."""
        return ParallelNetwork(parse_flat(architecture), self.stack, self.input_shape, self.classes)

    def with_secondary_exit(self) -> Self:
        """The same networks: the paper's have one exit."""
        return self

    def ending_at(self, architecture: str, exit_number: int) -> Self:
        """The same networks; see `Family.ending_at`."""
        return self

    def exit_weights(self, architecture: str, weights: Mapping[str, Tensor], exit_number: int) -> Mapping[str, Tensor]:
        """All weights; see `Family.exit_weights`."""
        return weights

    def to_dict(self) -> dict[str, Any]:
        """Return what `restore` reads."""
        shape = list(self.input_shape)
        return {"stack": self.stack.model_dump(), "input_shape": shape, "classes": self.classes}


def family(space: Space, macro: MacroArchitecture | None, input_shape: InputShape, classes: int) -> ParallelNetworks:
    """Make the family; see `find_family`.

    Raises
    ------
    InputError
        When an operator of the space is none on images.
    """
    assert isinstance(space, ParallelSpace)
    check_operators(space.operators, "image")
    return ParallelNetworks(space.stack, input_shape, classes)


def restore(values: Mapping[str, Any], input_shape: InputShape, classes: int) -> ParallelNetworks:
    """Make the family again; see `restore_family`."""
    return ParallelNetworks(Stack.read(values["stack"], where="stack"), input_shape, classes)
