"""Searching from Python, on data in memory or in files."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from vilfredo.search.events import Observe, ignore
from vilfredo.search.execution import crew
from vilfredo.search.landscape import Landscape
from vilfredo.search.loop import Ending
from vilfredo.search.presets import preset as read_preset
from vilfredo.search.replay import begin_replay, reopen_replay, replay_crew, replay_settings
from vilfredo.search.run_folder import is_run
from vilfredo.search.session import begin, conduct, reopen, settled
from vilfredo.search.settings import resolve
from vilfredo.tasks.dataset import Dataset
from vilfredo.training.loop import never


def search(
    dataset: Dataset | Landscape,
    run: str | Path,
    *,
    preset: str = "quick",
    settings: Mapping[str, Any] | None = None,
    seconds: float | None = None,
    workers: int | None = None,
    executor: str | None = None,
    observe: Observe = ignore,
    interrupted: Callable[[], bool] = never,
) -> Ending:
    """Search, or go on with the search that a run folder holds.

    What it finds is in the folder: `summary.front_of` reads it.

    Parameters
    ----------
    dataset
        From `open_dataset` or `dataset_from`, or a recorded landscape (`landscapes.find_landscape`), for which the
        preset gives the strategy only; to go on, the same as before.
    run
        The run folder.
    preset
        Settings to start from; see `presets`.
    settings
        Laid over the preset, as a settings file is: ``{"training": {"epochs": 5}}``. To go on, leave it as it was.
    seconds
        The budget; None: until the strategy is finished. In a landscape, recorded device-seconds.
    workers, executor
        How many candidates to train at a time, and by whom; by default as the command line.
    observe
        Told what happens; see `events`. What `trackers.tracking.track_search` yields hands it to experiment trackers.
    interrupted
        Asked often whether to stop.

    Returns
    -------
    Why it ended: ``finished``, ``budget`` or ``interrupted``.

    Raises
    ------
    InputError, RunError
        When settings, data or folder cannot be used.
    """
    folder = Path(run)
    command = ["vilfredo.search.api.search"]
    if isinstance(dataset, Landscape):
        layers = (read_preset(preset, dataset.about.data.task), settings or {})
        asked = replay_settings(dataset, *layers)
        chosen, count = replay_crew(executor, workers)
        if is_run(folder):
            evaluator = reopen_replay(folder, lambda stored: asked, dataset)
        else:
            evaluator = begin_replay(folder, asked, dataset, command)
    else:
        layers = (read_preset(preset, dataset.task), settings or {})
        asked = settled(resolve(*layers))
        chosen, count = crew(executor, workers, asked.training)
        if is_run(folder):
            asked, evaluator = reopen(folder, lambda stored: resolve(stored, *layers), None, dataset)
        else:
            evaluator = begin(folder, asked, dataset, dataset.reading, command, seconds, count)
    return conduct(
        folder,
        evaluator.settings,
        evaluator,
        seconds=seconds,
        observe=observe,
        interrupted=interrupted,
        executor=chosen,
        workers=count,
    )
