"""What a reader of a comparison must know beside its numbers, a sentence each."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vilfredo.comparison.folder import Folder
from vilfredo.comparison.materials import Material
from vilfredo.comparison.plan import BASELINE, Plan, Subject
from vilfredo.comparison.results import Results
from vilfredo.comparison.runs import allotted
from vilfredo.search.landscape import Landscape
from vilfredo.search.run_folder import differences
from vilfredo.search.summary import status_of


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


def remarks_of_runs(results: Results, plan: Plan, folder: Folder) -> list[str]:
    """What is to be said of finalists that failed, of runs cut short, and of how the baseline's time came about."""
    found: list[str] = []
    for name in results.strategies:
        tests = [outcome.test for outcome in results.of(name) if outcome.test is not None]
        if failed := sum(test["failed"] for test in tests):
            trained = sum(len(test["trainings"]) for test in tests)
            found.append(
                f"{failed} of {trained} trainings of {name}'s finalists failed; each counts as the worst test score of "
                "any finalist on these data"
            )
        found += _cut_short(results, name)
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


def _cut_short(results: Results, name: str) -> list[str]:
    """Tell of runs that the budget ended in their bootstrap: the forecast was wrong, or the machine became busier."""
    runs = results.of(name)
    cut = sum(outcome.ending == "budget" and _in_bootstrap(outcome.run.folder) for outcome in runs)
    if not cut or name == BASELINE:
        return []
    return [
        f"{name} did not get beyond its bootstrap on {cut} of {len(runs)} seeds: what it shows there is how many of "
        "the smallest networks the budget held"
    ]


def _in_bootstrap(run: Path) -> bool:
    status = status_of(run)
    return status["step"] is None or (status["step"] <= 1 and status["waiting"] > 0)


def repeated(plan: Plan, materials: Mapping[str, Material]) -> dict[str, str]:
    """Landscapes whose data are compared on already, live or in a landscape before, each with what that is called.

    Ranks over data sets take them for independent, which a replay of the same samples is not. A part of the data has
    another fingerprint: the name will do then.
    """
    known: dict[str, str] = {}
    again: dict[str, str] = {}
    for subject in sorted(plan.subjects, key=lambda one: one.replayed):  # live ones first, else in their order
        material = materials[subject.name]
        data = material.about.data if isinstance(material, Landscape) else material
        other = known.get(data.fingerprint) or known.get(data.name)
        if subject.replayed and other is not None:
            again[subject.name] = other
        else:
            known |= {data.fingerprint: subject.name, data.name: subject.name}
    return again


def _other_space(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """In which settings two spaces differ, or only of which kind they are."""
    kinds = [table["space"]["kind"] for table in (ours, theirs)]
    if kinds[0] != kinds[1]:
        return [f"kind: {kinds[0]!r} → {kinds[1]!r}"]
    parts = ("space", "network")
    first, second = ({part: table[part] for part in parts if part in table} for table in (ours, theirs))
    return differences(first, second)
