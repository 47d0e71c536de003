"""``vilfredo noise``: how much of a score is luck."""

from pathlib import Path
from typing import Annotated, Any

import typer

from vilfredo.cli.interrupts import INTERRUPTED, interruptible
from vilfredo.cli.output import print_json, stderr, stdout
from vilfredo.predictors.seed_noise import SeedNoise, seed_noise
from vilfredo.report.words import counted
from vilfredo.search.retraining import NOISE, by_network, retrain, time_shift
from vilfredo.search.run_folder import reading
from vilfredo.search.summary import DRIFT, status_of
from vilfredo.wording import objective_text


def noise(
    run: Annotated[Path, typer.Argument(help="Folder of a run.")],
    networks: Annotated[int, typer.Option(min=1, max=1000, help="How many of its better networks to train again.")] = 8,
    repeats: Annotated[int, typer.Option(min=2, max=100, help="How often, each time with another seed.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Train some networks of a run again under other seeds, to tell how much of a score is luck."""
    score = str(status_of(run)["score"])
    with interruptible() as asked, stderr.status("") as status:
        found = retrain(run, networks, repeats, asked, lambda done, of: status.update(f"training {done + 1} of {of} …"))
        stopped = asked()
    pooled = {name: seed_noise(by_network(found, name)) for name in dict.fromkeys((score, "training_time"))}
    with reading(run) as (_, store):
        shift = time_shift(found, store.measurements())
    if as_json:
        print_json(
            {
                "run": str(run),
                "file": str(run / NOISE),
                "score": score,
                "complete": not stopped,
                "noise": {name: _plain(one) for name, one in pooled.items()},
                "time_shift": shift,
                "failed": sum(not one.objectives for one in found),
            }
        )
    else:
        _print(run, pooled)
        if shift is not None and abs(shift - 1) > DRIFT:
            stderr.print(
                f"  the new times are {shift:.2f} times those of the search, in the median: the machine is not as it "
                "was then. Scores are not touched by that",
                markup=False,
            )
    if stopped:
        raise typer.Exit(INTERRUPTED)


def _plain(one: SeedNoise | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "deviation": one.deviation,
        "networks": one.networks,
        "trainings": one.trainings,
        "distinguishable": one.distinguishable,
    }


def _print(run: Path, pooled: dict[str, SeedNoise | None]) -> None:
    known = {name: one for name, one in pooled.items() if one is not None}
    for name, one in known.items():
        apart = objective_text(name, one.distinguishable)
        stdout.print(
            f"{name.replace('_', ' ')}: ±{objective_text(name, one.deviation)} from training to training "
            f"({counted(one.networks, 'network')}, {one.trainings:,} trainings); "
            f"they tell two apart that differ by {apart}",
            markup=False,
        )
    if not known:
        stdout.print("no network was trained twice yet")
        return
    stdout.print(f"kept in {run / NOISE}; the report says what it means for the predictions", markup=False)
