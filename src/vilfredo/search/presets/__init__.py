"""The presets: the TOML files in this folder."""

import tomllib
from importlib import resources
from typing import Any

from vilfredo.errors import InputError, nearest


def preset_names() -> tuple[str, ...]:
    """Names of the presets: the files in this folder."""
    files = resources.files(__package__).iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def preset(name: str) -> dict[str, Any]:
    """Read a preset.

    Raises
    ------
    InputError
        When there is none of that name.
    """
    if name not in preset_names():
        known = ", ".join(preset_names())
        raise InputError(f"preset: '{name}' is unknown.{nearest(name, preset_names())} Known: {known}.")
    return tomllib.loads((resources.files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))
