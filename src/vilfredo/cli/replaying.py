"""What ``vilfredo search`` does where the data are a recorded landscape."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vilfredo.cli.output import stderr
from vilfredo.errors import InputError
from vilfredo.search.evaluation import Evaluator
from vilfredo.search.landscape import Landscape
from vilfredo.search.landscapes import find_landscape, is_landscape
from vilfredo.search.presets import preset
from vilfredo.search.recorded import RecordedRun
from vilfredo.search.replay import begin_replay, reopen_replay, replay_settings
from vilfredo.search.run_folder import check_free, is_run
from vilfredo.search.settings import SearchSettings, resolve

Layers = Sequence[Mapping[str, Any]]


def replays(data: str | None, folder: Path, resume: bool) -> bool:
    """Whether a landscape is asked for, or the run to go on with replays one."""
    if resume and is_run(folder):
        return is_landscape(RecordedRun.of(folder).source)
    return is_landscape(data)


def open_landscape(reading: Mapping[str, Any]) -> Landscape:
    """Read the landscape that stands where data are expected.

    Raises
    ------
    InputError
        When there is none, or it is to be read as only data can be.
    """
    for option, value in reading.items():
        if option != "source" and value not in (None, ()):
            raise InputError(f"{option}: landscapes are as they were recorded. Leave --{option} out.")
    return find_landscape(str(reading["source"]))


def settings_in(landscape: Landscape, preset_name: str | None, layers: Layers) -> SearchSettings:
    """Resolve settings as the command line gives them; see `replay_settings`."""
    return replay_settings(landscape, preset(preset_name or "quick", landscape.about.data.task), *layers)


def begin_in(folder: Path, reading: Mapping[str, Any], preset_name: str | None, layers: Layers) -> Evaluator:
    """Create the run folder of a search in a landscape; see `begin_replay`."""
    check_free(folder)
    landscape = open_landscape(reading)
    settings = settings_in(landscape, preset_name, layers)
    return begin_replay(folder, settings, landscape, ["vilfredo", *sys.argv[1:]])


def announce(folder: Path, evaluator: Evaluator) -> None:
    """Say what is to be replayed."""
    assert evaluator.landscape is not None
    about, settings = evaluator.landscape.about, evaluator.settings
    space = settings.space
    for line in (
        f"landscape {about.name}: {len(evaluator.landscape.cells()):,} cells, trained on {about.data.name} "
        f"({about.device.description})",
        "nothing is trained now, and a budget is one of recorded seconds",
        f"{settings.strategy.name}, {len(space.vocabulary)} operators, up to {space.largest} {space.unit}; "
        f"run folder {folder}",
    ):
        stderr.print(line, markup=False)


def reopen_in(folder: Path, reading: Mapping[str, Any], preset_name: str | None, layers: Layers) -> Evaluator:
    """Go on with a run; see `reopen_replay`."""
    landscape = open_landscape(reading) if reading["source"] is not None else None
    first = []
    if preset_name:
        first = [{"strategy": preset(preset_name, RecordedRun.of(folder).task)["strategy"]}]
    return reopen_replay(folder, lambda stored: resolve(stored, *first, *layers), landscape)
