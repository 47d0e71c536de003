"""The presets of deployments: the TOML files in this folder; see `preset_files`."""

from collections.abc import Mapping
from typing import Any

from vilfredo.search import preset_files


def preset_names() -> tuple[str, ...]:
    """Names of the presets."""
    return preset_files.preset_names(__name__)


def preset(name: str, task: str) -> dict[str, Any]:
    """Read a preset's settings for a kind of data.

    Raises
    ------
    InputError
        When there is none of that name, or it is not for that kind.
    """
    return preset_files.read_preset(__name__, name, task, merged)


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Lay settings over others, table by table."""
    tables = dict(below)
    for key, value in above.items():
        under = tables.get(key)
        both = isinstance(value, Mapping) and isinstance(under, Mapping)
        tables[key] = merged(under, value) if both and isinstance(under, Mapping) else value
    return tables
