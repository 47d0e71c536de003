"""What strategies are compared on: data to train on, or a recorded landscape."""

from collections.abc import Mapping, Sequence
from typing import Any

from vilfredo.comparison.plan import layers_of
from vilfredo.search.execution import crew
from vilfredo.search.landscape import Landscape
from vilfredo.search.landscapes import find_landscape, is_landscape
from vilfredo.search.presets import preset
from vilfredo.search.replay import replay_crew, replay_settings
from vilfredo.search.session import settled
from vilfredo.search.settings import SearchSettings, resolve
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.open import open_dataset
from vilfredo.training.device import fingerprint, resolve_device

Material = Dataset | Landscape


def open_material(source: str, reading: Mapping[str, Any]) -> Material:
    """Read what was given as data.

    Raises
    ------
    InputError
        When it cannot be read.
    """
    return find_landscape(source) if is_landscape(source) else open_dataset(source, **reading)


def name_of(material: Material) -> str:
    """What it is called."""
    return material.about.name if isinstance(material, Landscape) else material.name


def task_of(material: Material) -> str:
    """Kind of the data."""
    return material.about.data.task if isinstance(material, Landscape) else material.task


def fingerprint_of(material: Material) -> str:
    """What changes when the contents do."""
    return material.checksum if isinstance(material, Landscape) else material.fingerprint


def settings_for(
    material: Material, strategy: str, preset_name: str, layers: Sequence[Mapping[str, Any]]
) -> SearchSettings:
    """Settings of one strategy.

    Raises
    ------
    InputError
        When they are wrong, or a landscape lacks some of the cells.
    """
    base = preset(preset_name, task_of(material))
    if isinstance(material, Landscape):
        return replay_settings(material, base, *layers_of(strategy, layers))
    return settled(resolve(*layers_of(strategy, [base, *layers])))


def crew_for(
    material: Material, settings: SearchSettings, executor: str | None, workers: int | None
) -> tuple[str, int, str]:
    """Decide who measures: an executor, how many workers, and on which device.

    Raises
    ------
    InputError
        When others are asked for than there can be.
    """
    if isinstance(material, Landscape):
        return *replay_crew(executor, workers), material.about.device.name
    training = settings.training
    device = fingerprint(resolve_device(training.device), training.threads)
    return *crew(executor, workers, training), device.name
