"""One after the other, in this process."""

from collections.abc import Callable
from typing import Any

import pytest

from vilfredo.search.evaluation import Measured
from vilfredo.search.executors.local import run_locally
from vilfredo.training.loop import Abandoned
from vilfredo.trials import Epoch, Measurement, Proposal

_PROPOSALS = [Proposal(id=index, architecture=f"cell {index}", step=1) for index in range(4)]


class _Evaluator:
    """Notes what it is asked for."""

    def __init__(self) -> None:
        self.begun: list[int] = []

    def evaluate(
        self, proposal: Proposal, should_stop: Callable[[], bool], on_epoch: Callable[[Proposal, Epoch], None]
    ) -> Measured:
        self.begun.append(proposal.id)
        if should_stop():
            raise Abandoned
        on_epoch(proposal, Epoch(epoch=1, learning_rate=1, training_loss=1, validation_accuracy=1, validation_nll=1))
        return Measured(Measurement(proposal=proposal.id, architecture="[]", outcome="complete"), {})


@pytest.fixture
def evaluator() -> Any:
    return _Evaluator()


def test_in_order_and_the_next_only_when_asked_for(evaluator: Any) -> None:
    epochs: list[int] = []
    running = run_locally(evaluator, _PROPOSALS, lambda: False, lambda proposal, epoch: epochs.append(proposal.id))
    assert evaluator.begun == []
    for index in range(4):
        assert next(running).measurement.proposal == index
        assert evaluator.begun == epochs == list(range(index + 1))
    assert list(running) == []


def test_stopped_between_two_candidates(evaluator: Any) -> None:
    stop = False
    running = run_locally(evaluator, _PROPOSALS, lambda: stop, lambda proposal, epoch: None)
    next(running)
    stop = True
    assert list(running) == []
    assert evaluator.begun == [0]


def test_stopped_within_a_candidate_it_is_dropped(evaluator: Any) -> None:
    answers = iter([False, False, False, True])
    running = run_locally(evaluator, _PROPOSALS, lambda: next(answers), lambda proposal, epoch: None)
    assert [measured.measurement.proposal for measured in running] == [0]
    assert evaluator.begun == [0, 1]
