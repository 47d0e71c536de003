"""The presets of searches: the TOML files in this folder; see `preset_files`."""

from typing import Any

from vilfredo.search import preset_files
from vilfredo.search.settings import merged


def preset_names() -> tuple[str, ...]:
    """Names of the presets."""
    return preset_files.preset_names(__name__)


def preset_tasks(name: str) -> tuple[str, ...]:
    """Kinds of data that a preset is for."""
    return preset_files.preset_tasks(__name__, name)


def preset(name: str, task: str = "image") -> dict[str, Any]:
    """Read a preset's settings for a kind of data.

    Raises
    ------
    InputError
        When there is none of that name, or it is not for that kind.
    """
    return preset_files.read_preset(__name__, name, task, merged)
