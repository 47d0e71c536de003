"""What every executor must do, whichever it is."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.search.toy_evaluator import comparable, evaluator, proposals
from tests.search.toy_landscape import about

from vilfredo.search.evaluation import Evaluator, Measured
from vilfredo.search.execution import Executor, executor_names, find_executor
from vilfredo.search.landscape_file import write_landscape
from vilfredo.search.landscape_rows import Training, rows_of
from vilfredo.trials import Epoch, Measurement, Proposal

_HUGE = Proposal(id=0, architecture="[(-1, '999x999 conv', -1, '999x999 conv')]", step=1)


@pytest.fixture(params=executor_names(), scope="module")
def kind(request: pytest.FixtureRequest) -> type[Executor]:
    return find_executor(request.param)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("landscapes")


@pytest.fixture(scope="module")
def executor(kind: type[Executor], folder: Path) -> Iterator[Executor]:
    with kind.start(_evaluator(kind, folder, proposals()), _workers(kind)) as executor:
        yield executor


def _evaluator(kind: type[Executor], folder: Path, known: Sequence[Proposal], *layers: Mapping[str, Any]) -> Evaluator:
    """The toy's; for an executor that replays, what came of it is recorded first."""
    toy = evaluator(*layers)
    if not kind.replays:
        return toy
    by_cell = {one.architecture: one for one in known}
    measured = [toy.evaluate(one, _never, _ignore).measurement for one in by_cell.values()]
    rows = rows_of([Training(0, m.wall_time, m) for m in measured], toy.settings.training.epochs)
    return replace(toy, landscape=write_landscape(folder / "toy.npz", about(), rows))


def _agree(kind: type[Executor], found: Measured, direct: Measured) -> bool:
    if not kind.replays:
        return comparable(found) == comparable(direct)
    one, other = found.measurement, direct.measurement
    same = (one.objectives, one.outcome, one.details["best_epoch"]) == (
        *(other.objectives, other.outcome),
        other.details["best_epoch"],
    )
    return same and _losses(one) == pytest.approx(_losses(other)) and not found.weights


def _losses(measurement: Measurement) -> list[float]:
    return [epoch.training_loss for epoch in measurement.curve]


def _workers(kind: type[Executor]) -> int:
    return 2 if kind.parallel else 1


def _never() -> bool:
    return False


def _ignore(proposal: Proposal, epoch: Epoch) -> None:
    pass


def test_every_proposal_is_measured_once_as_in_this_process(executor: Executor) -> None:
    toy = evaluator()
    epochs: dict[int, list[int]] = defaultdict(list)
    found: list[Measured] = []
    for wave in (proposals()[:4], proposals()[4:]):
        found += executor.measure(wave, _never, lambda proposal, epoch: epochs[proposal.id].append(epoch.epoch))
    found.sort(key=lambda measured: measured.measurement.proposal)
    assert [measured.measurement.proposal for measured in found] == [0, 1, 2, 3, 4, 5]
    assert all(epochs[id_] == [1, 2] for id_ in range(6))
    direct = [toy.evaluate(proposal, _never, _ignore) for proposal in proposals()]
    assert all(_agree(type(executor), *pair) for pair in zip(found, direct, strict=True))


def test_candidates_that_cannot_be_trained_are_measurements(kind: type[Executor], folder: Path) -> None:
    toy = _evaluator(kind, folder, [_HUGE], {"network": {"filters": 4096}})
    with kind.start(toy, _workers(kind)) as executor:
        (found,) = executor.measure([_HUGE], _never, _ignore)
    assert found.measurement.outcome == "infeasible"
    assert "GiB" in found.measurement.reason
    assert not found.weights


def test_it_stops_when_told_and_drops_what_is_in_flight(kind: type[Executor], folder: Path) -> None:
    long = [] if kind.replays else [{"training": {"epochs": 100_000}}]
    toy = _evaluator(kind, folder, proposals(), *long)
    begun: list[int] = []
    with kind.start(toy, _workers(kind)) as executor:
        found = list(
            executor.measure(proposals(), lambda: len(begun) > 1, lambda proposal, epoch: begun.append(proposal.id))
        )
        assert found == []
        assert list(executor.measure(proposals(), lambda: True, _ignore)) == []


def test_it_goes_on_after_a_wave_was_given_up(executor: Executor) -> None:
    running = executor.measure(proposals(), _never, _ignore)
    next(running)
    del running
    found = {measured.measurement.proposal for measured in executor.measure(proposals(3), _never, _ignore)}
    assert found == {0, 1, 2}


def test_nothing_to_do_is_done_at_once(executor: Executor) -> None:
    assert list(executor.measure([], _never, _ignore)) == []
