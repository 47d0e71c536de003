"""Presets: TOML files in a package, each for one or more kinds of data.

``tasks`` lists the kinds. The table of that name, where there is one, is laid over the settings common to all.
"""

import tomllib
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

from vilfredo.errors import InputError, nearest

Merge = Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]


def preset_names(package: str) -> tuple[str, ...]:
    """Names of the presets in a package: its files."""
    files = resources.files(package).iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def preset_tasks(package: str, name: str) -> tuple[str, ...]:
    """Kinds of data that a preset is for.

    Raises
    ------
    InputError
        When there is none of that name.
    """
    return tuple(_known(package, name)["tasks"])


def read_preset(package: str, name: str, task: str, merge: Merge) -> dict[str, Any]:
    """Read a preset's settings for a kind of data; `merge` lays some over others.

    Raises
    ------
    InputError
        When there is none of that name, or it is not for that kind.
    """
    names = preset_names(package)
    tables = _known(package, name)
    tasks = tables.pop("tasks")
    if task not in tasks:
        fitting = [other for other in names if task in preset_tasks(package, other)]
        raise InputError(
            f"preset: '{name}' is for data of the kind {' or '.join(repr(one) for one in tasks)}, and these are of "
            f"the kind '{task}'. Choose {' or '.join(fitting)}."
        )
    overlays = {one: tables.pop(one, {}) for one in tasks}
    return merge(tables, overlays[task])


def _known(package: str, name: str) -> dict[str, Any]:
    names = preset_names(package)
    if name not in names:
        raise InputError(f"preset: '{name}' is unknown.{nearest(name, names)} Known: {', '.join(names)}.")
    return _read(package, name)


def _read(package: str, name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files(package) / f"{name}.toml").read_text(encoding="utf-8"))
