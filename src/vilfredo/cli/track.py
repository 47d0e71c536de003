"""``vilfredo track``: hands a run to experiment trackers afterwards."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from vilfredo.cli.output import print_json
from vilfredo.cli.runs import AsJson, RunFolder
from vilfredo.cli.tracking import chosen_trackers, say_where
from vilfredo.errors import InputError
from vilfredo.trackers.tracker import Tracker, find_trackers, trackers
from vilfredo.trackers.tracking import track as log_run


def track(
    run: RunFolder,
    names: Annotated[
        str | None,
        typer.Option(
            "--with",
            help="Experiment trackers, separated by commas: tensorboard, mlflow, jsonl; by default those used before.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the trackers' folders are made; by default in the run.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Log a run in experiment trackers, its networks and its models; what they have already is left."""
    chosen = chosen_trackers(names) or _used(run if out is None else out)
    places = log_run(run, chosen, out)
    if as_json:
        kept = [
            {"tracker": one.name, "folder": str(place), "look": one.look(place)}
            for one, place in zip(chosen, places, strict=True)
        ]
        print_json({"run": str(run), "tracked": kept})
    else:
        say_where(chosen, run if out is None else out)


def _used(folder: Path) -> Sequence[type[Tracker]]:
    """The trackers that have a folder there.

    Raises
    ------
    InputError
        When there is none.
    """
    used = [name for name in trackers() if (folder / name).is_dir()]
    if not used:
        raise InputError(
            f"track: no tracker has been used in '{folder}' yet. Say which by --with; known: {', '.join(trackers())}."
        )
    return find_trackers(used)
