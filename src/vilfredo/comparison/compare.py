"""A comparison from its plan to its result; stopped at any instant, it goes on where it was."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from statistics import mean
from typing import Any

import numpy as np

from vilfredo import __version__
from vilfredo.comparison.finalists import FIRST_SEED, Finalist, examine, finalist
from vilfredo.comparison.folder import RESULT, Folder, Tested
from vilfredo.comparison.materials import Material
from vilfredo.comparison.plain import as_plain
from vilfredo.comparison.plan import BASELINE, Plan, Subject
from vilfredo.comparison.ranks import rank
from vilfredo.comparison.results import Outcome, Results, check_devices
from vilfredo.comparison.runs import Run, allotted, check_runs, conduct_run, renew, runs
from vilfredo.comparison.traces import Trace, trace_of
from vilfredo.comparison.words import outlook
from vilfredo.search.events import Observe
from vilfredo.search.landscape import Landscape
from vilfredo.search.run_folder import differences


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
    plain = _plain(plan, found, folder, seeds, finalist_seeds)
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
    outcomes = []
    for run, trace, one in zip(own, traces, chosen, strict=True):
        ended = folder.ended(run.folder)
        test = _test(one, subject, folder, seeds, score) if testable and one is not None else None
        outcomes.append(Outcome(run, ended.ending if ended else "budget", trace, test))
    return Results(outcomes, plan.budget, score)


def _test(one: Finalist, subject: Subject, folder: Folder, seeds: int, score: str) -> dict[str, Any] | None:
    found = [folder.tested(subject.name, one.key, seed) for seed in range(FIRST_SEED, FIRST_SEED + seeds)]
    trainings = [tested.model_dump(mode="json") for tested in found if tested is not None]
    reached = [training["test"][score] for training in trainings if score in training["test"]]
    if not reached:
        return None
    return {"architecture": one.architecture, "mean": mean(reached), "trainings": trainings}


def _plain(plan: Plan, found: Sequence[Results], folder: Folder, seeds: int, finalist_seeds: int) -> dict[str, Any]:
    several = len(found) > 1
    data = [as_plain(one, [*remarks(one.outcomes[0].run.subject), *_of_runs(one, plan, folder)]) for one in found]
    return {
        "vilfredo": __version__,
        "strategies": list(plan.strategies),
        "seeds": seeds,
        "finalist_seeds": finalist_seeds,
        "budget": plan.budget,
        "outlook": outlook(seeds, len(plan.strategies)),
        "data": data,
        "overall": _overall(data) if several else None,
    }


def remarks(subject: Subject) -> list[str]:
    """What is not the same for all strategies on a data set, or not as one would expect, a sentence each."""
    found: list[str] = []
    tables = {name: subject.settings(name, 0).to_table() for name in subject.asked}
    first, *others = tables
    for name in others:
        lines = _other_space(tables[first], tables[name])
        found += [f"{name} searches another space than {first}: {'; '.join(lines)}"] if lines else []
    if subject.replayed:
        found += [
            "a recorded landscape: nothing is trained, costs are recorded seconds, to which the predictors' own time "
            "is not added, and there is no test part",
            "seeds of a landscape share its trainings where a cell was recorded once: they scatter as the strategies "
            "do, not as trainings do",
        ]
    return found


def _of_runs(results: Results, plan: Plan, folder: Folder) -> list[str]:
    """What is to be said of how the baseline's time came about."""
    found: list[str] = []
    for run in (outcome.run for outcome in results.outcomes if outcome.run.strategy == BASELINE):
        ended, renewed = folder.ended(run.folder), folder.renewed(run.folder)
        if renewed is not None and ended is not None:
            before = "" if renewed.allotted is None else f" of {renewed.allotted:.4g} s"
            found.append(
                f"{BASELINE}'s run{before} with seed {run.seed} was made anew, with {ended.allotted or 0:.4g} s: a "
                "strategy that joined later takes longer, or plans more"
            )
        others = allotted(run, plan, folder)
        if ended is not None and ended.allotted is not None and ended.allotted > others:
            found.append(
                f"{BASELINE} had {ended.allotted:.4g} s with seed {run.seed}, for a strategy that is not shown here; "
                f"those shown took {others:.4g} s at most"
            )
    return found


def _other_space(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """In which settings two spaces differ, or only of which kind they are."""
    kinds = [table["space"]["kind"] for table in (ours, theirs)]
    if kinds[0] != kinds[1]:
        return [f"kind: {kinds[0]!r} → {kinds[1]!r}"]
    parts = ("space", "network")
    first, second = ({part: table[part] for part in parts if part in table} for table in (ours, theirs))
    return differences(first, second)


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
