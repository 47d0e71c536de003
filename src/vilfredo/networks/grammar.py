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


def check_operators(names: Iterable[str], kind: str | None = None) -> tuple[str, ...]:
    """Return `names` unchanged if all are operators on one kind of data.

    Parameters
    ----------
    kind
        Kind of the data, e.g. ``series``; None for any, but the same for all.

    Raises
    ------
    InputError
        Naming the first that is not, with examples of those that are.
    """
    names = tuple(names)
    for name in names:
        kinds = kinds_of(name)
        if kind is not None and kind not in kinds:
            raise InputError(
                f"operators: '{name}' is for {_listed(kinds)}, and these data are of the kind '{kind}'. "
                + (f"Write e.g. {_examples(kind)}." if _examples(kind) else "Such data have no operators.")
            )
    if kind is None:
        kind_of(names)
    return names


def kind_of(names: Iterable[str]) -> str | None:
    """The one kind of data that all operators of these names are for; None where they are for several.

    Raises
    ------
    InputError
        When a name is no operator, or they are for no kind in common.
    """
    common: frozenset[str] | None = None
    former = ""
    for name in names:
        kinds = kinds_of(name)
        if common is not None and not common & kinds:
            raise InputError(
                f"operators: '{name}' is for {_listed(kinds)}, but others ({former}) are for {_listed(common)}. "
                "Expected operators on one kind of data."
            )
        if common is None or common & kinds != common:
            former = f"'{name}'"
        common = kinds if common is None else common & kinds
    return next(iter(common)) if common is not None and len(common) == 1 else None


def kinds_of(name: str) -> frozenset[str]:
    """Kinds of data that the operator called `name` is for.

    Raises
    ------
    InputError
        When no operator is called so.
    """
    found = frozenset(
        kind for module in operator_modules() for kind, pattern in module.PATTERNS.items() if pattern.fullmatch(name)
    )
    if not found:
        _match(name)
    _check_sizes(name)
    return found


def _match(name: str) -> tuple[ModuleType, re.Match[str]]:
    for module in operator_modules():
        for pattern in module.PATTERNS.values():
            match = pattern.fullmatch(name)
            if match:
                _check_sizes(name)
                return module, match
    raise InputError(
        f"operators: '{name}' is not an operator. Write e.g. {_examples('image')} for images, {_examples('series')} "
        "for series; any kernel size will do, and a convolution may be dilated: '3x3:2dr conv', '7:4dr conv'."
    )


def _examples(kind: str) -> str:
    return ", ".join(f"'{module.EXAMPLES[kind]}'" for module in operator_modules() if kind in module.EXAMPLES)


_PLURALS = {"image": "images"}


def _listed(kinds: Iterable[str]) -> str:
    return " and ".join(_PLURALS.get(kind, kind) for kind in sorted(kinds))


def _check_sizes(name: str) -> None:
    # One spelling per size: "03x3 conv" would be another operator than "3x3 conv" in a search space.
    for size in re.findall(r"\d+", name):
        if not _SIZE.fullmatch(size):
            raise InputError(
                f"operators: '{name}' has the size {size[:20]}. "
                f"Expected kernel sizes and dilation rates of 1 … {LARGEST_SIZE}, without leading zeros."
            )
