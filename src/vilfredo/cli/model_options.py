"""What the commands that use a model have in common: their arguments, reading samples, and answering them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from vilfredo.bundle.folder import is_model
from vilfredo.bundle.model import Model, Probabilities
from vilfredo.cli.output import printable, stderr
from vilfredo.errors import InputError, VilfredoError
from vilfredo.tasks.dataset import Samples
from vilfredo.tasks.new_samples import NewSamples, open_samples

ModelFolder = Annotated[Path, typer.Argument(help="Folder of a model, as `vilfredo deploy` writes it.")]
NewData = Annotated[str, typer.Argument(help="Samples: a bundled name, a file or a folder.")]
NewPart = Annotated[
    str | None, typer.Option(help="train, test or all; by default the test part, where there is one, else all.")
]
NewTarget = Annotated[
    str | None, typer.Option(help="Column of a table that holds the classes, if not the one in training.")
]

_CHUNK = 4096
_PATIENCE = 2.0
"""Seconds without a word."""


def read_samples(model: Model, data: str, part: str | None, target: str | None = None) -> NewSamples:
    """Read samples for a model; see `open_samples`."""
    return open_samples(data, model.layout, model.labels, part=part, target=target)


def tell(samples: NewSamples) -> None:
    """Print on standard error what was decided while reading."""
    for note in samples.notes:
        stderr.print(f"  {printable(note)}", markup=False)


def answers(model: Model, x: Samples) -> Probabilities:
    """Let the model answer, (N, classes), with a bar if that takes a while.

    Raises
    ------
    VilfredoError
        When an answer is not a number.
    """
    with _bar(len(x)) as starts:
        probabilities = np.concatenate([model.predict_proba(x[start : start + _CHUNK]) for start in starts])
    if not np.isfinite(probabilities).all():
        row = int(np.argmin(np.isfinite(probabilities).all(axis=1)))
        raise VilfredoError(
            f"model: its answer to sample {row}, counted from 0, is not a number. Its weights are: deploy it anew."
        )
    return probabilities


def check_place(path: Path, endings: tuple[str, ...], option: str = "out") -> None:
    """Refuse, before anything is computed, a file that cannot be written or would harm a model.

    Raises
    ------
    InputError
        When the ending is another, its folder isn't there, or is a model.
    """
    if path.suffix.lower() not in endings:
        raise InputError(f"{option}: expected a file that ends in {' or '.join(endings)}, not '{path}'.")
    if path.is_dir():
        raise InputError(f"{option}: '{path}' is a folder. Expected a file.")
    if not path.parent.is_dir():
        raise InputError(f"{option}: there is no folder '{path.parent}'. Make it first.")
    if is_model(path.resolve().parent):
        raise InputError(
            f"{option}: '{path.parent}' is a model, whose files are as they were when it was made. Write elsewhere."
        )


@contextmanager
def writing(path: Path, option: str = "out") -> Iterator[None]:
    """Make of what the system says while a file is written an InputError; tell where one is replaced."""
    there = path.exists()
    try:
        yield
    except OSError as error:
        raise InputError(f"{option}: '{path}' cannot be written ({error.strerror or error}).") from None
    if there:
        stderr.print(f"  '{path}' was there before: replaced", markup=False)


@contextmanager
def _bar(count: int) -> Iterator[Iterator[int]]:
    """Starts of pieces of `count` samples; whoever waits for long sees how far it is."""
    starts = range(0, count, _CHUNK)
    columns = (TextColumn("answering"), BarColumn(bar_width=24), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal)
    task = bar.add_task("", total=count)

    def each() -> Iterator[int]:
        began = time.monotonic()
        for start in starts:
            bar.update(task, completed=start)
            if start and time.monotonic() - began > _PATIENCE:
                bar.start()
            yield start

    try:
        yield each()
    finally:
        bar.stop()
