"""The presets: the TOML files in this folder, each for one or more kinds of data.

``tasks`` lists the kinds. The table of that name, where there is one, is laid over the settings common to all.
"""

import tomllib
from importlib import resources
from typing import Any

from vilfredo.errors import InputError, nearest
from vilfredo.search.settings import merged


def preset_names() -> tuple[str, ...]:
    """Names of the presets: the files in this folder."""
    files = resources.files(__package__).iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def preset_tasks(name: str) -> tuple[str, ...]:
    """Kinds of data that a preset is for."""
    return tuple(_read(name)["tasks"])


def preset(name: str, task: str = "image") -> dict[str, Any]:
    """Read a preset's settings for a kind of data.

    Raises
    ------
    InputError
        When there is none of that name, or it is not for that kind.
    """
    if name not in preset_names():
        known = ", ".join(preset_names())
        raise InputError(f"preset: '{name}' is unknown.{nearest(name, preset_names())} Known: {known}.")
    tables = _read(name)
    tasks = tables.pop("tasks")
    if task not in tasks:
        fitting = [other for other in preset_names() if task in _read(other)["tasks"]]
        raise InputError(
            f"preset: '{name}' is for data of the kind {' or '.join(repr(one) for one in tasks)}, and these are of "
            f"the kind '{task}'. Choose {' or '.join(fitting)}."
        )
    overlays = {one: tables.pop(one, {}) for one in tasks}
    return merged(tables, overlays[task])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))
