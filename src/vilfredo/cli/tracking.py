"""The option ``--track``: which experiment trackers follow a search or a deployment."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from vilfredo.cli.output import stderr
from vilfredo.cli.parsing import parse_columns
from vilfredo.errors import InputError
from vilfredo.trackers.tracker import Tracker, find_trackers

Track = Annotated[
    str | None,
    typer.Option(help="Experiment trackers that follow it, separated by commas: tensorboard, mlflow, jsonl."),
]


def chosen_trackers(names: str | None) -> Sequence[type[Tracker]]:
    """Find the trackers that were asked for.

    Raises
    ------
    InputError
        When one is unknown, or what it needs is not installed.
    """
    if names is None:
        return ()
    listed = parse_columns(names)
    if not listed:
        raise InputError("track: the list is empty. Write e.g. --track tensorboard.")
    return find_trackers(listed)


def say_where(chosen: Sequence[type[Tracker]], folder: Path) -> None:
    """Say how to look at what trackers keep in folders below `folder`."""
    for one in chosen:
        stderr.print(f"tracked by {one.name}; to see it: {one.look(folder / one.name)}", markup=False)


def warn(message: str) -> None:
    """Say that a tracker was switched off."""
    stderr.print(message, markup=False, style="yellow")
