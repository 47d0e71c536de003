"""What holds for every strategy in the folder, on a toy landscape."""

import random
from typing import Any

import numpy as np
import pytest
from tests.strategies.landscape import PROBLEM, UNLIMITED, cheap_settings, failed, measured, proposals_of, search

from vilfredo import pareto
from vilfredo.errors import InputError
from vilfredo.spaces.canonical import canonical_cell
from vilfredo.spaces.cells import parse_cell
from vilfredo.strategies.protocol import Strategy, find_strategy, strategies
from vilfredo.trials import Budget, Evaluate, Finished, Measurement, Proposal


@pytest.fixture(params=sorted(strategies()))
def strategy(request: pytest.FixtureRequest) -> Strategy[Any]:
    return strategies()[request.param].read(cheap_settings(request.param, 6))


def test_proposals_are_legal_canonical_and_new(strategy: Strategy[Any]) -> None:
    answers, _ = search(strategy)
    proposals = proposals_of(answers)
    assert [proposal.id for proposal in proposals] == list(range(len(proposals)))
    for proposal in proposals:
        cell = parse_cell(proposal.architecture)
        assert len(cell) <= PROBLEM.space.blocks
        assert cell.operators <= set(PROBLEM.space.operators)
        assert all(-PROBLEM.space.lookback <= source for source in cell.lookbacks)
        assert str(canonical_cell(cell)) == proposal.architecture
    assert len({proposal.architecture for proposal in proposals}) == len(proposals)


def test_plan_bounds_every_step(strategy: Strategy[Any]) -> None:
    answers, _ = search(strategy)
    plan = strategy.plan(PROBLEM)
    for answer in answers:
        assert len(answer.proposals) <= plan[answer.proposals[0].step]


def test_asking_twice_changes_nothing(strategy: Strategy[Any]) -> None:
    state = strategy.start(PROBLEM, 3)
    while True:
        before = state.model_dump_json()
        first = strategy.ask(PROBLEM, state, UNLIMITED)
        second = strategy.ask(PROBLEM, state, UNLIMITED)
        assert first == second
        assert state.model_dump_json() == before
        answer, state = first
        if isinstance(answer, Finished):
            break
        again, unchanged = strategy.ask(PROBLEM, state, UNLIMITED)
        assert isinstance(again, Evaluate)
        assert again.proposals == answer.proposals
        assert unchanged == state
        state = strategy.tell(PROBLEM, state, [measured(proposal) for proposal in answer.proposals])


def test_same_seed_same_search(strategy: Strategy[Any]) -> None:
    assert search(strategy, seed=5) == search(strategy, seed=5)


def test_resumed_from_json_equals_uninterrupted(strategy: Strategy[Any]) -> None:
    expected, final = search(strategy, seed=1)
    state = strategy.start(PROBLEM, 1)
    answers = []
    while True:
        state = strategy.state_type.model_validate_json(state.model_dump_json())
        answer, state = strategy.ask(PROBLEM, state, UNLIMITED)
        if isinstance(answer, Finished):
            break
        answers.append(answer)
        for proposal in answer.proposals:
            state = strategy.state_type.model_validate_json(state.model_dump_json())
            state = strategy.tell(PROBLEM, state, [measured(proposal)])
    assert answers == expected
    assert state == final


def test_results_in_any_order_and_twice(strategy: Strategy[Any]) -> None:
    expected, final = search(strategy, seed=2)
    rng = random.Random(0)
    state = strategy.start(PROBLEM, 2)
    answers = []
    while True:
        answer, state = strategy.ask(PROBLEM, state, UNLIMITED)
        if isinstance(answer, Finished):
            break
        answers.append(answer)
        results = [measured(proposal) for proposal in answer.proposals]
        rng.shuffle(results)
        for result in results:
            state = strategy.tell(PROBLEM, state, [result, result])
    assert answers == expected
    assert state == final


