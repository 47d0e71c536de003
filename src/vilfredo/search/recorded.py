"""What the ``run.toml`` of a run records: its settings, what was planned, and how to read its data again."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from vilfredo.errors import InputError, RunError
from vilfredo.search.adaptation import changed
from vilfredo.search.landscapes import is_landscape
from vilfredo.search.run_folder import read_description
from vilfredo.search.settings import SearchSettings
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.memory import IN_MEMORY
from vilfredo.tasks.open import open_dataset

READING = ("resize", "samples", "task", "target", "ignore", "categorical")
"""Arguments of `open_dataset` that a run records, apart from the source."""


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A run as it was begun."""

    settings: SearchSettings
    """As asked for."""
    planned: SearchSettings
    """As adapted to data and budget: what the search goes by."""
    source: str
    reading: Mapping[str, Any]
    """Arguments of `open_dataset`, those that were given."""
    task: str
    fingerprint: str
    """Of the data."""
    device: str

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Read the description of a run.

        Raises
        ------
        RunError
            When the folder is no run, or its description is damaged.
        """
        description = read_description(folder)
        try:
            settings, data = SearchSettings.read(description["settings"]), description["data"]
            return cls(
                settings,
                changed(settings, _plan(description)),
                data["source"],
                arguments({key: value for key, value in _reading(data).items() if key in READING}),
                data.get("task", "image"),
                data["fingerprint"],
                description["environment"]["device"],
            )
        except KeyError as error:
            raise RunError(f"run: '{folder}/run.toml' is damaged or was edited: {error} is missing.") from None
        except (InputError, TypeError, AttributeError) as error:
            raise RunError(
                f"run: '{folder}/run.toml' is damaged, was edited, or is of another version: {error}"
            ) from None

    def open_data(self) -> Dataset:
        """Read the data again.

        Raises
        ------
        InputError
            When they cannot be read any more.
        RunError
            When they are others than those of the run.
        """
        if is_landscape(self.source):
            raise RunError(
                f"data: this run replays the recorded {self.source}, which has measurements but no samples. "
                "Search the data themselves for networks to use."
            )
        if self.source == IN_MEMORY:
            raise RunError("data: those of this run were in memory. Go on with it from Python, as it was begun.")
        try:
            dataset = open_dataset(self.source, **self.reading)
        except InputError as error:
            raise InputError(
                f"data: those of the run, '{self.source}', cannot be read. Bring them back. ({error})"
            ) from None
        if dataset.fingerprint != self.fingerprint:
            raise RunError(f"data: '{self.source}' has changed since the run was begun. Bring the old data back.")
        return dataset


def arguments(reading: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of `open_dataset`, from what TOML makes of them."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in reading.items()}


def _reading(data: Mapping[str, Any]) -> Mapping[str, Any]:
    if "reading" in data:
        reading: Mapping[str, Any] = data["reading"]
        return reading
    # As earlier versions had it, which knew images only: some of their arrays would be taken for series today.
    return {"task": "image", **{key: data[key] for key in ("resize", "samples") if key in data}}


def _plan(description: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was changed in the settings before the search began, by table."""
    tables: Mapping[str, Any] = description.get("planned", {})
    if any(not isinstance(table, Mapping) for table in tables.values()):  # as earlier versions had it
        return {"training": tables}
    return tables
