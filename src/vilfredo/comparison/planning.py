"""From what is asked for to a plan, or to the one that the folder holds already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vilfredo.comparison.materials import Material, crew_for, fingerprint_of, name_of, settings_for, task_of
from vilfredo.comparison.plan import Plan, Subject, Trainer, plan_differences
from vilfredo.comparison.trial import join_trainer, try_trainer
from vilfredo.errors import InputError, RunError
from vilfredo.search.landscape import Landscape
from vilfredo.search.settings import SearchSettings

_UNDECIDED = Trainer(epochs=1, precision="float32")


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants compared."""

    strategies: Sequence[str]
    """See `chosen_strategies`."""
    budget: float
    """Wall-clock seconds of each run."""
    preset: str
    layers: Sequence[Mapping[str, Any]] = ()
    """Settings laid over the preset's."""
    executor: str | None = None
    workers: int | None = None


def make_plan(request: Request, materials: Sequence[tuple[str, Material]], before: Plan | None = None) -> Plan:
    """Plan a comparison; what a trial decided is taken from the plan `before`, where there is one.

    A strategy that joins later trains as the others did. It too must be able to finish its bootstrap in the budget, and
    `random` draws as many as it where it plans more.

    Parameters
    ----------
    materials
        What is compared on, each with the source that reads it again.

    Raises
    ------
    InputError
        When the settings are wrong, not for the data, or the budget is too small.
    RunError
        When the plan before was another: each difference on a line.
    """
    settings = [
        {name: settings_for(material, name, request.preset, request.layers) for name in request.strategies}
        for _, material in materials
    ]
    known = {subject.name: subject for subject in before.subjects} if before else {}
    decided = {name: subject.trainer for name, subject in known.items()}
    subjects: list[Subject] = []
    for name, material, asked in zip(_names(materials), materials, settings, strict=True):
        _check_alike(asked)
        subjects.append(_subject(name, material, asked, request, decided.get(name, _UNDECIDED)))
    plan = Plan(budget=request.budget, subjects=tuple(subjects))
    if before is not None and (changes := plan_differences(before, plan)):
        lines = "".join(f"\n  {line}" for line in changes)
        raise RunError(
            "compare: the folder holds a comparison that was begun otherwise; ask for the same, or begin another by "
            f"--out:{lines}"
        )
    tried = [
        subject.model_copy(update={"trainer": _tried(subject, material, asked, request.budget, known)})
        for subject, (_, material), asked in zip(subjects, materials, settings, strict=True)
    ]
    return plan.model_copy(update={"subjects": tuple(tried)})


def _tried(
    subject: Subject,
    material: Material,
    settings: Mapping[str, SearchSettings],
    budget: float,
    known: Mapping[str, Subject],
) -> Trainer:
    """Try what is new: a data set, or strategies that join on one that is known."""
    if subject.name not in known:
        return try_trainer(settings, material, budget, subject.workers)
    before = known[subject.name]
    new = {name: one for name, one in settings.items() if name not in before.asked}
    return join_trainer(before.trainer, settings, new, material, budget, subject.workers) if new else before.trainer


def joined(before: Plan | None, now: Plan) -> Plan:
    """The plan to keep: strategies and data sets of both."""
    if before is None:
        return now
    known = {subject.name: subject for subject in before.subjects}
    for subject in now.subjects:
        asked = {**known[subject.name].asked, **subject.asked} if subject.name in known else subject.asked
        known[subject.name] = subject.model_copy(update={"asked": asked})
    return now.model_copy(update={"subjects": tuple(known.values())})


def _check_alike(settings: Mapping[str, SearchSettings]) -> None:
    """Refuse settings for one strategy alone that would make the comparison unfair.

    Raises
    ------
    InputError
        Naming them.
    """
    first, *others = settings
    for name in others:
        for what in ("training", "time_source", "fit_budget", "seed"):
            if getattr(settings[name], what) != getattr(settings[first], what):
                raise InputError(
                    f"settings: strategies.{name}.{what} differs from that of {first}. Strategies are compared with "
                    "one trainer; only strategy, space and network may be one strategy's own."
                )


def _subject(
    name: str, origin: tuple[str, Material], settings: Mapping[str, SearchSettings], request: Request, trainer: Trainer
) -> Subject:
    given, material = origin
    first = next(iter(settings.values()))
    executor, workers, device = crew_for(material, first, request.executor, request.workers)
    read = {} if isinstance(material, Landscape) else material.reading
    tables = {key: one.to_table() for key, one in settings.items()}
    return Subject(
        name=name,
        source=given if isinstance(material, Landscape) else material.source,
        reading={key: value for key, value in read.items() if key != "source" and value is not None},
        task=task_of(material),
        fingerprint=fingerprint_of(material),
        executor=executor,
        workers=workers,
        device=device,
        asked={key: {part: value for part, value in table.items() if part != "seed"} for key, table in tables.items()},
        trainer=trainer,
    )


def _names(materials: Sequence[tuple[str, Material]]) -> list[str]:
    """A name for each that a folder can have, none twice."""
    found: list[str] = []
    for _, material in materials:
        signs = (sign if sign.isalnum() or sign in "._" else "_" for sign in name_of(material))
        plain = ("".join(signs).strip(".") or "data") + ("-recorded" if isinstance(material, Landscape) else "")
        name, number = plain, 1
        while name in found:
            number += 1
            name = f"{plain}_{number}"
        found.append(name)
    return found
