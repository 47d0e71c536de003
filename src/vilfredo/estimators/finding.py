"""From samples to a model: a search, then model selection and the last training on all samples."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from vilfredo.bundle.model import Model
from vilfredo.deploy.deployment import deploy
from vilfredo.errors import VilfredoError
from vilfredo.estimators.guest import as_guest
from vilfredo.estimators.progress import Lines
from vilfredo.estimators.wishes import Wishes
from vilfredo.search.api import search
from vilfredo.search.settings import merged
from vilfredo.search.summary import front_of, status_of
from vilfredo.tasks.dataset import Dataset

Row = Mapping[str, Any]
"""A network of the front: ``id``, ``architecture``, and its objectives."""

_NOT_SHOWN = ("step", "origin", "weights")


@final
@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What became of the samples."""

    model: Model
    front: list[Row]
    """Of score and training time, the best score first."""
    run: Path | None
    """Where the search was kept, if it was."""


def find_model(dataset: Dataset, wishes: Wishes) -> Found:
    """Search, select, train.

    Raises
    ------
    InputError, RunError
        When samples, settings or folder cannot be used.
    VilfredoError
        When the budget was too short for any network.
    """
    with _folder(wishes) as folder, as_guest():
        lines = Lines(wishes.verbose)
        lines.tell(*dataset.notes)
        executor, workers = wishes.crew
        search(
            dataset,
            folder,
            preset=wishes.preset,
            settings=merged(*wishes.layers),
            seconds=wishes.search_seconds,
            workers=workers,
            executor=executor,
            observe=lines.of_search,
        )
        front = [_row(row) for row in front_of(folder)["front"]]
        if not front:
            raise VilfredoError(_nothing(folder, wishes))
        deployed = deploy(
            folder,
            preset=wishes.preset,
            settings=wishes.deploy_settings,
            constraints=wishes.constraints,
            seconds=wishes.deploy_seconds,
            workers=workers,
            executor=executor,
            formats=(),
            latency=False,
            dataset=dataset,
            observe=lines.of_deployment,
        )
    return Found(deployed.model, front, wishes.run)


@contextmanager
def _folder(wishes: Wishes) -> Iterator[Path]:
    """The folder of the run; one that nobody asked for is removed."""
    if wishes.run is not None:
        yield wishes.run
        return
    with tempfile.TemporaryDirectory(prefix="vilfredo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "run"


def _row(row: Mapping[str, Any]) -> Row:
    return {key: value for key, value in row.items() if key not in _NOT_SHOWN}


def _nothing(folder: Path, wishes: Wishes) -> str:
    """Say why no network was trained."""
    failures = status_of(folder)["failures"]
    if failures:
        return f"search: no network could be trained; the first: {failures[0]['reason'] or failures[0]['outcome']}."
    return (
        f"budget: not one network was trained in the {wishes.search_seconds:g} s for the search, half of the budget. "
        "Give more time, or settings with shorter trainings."
    )
