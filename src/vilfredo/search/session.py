"""Starting a run, going on with one, and what must agree for that."""

import contextlib
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from vilfredo import __version__
from vilfredo.errors import RunError
from vilfredo.search.adaptation import adapt, changed
from vilfredo.search.cores import available_cores
from vilfredo.search.evaluation import Evaluator, make_evaluator
from vilfredo.search.events import Observe, ignore
from vilfredo.search.execution import find_executor
from vilfredo.search.loop import Ending, Search
from vilfredo.search.planning import affordable_epochs, try_precisions
from vilfredo.search.recorded import READING, RecordedRun
from vilfredo.search.run_folder import (
    WEIGHTS,
    check_free,
    check_unlocked,
    create_run,
    differences,
    writing,
)
from vilfredo.search.settings import SearchSettings
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.memory import IN_MEMORY
from vilfredo.tasks.open import open_dataset
from vilfredo.training.device import fingerprint, resolve_device
from vilfredo.training.precision import PrecisionTrial

_PACKAGES = ("torch", "numpy", "catboost", "scikit-learn")


def settled(settings: SearchSettings) -> SearchSettings:
    """Replace the device ``auto`` by what it is here, to be recorded.

    Raises
    ------
    InputError
        When the device asked for is not there.
    """
    found = {"device": resolve_device(settings.training.device).type}
    return settings.model_copy(update={"training": settings.training.model_copy(update=found)})


def begin(
    folder: Path,
    settings: SearchSettings,
    dataset: Dataset,
    reading: Mapping[str, Any],
    command: Sequence[str],
    seconds: float | None = None,
    workers: int = 1,
) -> Evaluator:
    """Create the run folder, once everything has been checked that can be.

    The evaluator's settings are those that the search goes by: adapted to the data (see `adapt`), and with `fit_budget`
    to the budget too, which may allow fewer epochs than asked for. The run remembers both.

    Parameters
    ----------
    reading
        Arguments of `open_dataset` that read the data again: ``source``, ``resize``, ``samples``, …
    command
        The command line, for people.
    seconds
        The budget, if there is one.
    workers
        How many candidates will be trained at a time.

    Raises
    ------
    InputError, RunError
        When the data, the device or the folder cannot be used; nothing is left behind then.
    """
    check_free(folder)
    adaptation = adapt(settings, dataset)
    evaluator = make_evaluator(changed(settings, adaptation.changes), dataset)
    planned: dict[str, Any] = {}
    found: dict[str, Any] = {}
    if settings.training.precision == "auto":
        # Derived times promise the same search every time, which a choice by measuring could not.
        measured = settings.time_source == "measured"
        trial = try_precisions(evaluator.settings, evaluator.data) if measured else PrecisionTrial("float32", None)
        planned["precision"] = trial.precision
        found = {} if trial.speedup is None else {"bfloat16_speedup": trial.speedup}
        evaluator = replace(evaluator, settings=changed(evaluator.settings, {"training": planned}))
    # A plan depends on how fast the machine is just now, which exactly repeatable searches must not.
    if seconds is not None and settings.fit_budget and settings.time_source == "measured":
        planned["epochs"] = affordable_epochs(evaluator.settings, evaluator.data, seconds, workers)
    description = _describe(settings, dataset, reading, command, evaluator)
    description["data"]["notes"] += adaptation.notes
    description["environment"] |= found
    plan = {name: dict(table) for name, table in adaptation.changes.items()}
    if planned:
        plan["training"] = {**plan.get("training", {}), **planned}
    create_run(folder, description | {"planned": plan})
    return replace(evaluator, settings=changed(settings, plan))


