"""The front of a run within constraints, and the network chosen from it, as plain values."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vilfredo.errors import InputError
from vilfredo.search.choosing import apply, best, check_stored, knee, ranked
from vilfredo.search.constraints import Constraint
from vilfredo.search.front import measured_front
from vilfredo.search.run_folder import reading
from vilfredo.search.summary import row_of, score_of
from vilfredo.trials import Measurement


def choice_of(
    run: str | Path,
    *,
    constraints: Sequence[Constraint] = (),
    objectives: Sequence[str] | None = None,
    best_in: str | None = None,
    at_knee: bool = False,
) -> dict[str, Any]:
    """The networks of a run that satisfy constraints, their front, and the one that is chosen.

    The constraints come first: a network that is dominated only by such as are excluded is on the front of the rest.

    Parameters
    ----------
    objectives
        Of the front; by default the run's score and the training time.
    best_in
        Choose the network that is best in this objective.
    at_knee
        Choose the knee of the front. Heeded only without `best_in`.

    Returns
    -------
    ``run``, ``score``, ``objectives``, ``constraints`` (as texts), ``trained`` (how many networks), ``front``,
    ``chosen`` (None unless one was to be chosen) and ``networks``: all that satisfy the constraints, best in the first
    objective first.

    Raises
    ------
    InputError
        When a constraint empties the set, an objective is not stored, or there is no network to choose from.
    RunError
        When the folder is not a readable run, or its times were measured on different devices.
    """
    folder = Path(run)
    with reading(folder) as (description, store):
        proposals = {proposal.id: proposal for proposal in store.proposals()}
        measurements = store.measurements()
        score = score_of(description)
    axes = tuple(dict.fromkeys(objectives or (score, "training_time")))
    chooses = best_in is not None or at_knee
    for name in (*(() if best_in is None else (best_in,)), *(axes if objectives or chooses else ())):
        check_stored(name, measurements)
    allowed = apply(constraints, measurements)
    chosen = _chosen(allowed, axes, best_in, score) if chooses else None
    rows: Mapping[int, dict[str, Any]] = {m.proposal: row_of(m, proposals[m.proposal], folder) for m in allowed}
    return {
        "run": str(folder),
        "score": score,
        "objectives": list(axes),
        "constraints": [str(constraint) for constraint in constraints],
        "trained": sum(m.outcome == "complete" for m in measurements),
        "front": [rows[m.proposal] for m in measured_front(allowed, axes)],
        "chosen": rows[chosen.proposal] if chosen else None,
        "networks": [rows[m.proposal] for m in ranked(allowed, axes)],
    }


def _chosen(allowed: Sequence[Measurement], axes: Sequence[str], best_in: str | None, score: str) -> Measurement:
    found = knee(allowed, axes) if best_in is None else best(allowed, best_in, score)
    if found is None:
        needed = axes if best_in is None else (best_in, score, "training_time")
        raise InputError(
            f"choice: none of {len(allowed)} networks has all of {', '.join(dict.fromkeys(needed))}. "
            "Choose by other objectives, or relax the constraints."
        )
    return found
