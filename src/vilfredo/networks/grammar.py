"""From an operator's name to its module: the folder `operators` is the registry."""

import re
from collections.abc import Iterable
from types import ModuleType

from torch import nn

from vilfredo.discovery import modules
from vilfredo.errors import InputError
from vilfredo.networks.shapes import OperandShape

LARGEST_SIZE = 999
"""Of a kernel or a dilation rate: beyond it only typing errors lie, and tensors that cannot be allocated."""

_SIZE = re.compile(r"[1-9][0-9]{0,2}")


def operator_modules() -> tuple[ModuleType, ...]:
    """All operator modules found, in alphabetical order of their files, then those of other packages."""
    return modules("vilfredo.networks.operators")


def build_operator(name: str, shape: OperandShape) -> nn.Module:
    """Build the operator called `name`.

    Raises
    ------
    InputError
        When no operator is called so.
    """
    module, match = _match(name)
    operator = module.build(match, shape)
    assert isinstance(operator, nn.Module)
    return operator


def check_operators(names: Iterable[str]) -> tuple[str, ...]:
    """Return `names` unchanged if all are operators.

    Raises
    ------
    InputError
        Naming the first that is not, with examples of those that are.
    """
    names = tuple(names)
    for name in names:
        _match(name)
    return names


def _match(name: str) -> tuple[ModuleType, re.Match[str]]:
    for module in operator_modules():
        match = module.PATTERN.fullmatch(name)
        if match:
            _check_sizes(name)
            return module, match
    examples = ", ".join(f"'{module.EXAMPLE}'" for module in operator_modules())
    raise InputError(
        f"operators: '{name}' is not an operator. Write e.g. {examples}; any kernel size will do, and a convolution "
        "may be dilated: '3x3:2dr conv'."
    )


def _check_sizes(name: str) -> None:
    # One spelling per size: "03x3 conv" would be another operator than "3x3 conv" in a search space.
    for size in re.findall(r"\d+", name):
        if not _SIZE.fullmatch(size):
            raise InputError(
                f"operators: '{name}' has the size {size[:20]}. "
                f"Expected kernel sizes and dilation rates of 1 … {LARGEST_SIZE}, without leading zeros."
            )
