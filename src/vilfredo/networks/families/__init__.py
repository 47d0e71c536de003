"""The families of networks, one module each: how the architectures of one kind of space become networks.

A module here is found by being here, and is called like the `kind` of the spaces that it builds from.
"""

from typing import Protocol, cast

from torch import nn

from vilfredo.discovery import modules
from vilfredo.errors import InputError
from vilfredo.networks.counting import Counts
from vilfredo.networks.network import InputShape
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.space import Space


class Family(Protocol):
    """Networks for one kind of input."""

    def count(self, architecture: str) -> Counts:
        """Size and cost of a network that need not be built.

        Raises
        ------
        InputError
            When the text is no architecture of this family, or the network is too large to be described.
        """

    def build(self, architecture: str) -> nn.Module:
        """Make a network that maps (n, channels, height, width) to logits (n, classes).

        Its weights come from torch's global generator.

        Raises
        ------
        InputError
            When the text is no architecture of this family.
        """


class _Module(Protocol):
    def family(
        self, space: Space, macro: MacroArchitecture | None, input_shape: InputShape, classes: int
    ) -> Family: ...


def find_family(space: Space, macro: MacroArchitecture | None, input_shape: InputShape, classes: int) -> Family:
    """Return the networks that the architectures of `space` stand for.

    Parameters
    ----------
    macro
        How cells are stacked; None where the space is not one of cells.
    input_shape
        Channels, height and width of what the networks read.

    Raises
    ------
    InputError
        When there are none for this kind of space.
    """
    found = {module.__name__.rpartition(".")[2]: cast(_Module, module) for module in modules(__name__)}
    if space.kind not in found:
        raise InputError(
            f"networks: nobody builds those of spaces of the kind '{space.kind}'. Known: {', '.join(found)}."
        )
    return found[space.kind].family(space, macro, input_shape, classes)
