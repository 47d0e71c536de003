"""A comparison from its plan to its result; stopped at any instant, it goes on where it was."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from vilfredo import __version__
from vilfredo.comparison.finalists import Finalist, examine, finalist, result_of, trainings_of, worst_of
from vilfredo.comparison.folder import RESULT, Folder, Tested
from vilfredo.comparison.materials import Material
from vilfredo.comparison.plain import as_plain
from vilfredo.comparison.plan import Plan
from vilfredo.comparison.ranks import rank
from vilfredo.comparison.remarks import remarks, remarks_of_runs, repeated
from vilfredo.comparison.results import Outcome, Results, check_devices
from vilfredo.comparison.runs import Run, allotted, check_runs, conduct_run, renew, runs
from vilfredo.comparison.traces import Trace, trace_of
from vilfredo.comparison.words import outlook
from vilfredo.search.events import Observe
from vilfredo.search.landscape import Landscape


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told how it goes."""

    run: Callable[[Run, int, int], AbstractContextManager[Observe]]
    """A run begins or goes on, the so-many-th of so many; entered while it searches."""
    tested: Callable[[Tested], None]
    """A finalist was trained and tested."""


def compare(
    plan: Plan,
    folder: Folder,
    materials: Mapping[str, Material],
    seeds: int,
    finalist_seeds: int,
    watch: Watch,
    interrupted: Callable[[], bool],
) -> dict[str, Any] | None:
    """Do what is left to do; returns what `RESULT` then holds, or None where somebody interrupted it.

    Parameters
    ----------
    materials
        By the name of the plan's subjects.
    finalist_seeds
        How often each finalist is trained and tested; 0 for not at all.

    Raises
    ------
    RunError
        When something in the folder is of another comparison.
    VilfredoError
        When no run could train any network.
    """
    check_runs(plan, folder, seeds)
    all_runs = list(runs(plan, folder, seeds))
    for number, run in enumerate(all_runs, 1):
        seconds = allotted(run, plan, folder)
        renew(run, seconds, folder)
        if folder.ended(run.folder) is None:
            with watch.run(run, number, len(all_runs)) as observe:
                done = conduct_run(run, seconds, folder, materials[run.subject.name], observe, interrupted)
            if not done:
                return None
    found: list[Results] = []
    for subject in plan.subjects:
        own = [run for run in all_runs if run.subject is subject]
        results = _results(plan, own, folder, materials[subject.name], finalist_seeds, watch, interrupted)
        if results is None:
            return None
        check_devices(results)
        found.append(results)
    plain = _plain(plan, found, folder, seeds, finalist_seeds, repeated(plan, materials))
    folder.write(RESULT, (json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode())
    return plain


def _results(
    plan: Plan,
    own: Sequence[Run],
    folder: Folder,
    material: Material,
    seeds: int,
    watch: Watch,
    interrupted: Callable[[], bool],
) -> Results | None:
    """Results on one data set, its finalists tested; None where somebody interrupted that."""
    traces: list[Trace] = []
    chosen: list[Finalist | None] = []
    for run in own:
        trace = trace_of(run.folder, run.settings.training.score, plan.budget, replayed=run.subject.replayed)
        traces.append(trace)
        chosen.append(None if trace.best is None else finalist(run, trace.best.architecture))
    subject = own[0].subject
    testable = seeds > 0 and not isinstance(material, Landscape) and len(material.y_test) > 0
    if testable and not isinstance(material, Landscape):
        known = [one for one in chosen if one is not None]
        if not examine(subject, known, folder, material, seeds, watch.tested, interrupted):
            return None
    score = own[0].settings.training.score
    tests = [trainings_of(one, subject, folder, seeds) if testable and one is not None else [] for one in chosen]
    worst = worst_of(tests, score)
    outcomes = []
    for run, trace, one, tested in zip(own, traces, chosen, tests, strict=True):
        ended = folder.ended(run.folder)
        test = None if one is None or worst is None else result_of(one, tested, score, worst)
        outcomes.append(Outcome(run, ended.ending if ended else "budget", trace, test))
    return Results(outcomes, plan.budget, score)


def _plain(
    plan: Plan,
    found: Sequence[Results],
    folder: Folder,
    seeds: int,
    finalist_seeds: int,
    again: Mapping[str, str],
) -> dict[str, Any]:
    data: list[dict[str, Any]] = []
    for one in found:
        subject = one.outcomes[0].run.subject
        notes = [*remarks(subject), *remarks_of_runs(one, plan, folder)]
        if subject.name in again:
            notes.append(
                f"replays the data of {again[subject.name]}, which count already: left out of the ranks over data sets"
            )
        data.append(as_plain(one, notes))
    independent = [one for one in data if one["name"] not in again]
    return {
        "vilfredo": __version__,
        "strategies": list(plan.strategies),
        "seeds": seeds,
        "finalist_seeds": finalist_seeds,
        "budget": plan.budget,
        "outlook": outlook(seeds, len(plan.strategies)),
        "data": data,
        "overall": _overall(independent) if len(independent) > 1 else None,
    }


def _overall(data: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Mean ranks over data sets, by metric; those that some data set lacks are left out."""
    overall: dict[str, Any] = {}
    for name in data[0]["metrics"]:
        means = [one["metrics"][name]["mean"] for one in data]
        sign = 1.0 if data[0]["metrics"][name]["maximised"] else -1.0
        if any(value is None for row in means for value in row.values()):
            continue
        values = {key: sign * np.array([row[key] for row in means], dtype=np.float64) for key in means[0]}
        overall[name] = asdict(rank(values))
    return overall