def test_only_what_is_missing_is_asked_for_again(strategy: Strategy[Any]) -> None:
    state = strategy.start(PROBLEM, 0)
    answer, state = strategy.ask(PROBLEM, state, UNLIMITED)
    while isinstance(answer, Evaluate) and len(answer.proposals) < 3:
        state = strategy.tell(PROBLEM, state, [measured(proposal) for proposal in answer.proposals])
        answer, state = strategy.ask(PROBLEM, state, UNLIMITED)
    assert isinstance(answer, Evaluate)
    state = strategy.tell(PROBLEM, state, [measured(answer.proposals[1])])
    rest, _ = strategy.ask(PROBLEM, state, UNLIMITED)
    assert isinstance(rest, Evaluate)
    assert rest.proposals == (answer.proposals[0], *answer.proposals[2:])


def test_results_never_asked_for_are_ignored(strategy: Strategy[Any]) -> None:
    state = strategy.start(PROBLEM, 0)
    stranger = Measurement(proposal=10_000, architecture="[]", outcome="complete", objectives={"accuracy": 1.0})
    assert strategy.tell(PROBLEM, state, [stranger]) == state


def _every_third_fails(proposal: Proposal) -> Measurement:
    if proposal.id % 3 == 1:
        return failed(proposal, "infeasible" if proposal.id % 2 else "failed")
    result = measured(proposal)
    if proposal.id % 3 == 2 and proposal.id % 5 == 0:
        return result.model_copy(update={"objectives": {**result.objectives, "accuracy": float("nan")}})
    return result


def test_failures_and_nans_are_survived(strategy: Strategy[Any]) -> None:
    answers, _ = search(strategy, oracle=_every_third_fails)
    assert max(answer.proposals[0].step for answer in answers) == PROBLEM.space.blocks


def test_nothing_but_failures_ends_the_search(strategy: Strategy[Any]) -> None:
    answers, _ = search(strategy, oracle=failed)
    assert answers


def test_a_small_budget_narrows_the_steps(strategy: Strategy[Any]) -> None:
    state = strategy.start(PROBLEM, 0)
    sizes = []
    while True:
        answer, state = strategy.ask(PROBLEM, state, Budget(seconds=1.0, trials=4))
        if isinstance(answer, Finished):
            break
        sizes.append((answer.proposals[0].step, len(answer.proposals)))
        state = strategy.tell(PROBLEM, state, [measured(proposal) for proposal in answer.proposals])
    full = {answer.proposals[0].step: len(answer.proposals) for answer in search(strategy)[0]}
    assert all(0 < count <= full[step] or step > 1 for step, count in sizes)
    assert all(count <= 4 for step, count in sizes if step > 1)
    assert sizes[-1][0] == PROBLEM.space.blocks


def test_beats_random_search_on_as_many_trials(strategy: Strategy[Any]) -> None:
    merit = _CRITERION.get(strategy.name, _hypervolume)
    trials = len(proposals_of(search(strategy)[0]))
    rival = strategies()["random"].read({"cells_per_size": -(-trials // PROBLEM.space.blocks)})
    own, random_search = (np.mean([merit(searcher, seed) for seed in range(3)]) for searcher in (strategy, rival))
    assert strategy.name == "random" or own > random_search


def _best_accuracy(strategy: Strategy[Any], seed: int) -> float:
    return max(measured(proposal).objectives["accuracy"] for proposal in proposals_of(search(strategy, seed)[0]))


def _hypervolume(strategy: Strategy[Any], seed: int) -> float:
    results = [measured(proposal).objectives for proposal in proposals_of(search(strategy, seed)[0])]
    points = np.array([[1 - result["accuracy"], result["training_time"]] for result in results])
    return pareto.hypervolume(points, (1.0, 35.0))


# What a strategy is after, where that is not the front of accuracy and time.
_CRITERION = {"pnas": _best_accuracy}


def test_settings_are_frozen_and_read_back(strategy: Strategy[Any]) -> None:
    table = strategy.model_dump(mode="json")
    assert type(strategy).read(table).model_dump(mode="json") == table
    with pytest.raises(InputError, match="no_such_setting"):
        type(strategy).read({"no_such_setting": 1})


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="popnas-v3"):
        find_strategy("popnas-3")