def reopen(
    folder: Path,
    resolve: Callable[[Mapping[str, Any]], SearchSettings],
    reading: Mapping[str, Any] | None,
    dataset: Dataset | None = None,
) -> tuple[SearchSettings, Evaluator]:
    """Prepare to go on with a run: read its settings and its data again and see that nothing has changed.

    Parameters
    ----------
    resolve
        Gives the settings that are asked for now, from those of the run.
    reading
        Where the data are now and how to read them; what is None or not there is as it was.
    dataset
        The data themselves, where they don't come from a file.

    Raises
    ------
    RunError
        When settings, data or device differ from the run's, each difference on a line.
    """
    recorded = RecordedRun.of(folder)
    check_unlocked(folder)
    again = {"source": recorded.source, **recorded.reading}
    again |= {key: value for key, value in (reading or {}).items() if value is not None}
    if dataset is None:
        dataset = recorded.open_data() if again["source"] == IN_MEMORY else open_dataset(**again)
    asked = settled(resolve(recorded.settings.to_table()))
    changes = differences(recorded.settings.to_table(), asked.to_table())
    # The kind of the data may be said or be understood.
    before, now = (
        {key: value for key, value in one.items() if key not in ("source", "task")} for one in (recorded.reading, again)
    )
    changes += differences(before, now)
    changes += differences({"task": recorded.task}, {"task": dataset.task})
    if dataset.fingerprint != recorded.fingerprint:
        changes.append(f"data: '{recorded.source}' → '{dataset.source}' (other contents)")
    device = fingerprint(resolve_device(asked.training.device), asked.training.threads)
    if recorded.settings.time_source == "measured" and device.name != recorded.device:
        changes.append(f"device: {recorded.device!r} → {device.name!r} (times don't compare)")
    if changes:
        lines = "".join(f"\n  {line}" for line in changes)
        raise RunError(f"run: '{folder}' was started otherwise; start a new run, or resume without the changes:{lines}")
    return recorded.planned, make_evaluator(recorded.planned, dataset)


def conduct(
    folder: Path,
    settings: SearchSettings,
    evaluator: Evaluator,
    *,
    seconds: float | None,
    observe: Observe = ignore,
    interrupted: Callable[[], bool],
    executor: str = "local",
    workers: int = 1,
) -> Ending:
    """Search in a run folder until finished, out of time (`seconds`) or interrupted.

    Parameters
    ----------
    executor, workers
        Name of the executor, and how many candidates it is to measure at a time; see `execution`.

    Raises
    ------
    RunError
        When another search holds the run, or the disk is full.
    """
    with writing(folder) as store:
        # One reference for all sessions, so that the drift of a later one shows.
        calibration = store.meta().get("calibration", evaluator.calibration)
        store.set_meta(calibration=calibration, workers=workers)
        evaluator = replace(evaluator, calibration=calibration)
        with find_executor(executor).start(evaluator, workers) as running:
            if running.replays:
                store.hurry()  # most of a replay's time would go into waiting for the disk
            deadline = None if seconds is None else running.now() + seconds
            watch = (observe, interrupted, deadline, running.now)
            return Search(settings, store, folder / WEIGHTS, running.measure, workers, *watch).run()


def _describe(
    settings: SearchSettings, dataset: Dataset, reading: Mapping[str, Any], command: Sequence[str], evaluator: Evaluator
) -> dict[str, Any]:
    """Contents of ``run.toml``."""
    device = fingerprint(evaluator.data.device, settings.training.threads)
    packages = {}
    for name in _PACKAGES:
        with contextlib.suppress(Exception):
            packages[name] = version(name)
    data = {
        "reading": {key: value for key, value in reading.items() if key in READING and value not in (None, ())},
        "source": dataset.source,
        "task": dataset.task,
        "name": dataset.name,
        "fingerprint": dataset.fingerprint,
        "input_shape": list(dataset.input_shape),
        "labels": list(dataset.labels),
        "training_samples": len(evaluator.data.y_train),
        "validation_samples": len(evaluator.data.y_val),
        "test_samples": len(dataset.y_test),
        "notes": list(dataset.notes),
        "preprocessing": evaluator.preprocessing.to_dict(),
    }
    return {
        "vilfredo": __version__,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": list(command),
        "data": data,
        "environment": {
            "python": sys.version.split()[0],
            "platform": platform.platform(),
            "device": device.name,
            "device_kind": device.kind,
            "cores": available_cores(),
            **packages,
        },
        "settings": settings.to_table(),
    }
