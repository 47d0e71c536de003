"""Searching a recorded landscape: which settings agree with it, and what stands in for the data."""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from vilfredo import __version__
from vilfredo.errors import InputError, RunError
from vilfredo.search.evaluation import Evaluator
from vilfredo.search.executors.recorded import Recorded
from vilfredo.search.landscape import Landscape
from vilfredo.search.landscapes import find_landscape
from vilfredo.search.recorded import RecordedRun
from vilfredo.search.run_folder import check_free, check_unlocked, create_run, differences
from vilfredo.search.settings import SearchSettings, resolve
from vilfredo.tasks.preprocessing import Standardization
from vilfredo.training.data import TrainingData

_FIXED = ("network", "training")
"""Tables of the settings that a recording has settled."""


def replay_settings(landscape: Landscape, preset: Mapping[str, Any], *layers: Mapping[str, Any]) -> SearchSettings:
    """Settings of a search in a landscape: its own space, network and training, the preset's strategy, and `layers`.

    Raises
    ------
    InputError
        When they are wrong or not those of the recording, or the space has cells that the landscape lacks.
    """
    about = landscape.about
    own: dict[str, Any] = {
        "space": {"kind": landscape.space.kind, **landscape.space.model_dump(mode="json")},
        "network": about.network.model_dump(mode="json"),
        "training": about.training.model_dump(mode="json", exclude_none=True),
        "save_weights": False,
    }
    settings = resolve({"strategy": preset["strategy"], **own}, *layers)
    check_replayable(landscape, settings)
    return settings


def check_replayable(landscape: Landscape, settings: SearchSettings) -> None:
    """Refuse settings that the landscape says nothing of.

    Raises
    ------
    InputError
        Naming each difference, or how many cells of the space are lacking.
    """
    name, about = landscape.about.name, landscape.about
    recorded = {"network": about.network.model_dump(mode="json"), "training": about.training.model_dump(mode="json")}
    asked = settings.model_dump(mode="json")
    changes = differences(
        {**recorded, "time_source": "measured"}, {key: asked[key] for key in (*_FIXED, "time_source")}
    )
    if changes:
        lines = "".join(f"\n  {line}" for line in changes)
        raise InputError(f"landscape: '{name}' was recorded with other settings; leave these as they are:{lines}")
    missing = landscape.missing(settings.space)
    if missing is None:
        raise InputError(f"landscape: the space asked for goes beyond what '{name}' holds. {landscape.whole()}")
    if missing:
        raise InputError(f"landscape: '{name}' lacks {missing:,} cells of the space asked for. {landscape.whole()}")


def replay_evaluator(landscape: Landscape, settings: SearchSettings) -> Evaluator:
    """Make what executors start from: it knows the shape of the samples, but has none."""
    data = landscape.about.data
    x, y = torch.empty(0, *data.sample_shape), torch.empty(0, dtype=torch.int64)  # (0, c, h, w), (0,)
    channels = data.sample_shape[0]
    plain = Standardization((0.0,) * channels, (1.0,) * channels, 1.0)
    return Evaluator(settings, TrainingData(x, y, x, y, data.classes), None, plain, None, landscape=landscape)


def replay_crew(executor: str | None, workers: int | None) -> tuple[str, int]:
    """Decide on an executor and a number of workers; see `execution.crew`.

    Raises
    ------
    InputError
        When others are asked for than there are.
    """
    if executor not in (None, Recorded.name):
        raise InputError(
            f"executor: '{executor}' trains, and a landscape has no data to train on. Leave --executor out, "
            "or give the data themselves."
        )
    if workers not in (None, 1):
        raise InputError(
            f"workers: landscapes are replayed by one, got {workers}: recorded seconds are those of one candidate "
            "after the other. Leave --workers out."
        )
    return Recorded.name, 1


def begin_replay(folder: Path, settings: SearchSettings, landscape: Landscape, command: Sequence[str]) -> Evaluator:
    """Create the run folder of a search in a landscape; see `session.begin`.

    Raises
    ------
    InputError, RunError
        When settings or folder cannot be used.
    """
    check_free(folder)
    check_replayable(landscape, settings)
    about = landscape.about
    data = about.data
    description = {
        "vilfredo": __version__,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": list(command),
        "data": {
            "reading": {},
            "source": landscape.source,
            "task": data.task,
            "name": about.name,
            "fingerprint": landscape.checksum,
            "input_shape": list(data.sample_shape),
            "labels": [str(number) for number in range(data.classes)],
            "training_samples": data.training_samples,
            "validation_samples": data.validation_samples,
            "test_samples": 0,
            "notes": [f"a replay of the recorded landscape '{about.name}': nothing is trained"],
        },
        "environment": {
            "python": sys.version.split()[0],
            "device": about.device.name,
            "device_kind": about.device.kind,
        },
        "settings": settings.to_table(),
        "planned": {},
    }
    create_run(folder, description)
    return replay_evaluator(landscape, settings)


def reopen_replay(
    folder: Path, resolved: Callable[[Mapping[str, Any]], SearchSettings], landscape: Landscape | None = None
) -> Evaluator:
    """Prepare to go on with a search in a landscape; see `session.reopen`.

    Parameters
    ----------
    resolved
        Gives the settings that are asked for now, from those of the run.
    landscape
        Where it is at hand already; else that of the run is read again.

    Raises
    ------
    RunError
        When settings or landscape differ from the run's.
    """
    recorded = RecordedRun.of(folder)
    check_unlocked(folder)
    if landscape is None:
        landscape = find_landscape(recorded.source)
    changes = differences(recorded.settings.to_table(), resolved(recorded.settings.to_table()).to_table())
    if landscape.checksum != recorded.fingerprint:
        changes.append(f"data: '{recorded.source}' → '{landscape.source}' (other contents)")
    if changes:
        lines = "".join(f"\n  {line}" for line in changes)
        raise RunError(f"run: '{folder}' was started otherwise; start a new run, or resume without the changes:{lines}")
    return replay_evaluator(landscape, recorded.planned)
