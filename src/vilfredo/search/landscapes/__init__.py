"""The landscapes that come with Vilfredo: the ``.npz`` files in this folder, by name; see docs/landscapes.md."""

from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path

from vilfredo.errors import InputError, nearest
from vilfredo.search.landscape import SCHEME, Landscape
from vilfredo.search.landscape_file import read_landscape

_SUFFIX = ".npz"


def landscape_names() -> tuple[str, ...]:
    """Names of the landscapes."""
    files = resources.files(__name__).iterdir()
    return tuple(sorted(file.name.removesuffix(_SUFFIX) for file in files if file.name.endswith(_SUFFIX)))


def is_landscape(source: str | None) -> bool:
    """Whether what was given as data names a landscape: ``landscape:digits``, ``landscape:my/own.npz``."""
    return source is not None and source.startswith(SCHEME)


def find_landscape(source: str) -> Landscape:
    """Read a landscape by its name or path, with or without ``landscape:`` before it.

    Raises
    ------
    InputError
        When there is none of that name, or it cannot be read.
    """
    name = source.removeprefix(SCHEME)
    if name.endswith(_SUFFIX):
        return read_landscape(Path(name).expanduser())
    return _bundled(name)


@cache
def _bundled(name: str) -> Landscape:
    names = landscape_names()
    if name not in names:
        raise InputError(
            f"landscape: '{name}' is unknown.{nearest(name, names)} Known: {', '.join(names)}; "
            "or the path of a file that ends in .npz."
        )
    with resources.as_file(resources.files(__name__) / f"{name}{_SUFFIX}") as path:
        return replace(read_landscape(path), source=f"{SCHEME}{name}")
