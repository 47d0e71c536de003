"""The state of progressive searches."""

import math
import random

import pytest
from tests.strategies.landscape import failed, measured

from vilfredo.spaces.cells import parse_cell
from vilfredo.strategies.progress import Progress, Result, awaited, proposed, told, trained
from vilfredo.trials import Measurement

_CELLS = [str(parse_cell(f"(-1,{name},-1,{name})")) for name in ("identity", "3x3 conv", "5x5 conv")]


@pytest.fixture
def state() -> Progress:
    first = proposed(Progress(seed=3), 0, ["[]"], ["bootstrap"])
    return proposed(first, 1, _CELLS, ["a", "b", "c"], [{"accuracy": 0.1 * place} for place in range(3)])


def test_proposals_are_numbered_on(state: Progress) -> None:
    assert [proposal.id for proposal in state.proposals] == [0, 1, 2, 3]
    assert [proposal.step for proposal in state.proposals] == [0, 1, 1, 1]
    assert [proposal.origin for proposal in state.proposals] == ["bootstrap", "a", "b", "c"]
    assert [proposal.architecture for proposal in state.proposals] == ["[]", *_CELLS]
    assert [dict(proposal.predicted) for proposal in state.proposals][:3] == [{}, {"accuracy": 0.0}, {"accuracy": 0.1}]
    assert (state.step, state.seed) == (1, 3)
    assert awaited(state) == state.proposals


def test_what_is_not_one_to_one_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="zip"):
        proposed(Progress(seed=0), 1, _CELLS, ["a"])


def test_results_in_any_order_leave_one_state(state: Progress) -> None:
    results = [measured(proposal) for proposal in state.proposals]
    expected = told(state, results)
    for seed in range(5):
        shuffled = random.Random(seed).sample(results, len(results))
        one_by_one = state
        for result in shuffled:
            one_by_one = told(one_by_one, [result])
        assert one_by_one.model_dump_json() == expected.model_dump_json()
    assert awaited(expected) == ()
    assert state.results == {}


def test_strangers_and_second_results_change_nothing(state: Progress) -> None:
    known = told(state, [measured(state.proposals[2])])
    assert awaited(known) == (state.proposals[0], state.proposals[1], state.proposals[3])
    again = measured(state.proposals[2]).model_copy(update={"objectives": {"accuracy": 1.0, "training_time": 9.0}})
    stranger = again.model_copy(update={"proposal": 4})
    assert told(known, [again, stranger]) == known


@pytest.mark.parametrize(
    "objectives",
    [
        {},
        {"accuracy": 0.5},
        {"training_time": 1.0},
        {"accuracy": math.nan, "training_time": 1.0},
        {"accuracy": 0.5, "training_time": math.inf},
    ],
)
def test_what_is_not_finite_is_not_usable(state: Progress, objectives: dict[str, float]) -> None:
    bad = Measurement(proposal=1, architecture=_CELLS[0], outcome="complete", objectives=objectives)
    known = told(state, [bad, failed(state.proposals[2]), failed(state.proposals[3], "infeasible")])
    assert awaited(known) == (state.proposals[0],)
    assert trained(known) == []
    assert not any(result.usable for result in known.results.values())


def test_a_failed_candidate_with_objectives_is_not_usable(state: Progress) -> None:
    partial = measured(state.proposals[1]).model_copy(update={"outcome": "failed"})
    assert trained(told(state, [partial])) == []


def test_trained_cells_of_one_step_or_of_all(state: Progress) -> None:
    known = told(state, [measured(state.proposals[index]) for index in (3, 0, 1)])
    assert [cell for cell, _ in trained(known)] == ["[]", _CELLS[0], _CELLS[2]]
    assert [cell for cell, _ in trained(known, 1)] == [_CELLS[0], _CELLS[2]]
    assert trained(known, 2) == []
    objectives = measured(state.proposals[3]).objectives
    assert trained(known, 1)[1][1] == Result(score=objectives["accuracy"], training_time=objectives["training_time"])


def test_the_score_is_a_fraction_of_which_more_is_better(state: Progress) -> None:
    objectives = {"accuracy": 0.9, "macro_f1": 0.25, "nll": 2.0, "training_time": 1.0}
    result = measured(state.proposals[1]).model_copy(update={"objectives": objectives})
    assert told(state, [result], "macro_f1").results[1].score == 0.25
    assert told(state, [result], "nll").results[1].score == math.exp(-2)
    endless = result.model_copy(update={"objectives": {**objectives, "nll": math.inf}})
    assert not told(state, [endless], "nll").results[1].usable


def test_states_of_earlier_versions_are_read() -> None:
    assert Result.model_validate({"accuracy": 0.5, "training_time": 1.0}).score == 0.5


def test_the_state_survives_json(state: Progress) -> None:
    known = told(state, [measured(state.proposals[1]), failed(state.proposals[2])])
    assert Progress.model_validate_json(known.model_dump_json()) == known
