"""What a comparison is to do: decided once, the same for every strategy, and kept in its folder."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Self

from pydantic import Field

from vilfredo.errors import InputError
from vilfredo.search.landscapes import is_landscape
from vilfredo.search.run_folder import differences
from vilfredo.search.settings import SearchSettings, resolve
from vilfredo.strategies.protocol import find_strategy
from vilfredo.trials import Value

BASELINE = "random"
"""The strategy that every comparison has."""
OWN = "strategies"
"""Table of a settings file that holds, by strategy, settings for it alone."""


class Trainer(Value):
    """What a trial on the device decided, for all strategies alike."""

    epochs: int
    """Per candidate: with `fit_budget` the most with which every strategy reaches its last step in the budget."""
    precision: str
    random_per_size: int | None = None
    """Architectures of each size that `random` draws at most."""


class Subject(Value):
    """One data set, and how each strategy searches on it."""

    name: str
    """Of the data, and of what belongs to it in the folder."""
    source: str
    reading: Mapping[str, Any]
    """Arguments of `open_dataset`."""
    task: str
    fingerprint: str
    executor: str
    workers: int
    device: str
    """That all times were measured on."""
    asked: Mapping[str, Mapping[str, Any]]
    """By strategy: its settings, without a seed, before the trial."""
    trainer: Trainer

    @property
    def replayed(self) -> bool:
        """Whether it is a recorded landscape."""
        return is_landscape(self.source)

    def settings(self, strategy: str, seed: int) -> SearchSettings:
        """What one strategy searches with."""
        return resolve(self.asked[strategy], self._decided(strategy), {"seed": seed})

    def _decided(self, strategy: str) -> Mapping[str, Any]:
        training = {"epochs": self.trainer.epochs, "precision": self.trainer.precision}
        decided: dict[str, Any] = {"fit_budget": False, "training": training}
        if strategy == BASELINE and self.trainer.random_per_size:
            decided["strategy"] = {"cells_per_size": self.trainer.random_per_size}
        return decided


class Plan(Value):
    """A comparison. The number of seeds is no part of it: more may come later, each run stays what it is."""

    budget: float = Field(gt=0)
    """Seconds of each run: wall-clock, or recorded ones in a landscape."""
    subjects: tuple[Subject, ...]

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """Read what `to_json` wrote.

        Raises
        ------
        ValueError
            When it is something else.
        """
        return cls.model_validate_json(text)

    def to_json(self) -> str:
        """For the folder."""
        return json.dumps(self.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"

    @property
    def strategies(self) -> tuple[str, ...]:
        """Names, in the order asked for."""
        return tuple(self.subjects[0].asked)

    def subject(self, name: str) -> Subject:
        """The data set of that name; it must be there."""
        return next(subject for subject in self.subjects if subject.name == name)


def chosen_strategies(names: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """Check the names, and add `random` where it is missing; also returns whether it was.

    Raises
    ------
    InputError
        When a name is unknown (the nearest is named), or there is nothing to compare with `random`.
    """
    unique = tuple(dict.fromkeys(names))
    for name in unique:
        find_strategy(name)
    if not set(unique) - {BASELINE}:
        raise InputError(
            f"strategies: expected at least one besides '{BASELINE}', which is always compared with. "
            "Write e.g. --strategies popnas-v3,pnas."
        )
    return (unique, False) if BASELINE in unique else ((*unique, BASELINE), True)


def layers_of(strategy: str, layers: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Settings of one strategy, from layers that are for all and may hold a table `OWN` for one alone.

    Of the strategy's own settings it takes those of the layers that it has, as `vilfredo search --strategy` does.

    Returns
    -------
    Layers for `resolve`.

    Raises
    ------
    InputError
        Naming what is wrong with the table `OWN`.
    """
    own: list[Mapping[str, Any]] = []
    common: list[Mapping[str, Any]] = []
    for layer in layers:
        tables = layer.get(OWN, {})
        if not isinstance(tables, Mapping) or not all(isinstance(table, Mapping) for table in tables.values()):
            raise InputError(f"settings: {OWN}: expected a table for each strategy, e.g. [{OWN}.pnas.strategy].")
        for name in tables:
            find_strategy(name)
        common.append({key: value for key, value in layer.items() if key != OWN})
        own += [tables[strategy]] if strategy in tables else []
    return [*common, {"strategy": {"name": strategy}}, *own]


def plan_differences(before: Plan, now: Plan) -> list[str]:
    """What of a plan to go on with is not as it was, a line for each; what was decided by a trial is left out.

    Strategies and data sets that are new are no difference, nor those that are not asked for this time.
    """
    lines = differences({"budget": before.budget}, {"budget": now.budget})
    known = {subject.name: subject for subject in before.subjects}
    for subject in now.subjects:
        if subject.name in known:
            lines += [f"{subject.name}: {line}" for line in _subject_differences(known[subject.name], subject)]
    return lines


def _subject_differences(before: Subject, now: Subject) -> list[str]:
    lines = differences(_circumstances(before), _circumstances(now))
    if before.fingerprint != now.fingerprint:
        lines.append(f"data: {before.source!r} → {now.source!r} (other contents)")
    both = [name for name in now.asked if name in before.asked]
    found = {name: differences(before.asked[name], now.asked[name]) for name in both}
    if len(both) > 1 and len({tuple(changes) for changes in found.values()}) == 1:
        return lines + found[both[0]]  # of all alike: once will do
    return lines + [f"{name}: {line}" for name in both for line in found[name]]


def _circumstances(subject: Subject) -> Mapping[str, Any]:
    return {name: getattr(subject, name) for name in ("task", "executor", "workers", "device")}
