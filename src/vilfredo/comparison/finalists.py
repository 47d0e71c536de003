"""The best network of each run, trained again with several seeds, and tested once on samples no search has seen."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

import torch

from vilfredo.comparison.folder import Folder, Tested
from vilfredo.comparison.plan import Subject
from vilfredo.comparison.runs import Run
from vilfredo.search.adaptation import adapt, changed
from vilfredo.search.evaluation import Evaluator, Measured, make_evaluator, network_family
from vilfredo.search.execution import find_executor
from vilfredo.search.settings import SearchSettings
from vilfredo.tasks.dataset import Dataset
from vilfredo.training.evaluation import evaluate_exits
from vilfredo.training.step import precision_in_use
from vilfredo.trials import MAXIMISED, Epoch, Proposal

FIRST_SEED = 1000
"""Of the finalists' trainings: no search has it, so that none has seen its validation part or initial weights."""


@dataclass(frozen=True, slots=True)
class Finalist:
    """A network that at least one run found the best by validation score."""

    key: str
    """Names it in the folder: the same network of two runs is trained once."""
    architecture: str
    settings: SearchSettings
    """How it is trained: as in the search."""


def finalist(run: Run, architecture: str) -> Finalist:
    """Make the finalist of a run."""
    settings = run.settings
    table = settings.to_table()
    what = {name: table.get(name) for name in ("space", "network", "training")} | {"architecture": architecture}
    key = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]
    return Finalist(key, architecture, settings)


def missing(subject: Subject, finalists: Sequence[Finalist], folder: Folder, seeds: int) -> dict[int, list[Finalist]]:
    """Which trainings are still to be made, by seed."""
    unique = {one.key: one for one in finalists}
    return {
        seed: [one for one in unique.values() if folder.tested(subject.name, one.key, seed) is None]
        for seed in range(FIRST_SEED, FIRST_SEED + seeds)
    }


def examine(
    subject: Subject,
    finalists: Sequence[Finalist],
    folder: Folder,
    dataset: Dataset,
    seeds: int,
    observe: Callable[[Tested], None],
    interrupted: Callable[[], bool],
) -> bool:
    """Train and test what is missing, each kept before the next begins; returns False where somebody interrupted it.

    A training ends at its best epoch by validation, and nothing is chosen by a test score: it is looked at once.
    """
    for seed, waiting in missing(subject, finalists, folder, seeds).items():
        for group in _by_space(waiting):
            for key, tested in _tested(group, seed, subject, dataset, interrupted):
                folder.keep_tested(subject.name, key, tested)
                observe(tested)
        if any(folder.tested(subject.name, one.key, seed) is None for one in waiting):
            return False
    return True


def trainings_of(one: Finalist, subject: Subject, folder: Folder, seeds: int) -> list[Tested]:
    """All that is known of a finalist, by seed."""
    found = [folder.tested(subject.name, one.key, seed) for seed in range(FIRST_SEED, FIRST_SEED + seeds)]
    return [tested for tested in found if tested is not None]


def worst_of(tests: Sequence[Sequence[Tested]], score: str) -> float | None:
    """The worst test score that any finalist on these data has; None where none has any."""
    reached = [tested.test[score] for trainings in tests for tested in trainings if score in tested.test]
    if not reached:
        return None
    return min(reached) if score in MAXIMISED else max(reached)


def result_of(one: Finalist, trainings: Sequence[Tested], score: str, worst: float) -> dict[str, Any] | None:
    """What a finalist reached; a training that failed counts as the worst, for leaving it out would reward it."""
    if not trainings:
        return None
    return {
        "architecture": one.architecture,
        "mean": mean(tested.test.get(score, worst) for tested in trainings),
        "failed": sum(score not in tested.test for tested in trainings),
        "trainings": [tested.model_dump(mode="json") for tested in trainings],
    }


def _by_space(finalists: Sequence[Finalist]) -> Iterator[list[Finalist]]:
    """Those that one evaluator can train."""
    groups: dict[str, list[Finalist]] = {}
    for one in finalists:
        groups.setdefault(one.settings.model_dump_json(exclude={"strategy", "seed"}), []).append(one)
    yield from groups.values()


def _tested(
    group: Sequence[Finalist], seed: int, subject: Subject, dataset: Dataset, interrupted: Callable[[], bool]
) -> Iterator[tuple[str, Tested]]:
    # Their times were measured in the search: there is nothing left to probe.
    settings = group[0].settings.model_copy(update={"seed": seed, "time_source": "flops"})
    evaluator = make_evaluator(changed(settings, adapt(settings, dataset).changes), dataset)
    proposals = [Proposal(id=number, architecture=one.architecture, step=0) for number, one in enumerate(group)]
    with find_executor(subject.executor).start(evaluator, subject.workers) as running:
        for measured in running.measure(proposals, interrupted, _unwatched):
            yield group[measured.measurement.proposal].key, _outcome(measured, seed, evaluator, dataset)


def _unwatched(proposal: Proposal, epoch: Epoch) -> None:
    """Watch nothing."""


def _outcome(measured: Measured, seed: int, evaluator: Evaluator, dataset: Dataset) -> Tested:
    measurement = measured.measurement
    facts = {"architecture": measurement.architecture, "seed": seed, "seconds": measurement.wall_time}
    if measurement.outcome != "complete":
        return Tested(**facts, reason=measurement.reason)
    names = evaluator.settings.training.score, "accuracy", "nll"
    validation = {name: measurement.objectives[name] for name in names}
    scores = _test_scores(measured, evaluator, dataset)
    return Tested(**facts, validation=validation, test={name: scores[name] for name in names})


def _test_scores(measured: Measured, evaluator: Evaluator, dataset: Dataset) -> Mapping[str, float]:
    device = evaluator.data.device
    network = network_family(evaluator.settings, evaluator.data).build(measured.measurement.architecture)
    network.load_state_dict(dict(measured.weights))
    x = torch.from_numpy(evaluator.preprocessing.apply(dataset.x_test)).to(device)  # (m, c, h, w)
    y = torch.from_numpy(dataset.y_test).to(device)  # (m,)
    precision = precision_in_use(evaluator.settings.training)
    exits = evaluate_exits(network.to(device), x, y, precision=precision)
    return exits[int(measured.measurement.details.get("exit", 0))]
