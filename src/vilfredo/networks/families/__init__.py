"""The families of networks, one module each: how the architectures of one kind of space become networks.

A module here is found by being here, and is called like the `kind` of the spaces that it builds from.
"""

from collections.abc import Mapping
from typing import Any, Protocol, Self, cast

from torch import Tensor, nn

from vilfredo.discovery import modules
from vilfredo.errors import InputError
from vilfredo.networks.counting import Counts
from vilfredo.networks.network import InputShape
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.space import Space

_LARGEST = 2**31


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

    def with_secondary_exit(self) -> Self:
        """Networks that answer from a second exit too where they are long enough; see `exits`."""

    def ending_at(self, architecture: str, exit_number: int) -> Self:
        """Networks that end where, with a secondary exit, exit `exit_number` would answer (0: the main one)."""

    def exit_weights(self, architecture: str, weights: Mapping[str, Tensor], exit_number: int) -> Mapping[str, Tensor]:
        """Choose, of the weights of a network with a secondary exit, those of the one that ends at an exit."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, from which `restore_family` makes the family again."""


class _Module(Protocol):
    def family(
        self, space: Space, macro: MacroArchitecture | None, input_shape: InputShape, classes: int
    ) -> Family: ...

    def restore(self, values: Mapping[str, Any], input_shape: InputShape, classes: int) -> Family: ...


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
    return _find(space.kind).family(space, macro, input_shape, classes)


def restore_family(kind: str, values: Mapping[str, Any]) -> Family:
    """Make a family from the kind of its spaces and what its `to_dict` gave.

    Raises
    ------
    InputError
        When something is missing or out of range.
    """
    module = _find(kind)
    try:
        channels, height, width = (_size(value) for value in values["input_shape"])
        return module.restore(values, (channels, height, width), _size(values["classes"]))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"networks: the description of a network is damaged ({error!r}).") from None


def _find(kind: str) -> _Module:
    found = {module.__name__.rpartition(".")[2]: cast(_Module, module) for module in modules(__name__)}
    if kind not in found:
        raise InputError(f"networks: nobody builds those of spaces of the kind '{kind}'. Known: {', '.join(found)}.")
    return found[kind]


def _size(value: object) -> int:
    if type(value) is not int or not 1 <= value < _LARGEST:
        raise ValueError(f"{value!r} is no size")
    return value
