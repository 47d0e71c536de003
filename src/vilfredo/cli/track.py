"""``vilfredo track``: hands a run to experiment trackers afterwards."""

from pathlib import Path
from typing import Annotated

import typer

from vilfredo.cli.output import print_json
from vilfredo.cli.runs import AsJson, RunFolder
from vilfredo.cli.tracking import chosen_trackers, say_where
from vilfredo.trackers.tracking import track as log_run


def track(
    run: RunFolder,
    trackers: Annotated[
        str, typer.Option("--with", help="Experiment trackers, separated by commas: tensorboard, mlflow, jsonl.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Where the trackers' folders are made; by default in the run.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Log a run in experiment trackers, its networks and its models; what they have already is left."""
    chosen = chosen_trackers(trackers)
    places = log_run(run, chosen, out)
    if as_json:
        kept = [
            {"tracker": one.name, "folder": str(place), "look": one.look(place)}
            for one, place in zip(chosen, places, strict=True)
        ]
        print_json({"run": str(run), "tracked": kept})
    else:
        say_where(chosen, run if out is None else out)
