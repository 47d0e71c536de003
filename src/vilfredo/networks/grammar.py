"""From an operator's name to its module: the folder `operators` is the registry."""

import importlib
import pkgutil
import re
from collections.abc import Iterable
from functools import cache
from types import ModuleType

from torch import nn

from vilfredo.errors import InputError
from vilfredo.networks import operators as folder
from vilfredo.networks.shapes import OperandShape

_ZERO = re.compile(r"(?<!\d)0+(?!\d)")


@cache
def operator_modules() -> tuple[ModuleType, ...]:
    """All operator modules found, in alphabetical order of their files."""
    names = sorted(module.name for module in pkgutil.iter_modules(folder.__path__))
    return tuple(importlib.import_module(f"{folder.__name__}.{name}") for name in names)


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
        if match and _ZERO.search(name):
            raise InputError(f"operators: '{name}' has a size of zero. Kernel sizes and dilation rates start at 1.")
        if match:
            return module, match
    examples = ", ".join(f"'{module.EXAMPLE}'" for module in operator_modules())
    raise InputError(f"operators: '{name}' is not an operator. Write e.g. {examples}; any kernel size will do.")
