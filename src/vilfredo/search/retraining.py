"""Networks of a run trained again under other seeds, to tell how much of a score is luck; kept in the run's folder."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, final

import numpy as np

from vilfredo.errors import RunError
from vilfredo.files import write_whole
from vilfredo.search.evaluation import StopCheck, make_evaluator
from vilfredo.search.executors.local import Local
from vilfredo.search.landscapes import is_landscape
from vilfredo.search.recorded import RecordedRun
from vilfredo.search.run_folder import check_unlocked, reading
from vilfredo.thinning import some
from vilfredo.trials import MAXIMISED, Measurement, Proposal

NOISE = "noise.json"
"""Name of the file in the run folder."""
FORMAT = 1


@final
@dataclass(frozen=True, slots=True)
class Retraining:
    """One network of the run, trained once more."""

    proposal: int
    seed: int
    """Of weights, batches and augmentation; the validation part is that of the search."""
    objectives: dict[str, float]
    """As `Measurement` has them; none where the training failed."""


def retrain(
    run: str | Path, networks: int, repeats: int, should_stop: StopCheck, tell: Callable[[int, int], None]
) -> tuple[Retraining, ...]:
    """Train some of a run's networks again, each on disk before the next; what is there already is not done again.

    The networks are spread evenly, by rank, over the better half of those that were trained: bad networks scatter
    more, and their order is nobody's concern. The first trainings don't count as repetitions: of networks chosen for
    their scores, these are too good.

    Parameters
    ----------
    networks
        How many, at least 1.
    repeats
        Trainings of each, at least 2.
    tell
        Called before each training: how many are done, of how many.

    Returns
    -------
    All that the run has now.

    Raises
    ------
    RunError
        When the folder is no run, is searching, has no networks, or its data are not at hand; when what was trained
        cannot be kept.
    InputError
        When the data cannot be read.
    """
    folder = Path(run)
    recorded = RecordedRun.of(folder)
    if is_landscape(recorded.source):
        raise RunError(
            f"noise: '{folder}' replays the recorded {recorded.source}, whose data are not there to train on. What it "
            "has of repeated trainings, the report uses already."
        )
    check_unlocked(folder)
    settings = recorded.planned
    with reading(folder) as (_, store):
        chosen = _spread(store.measurements(), settings.training.score, networks)
        proposals = {proposal.id: proposal for proposal in store.proposals()}
    if not chosen:
        raise RunError(f"noise: no network of '{folder}' was trained yet, so none can be trained again.")
    found = {(one.proposal, one.seed): one for one in retrainings(folder)}
    wanted = [(proposals[number], settings.seed + 1 + turn) for turn in range(repeats) for number in chosen]
    missing = [(proposal, seed) for proposal, seed in wanted if (proposal.id, seed) not in found]
    if not missing:
        return tuple(found.values())
    evaluator = make_evaluator(settings, recorded.open_data())
    for done, (proposal, seed) in enumerate(missing, start=len(wanted) - len(missing)):
        tell(done, len(wanted))
        other = replace(evaluator, settings=settings.model_copy(update={"seed": seed}))
        measured = list(Local(other).measure([proposal], should_stop, _ignore))
        if not measured:
            break  # somebody wants to stop
        again = measured[0].measurement
        objectives = dict(again.objectives) if again.outcome == "complete" else {}
        found[proposal.id, seed] = Retraining(proposal.id, seed, objectives)
        _keep(folder, list(found.values()))
    return tuple(found.values())


def time_shift(found: Sequence[Retraining], first: Sequence[Measurement]) -> float | None:
    """Median ratio of the times of the new trainings to those of the `first` ones: that of the machine, then and now.

    Returns
    -------
    None where no network has both.
    """
    before = {m.proposal: m.objectives["training_time"] for m in first if m.objectives.get("training_time", 0.0) > 0}
    ratios = [
        one.objectives["training_time"] / before[one.proposal]
        for one in found
        if one.proposal in before and "training_time" in one.objectives
    ]
    return float(np.median(ratios)) if ratios else None


def retrainings(run: Path) -> tuple[Retraining, ...]:
    """What is kept of networks trained again; none where that was never asked for.

    Raises
    ------
    RunError
        When the file is damaged or of another version.
    """
    path = run / NOISE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise ValueError(f"its format is {content['format']!r}, this version of Vilfredo reads {FORMAT}")
        return tuple(_checked(entry) for entry in content["trainings"])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(
            f"noise: '{path}' cannot be read ({error}). Delete it: `vilfredo noise {run}` begins anew."
        ) from None


def by_network(found: Sequence[Retraining], objective: str) -> list[list[float]]:
    """Values of an objective, those of one network together."""
    values = dict[int, list[float]]()
    for one in found:
        if objective in one.objectives:
            values.setdefault(one.proposal, []).append(one.objectives[objective])
    return list(values.values())


def _spread(measurements: Sequence[Measurement], score: str, count: int) -> list[int]:
    """Ids of networks spread over the better half, best first."""
    sign = -1 if score in MAXIMISED else 1
    trained = [m for m in measurements if m.outcome == "complete" and np.isfinite(m.objectives.get(score, np.nan))]
    ranked = sorted(trained, key=lambda m: (sign * m.objectives[score], m.proposal))
    half = ranked[: max(min(count, len(ranked)), (len(ranked) + 1) // 2)]
    if not half:
        return []
    places = some(len(half), count)
    return [half[place].proposal for place in places.tolist()]


def _keep(run: Path, found: Sequence[Retraining]) -> None:
    content = {"format": FORMAT, "trainings": [asdict(one) for one in found]}
    try:
        write_whole(run / NOISE, json.dumps(content, indent=1).encode())
    except OSError as error:
        raise RunError(
            f"noise: '{run / NOISE}' cannot be written ({error.strerror}). Free some space, or make the folder "
            "writable; what is kept there already is not trained again."
        ) from None


def _checked(entry: dict[str, Any]) -> Retraining:
    one = Retraining(**entry)
    numbers = [one.proposal, one.seed, *one.objectives.values()]
    if not all(isinstance(number, int | float) for number in numbers):
        raise ValueError(f"the training of {one.proposal!r} is not as expected")
    return one


def _ignore(proposal: Proposal, epoch: object) -> None:
    """Epochs are nobody's concern here."""
