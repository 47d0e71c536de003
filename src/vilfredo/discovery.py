"""A folder is its own registry: what a package contains is found by looking, and others may add theirs."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import TypeVar

from vilfredo.errors import InputError, nearest

Kind = TypeVar("Kind")


@cache
def modules(package: str) -> tuple[ModuleType, ...]:
    """All modules of a package, imported, in alphabetical order; then those that other packages add.

    They add theirs through entry points: the group is the dotted name of `package`, the value a module.
    """
    folder = importlib.import_module(package)
    names = sorted(module.name for module in pkgutil.iter_modules(folder.__path__))
    own = [importlib.import_module(f"{package}.{name}") for name in names]
    return (*own, *(_load(entry) for entry in entry_points(group=package)))


def named_classes(package: str, base: type[Kind]) -> dict[str, type[Kind]]:
    """The subclasses of `base` with a ``name`` that the `modules` of `package` define, by that name."""
    return {str(vars(found)["name"]): found for found in _candidates(package, base)}


def find(known: Mapping[str, Kind], name: str, noun: str) -> Kind:
    """Return what is called `name` among the `known`.

    Parameters
    ----------
    noun
        What such a thing is called, in the message.

    Raises
    ------
    InputError
        Naming the nearest and all known names.
    """
    if name not in known:
        raise InputError(f"{noun}: '{name}' is unknown.{nearest(name, known)} Known: {', '.join(known)}.")
    return known[name]


def find_class(package: str, base: type[Kind], name: str) -> type[Kind]:
    """Return the class called `name`.

    Raises
    ------
    InputError
        Naming the nearest and all known names.
    """
    known = dict(sorted(named_classes(package, base).items()))
    return find(known, name, package.rpartition(".")[2])


def _candidates(package: str, base: type[Kind]) -> Iterator[type[Kind]]:
    for module in modules(package):
        for found in vars(module).values():
            own = isinstance(found, type) and found.__module__ == module.__name__
            if own and issubclass(found, base) and "name" in vars(found):
                yield found


def _load(entry: EntryPoint) -> ModuleType:
    """Import what another package adds.

    Raises
    ------
    InputError
        When it cannot be imported or is not a module.
    """
    try:
        module = entry.load()
    except Exception as error:
        raise InputError(
            f"plug-in: '{entry.name}' ({entry.value}) cannot be imported: {error}. Uninstall it?"
        ) from None
    if not isinstance(module, ModuleType):
        raise InputError(f"plug-in: '{entry.name}' ({entry.value}) is not a module. Its entry point must name one.")
    return module
