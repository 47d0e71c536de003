"""What came out, in a few numbers and sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from vilfredo.baselines.keeping import kept
from vilfredo.errors import RunError
from vilfredo.report.facts.bargain import Bargain, bargain_of
from vilfredo.report.facts.clock import is_replay, seconds_until
from vilfredo.report.page.templates import fill
from vilfredo.report.sections import Chapter
from vilfredo.report.view import RunView
from vilfredo.report.words import beginning, machine, objective, percent
from vilfredo.tasks.kinds import find_kind
from vilfredo.trials import MAXIMISED, Measurement
from vilfredo.wording import duration, quantity

CHAPTER: Chapter = "got"
ORDER = 10
TITLE = "In short"


def html(view: RunView) -> Markup:
    """Return tiles and sentences."""
    status, data = view.status, view.description["data"]
    kind = find_kind(status["data"]["task"])
    return fill(
        "summary",
        view=view,
        tiles=_tiles(view),
        sentences=_sentences(view),
        samples=kind.SAMPLES,
        began=str(view.description["created"])[:16].replace("T", " "),
        shape=kind.describe(tuple(data["input_shape"])),
        data=data,
        labels=_shortened(data["labels"]),
        machine=machine(view.description["environment"]),
        landscape=is_replay(view),
    )


def _tiles(view: RunView) -> list[tuple[str, str, str]]:
    """What it is, its value, and how to read it."""
    status = view.status
    failed = status["failed"] + status["infeasible"]
    tiles = []
    if view.front:
        best = view.front[0]
        name = _score(view)
        tiles.append((f"best validation {name}", objective(view.score, best.objectives[view.score]), _chance(view)))
    tiles.append(("networks on the front", str(len(view.front)), "none beats them in both score and training time"))
    trained = f"{status['trained']:,}"
    waiting = f"{status['waiting']} more are waiting" if status["waiting"] else f"by {status['strategy']}"
    tiles.append(("networks trained", trained, waiting))
    tiles.append(("time spent", *_time_spent(view)))
    if status["isomorphs_spared"]:
        spared = f"{status['isomorphs_spared']:,}"
        tiles.append(("isomorphs spared", spared, "the same network in another spelling, never trained twice"))
    fine = "every network could be trained" if status["trained"] else ""
    tiles.append(("failed", str(failed), "recorded, see below" if failed else fine))
    return tiles


def _chance(view: RunView) -> str:
    """What the score is to be compared with."""
    classes = view.status["data"]["classes"]
    samples = view.description["data"]["validation_samples"]
    if view.score == "nll":
        return f"less is better; on {samples:,} validation samples"
    if view.score in ("accuracy", "balanced_accuracy"):
        return f"guessing gives {1 / classes:.2g}; on {samples:,} validation samples"
    return f"1 is perfect; on {samples:,} validation samples"


def _time_spent(view: RunView) -> tuple[str, str]:
    spent = view.status["seconds_spent"]
    if not is_replay(view):
        return duration(spent), _workers(view.status)
    recorded = max(seconds_until(view).values(), default=0.0)
    return duration(recorded), f"of recorded trainings; looking them up took {duration(spent)}"


def _workers(status: Mapping[str, Any]) -> str:
    workers = status["workers"]
    return f"{workers} worker{'s' * (workers != 1)}" if workers else ""


def _sentences(view: RunView) -> list[str]:
    """The bargain: what the best one costs, and what a cheaper one gives."""
    if not view.front:
        finished = view.status["state"] == "finished"
        return ["No network could be trained." if finished else "No network has been trained yet."]
    best, bargain = view.front[0], bargain_of(view)
    found = [
        f"The best network, number {best.proposal}, reaches a validation {_named(view, best)} and takes "
        f"{_time(best)} to train for an epoch."
    ]
    if bargain is not None:
        found.append(_bargain(view, bargain))
    found += _baseline(view)
    found.append(
        "These scores are from short trainings, for ranking."
        + ("" if is_replay(view) else " A network that is deployed is trained for longer and usually better.")
    )
    return found


def _bargain(view: RunView, bargain: Bargain) -> str:
    network, best = bargain.network, view.front[0]
    share = network.objectives["training_time"] / best.objectives["training_time"]
    text = (
        f"Number {network.proposal} is the bargain: it reaches "
        f"{objective(view.score, network.objectives[view.score])} in {_time(network)}, "
        f"{percent(share)} of that time"
    )
    if bargain.error is None:
        return f"{text}; from there on, more time begins to bring little (it is the knee of the front)."
    samples = view.description["data"]["validation_samples"]
    return (
        f"{text}. On {samples:,} validation samples an accuracy has a standard error of about {bargain.error:.4f}: a "
        "difference of that size may be chance."
    )


def _baseline(view: RunView) -> list[str]:
    """What one would otherwise pick, where that was tried and does better than the whole front."""
    try:
        rows = [row for row in kept(view.folder) if view.score in row.validation]
    except RunError:
        return []  # the front says so
    sign = 1 if view.score in MAXIMISED else -1
    row = max(rows, key=lambda one: sign * one.validation[view.score], default=None)
    best = view.front[0].objectives[view.score]
    if row is None or sign * row.validation[view.score] <= sign * best:
        return []
    return [
        f"What one would otherwise pick does better here: the baseline '{row.name}' reaches "
        f"{objective(view.score, row.validation[view.score])} on the same samples"
        + (f", with {quantity(row.parameters)} parameters." if row.parameters else ".")
    ]


def _named(view: RunView, measurement: Measurement) -> str:
    return f"{_score(view)} of {objective(view.score, measurement.objectives[view.score])}"


def _score(view: RunView) -> str:
    return "negative log-likelihood" if view.score == "nll" else view.score.replace("_", " ")


def _time(measurement: Measurement) -> str:
    return objective("training_time", measurement.objectives["training_time"])


def _shortened(labels: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(beginning(str(label)) for label in labels[:most])
    return shown if len(labels) <= most else f"{shown} and {len(labels) - most} more"
