"""What holds for every strategy in the folder, on toy landscapes of cells and of perceptrons."""

import random
from typing import Any

import numpy as np
import pytest
from tests.strategies.landscape import LANDSCAPES, UNLIMITED, Landscape, cheap_settings, failed, proposals_of, search

from vilfredo import pareto
from vilfredo.errors import InputError
from vilfredo.strategies.protocol import Strategy, find_strategy, strategies
from vilfredo.trials import Budget, Evaluate, Finished, Measurement, Proposal


@pytest.fixture(params=sorted(strategies()))
def strategy(request: pytest.FixtureRequest) -> Strategy[Any]:
    return strategies()[request.param].read(cheap_settings(request.param, 6))


@pytest.fixture(params=sorted(LANDSCAPES))
def landscape(request: pytest.FixtureRequest) -> Landscape:
    return LANDSCAPES[request.param]


def run(strategy: Strategy[Any], landscape: Landscape, seed: int = 0) -> tuple[list[Evaluate], Any]:
    answers, state = search(strategy, seed, landscape.measured, landscape.problem)
    return answers, state


def test_proposals_are_legal_canonical_and_new(strategy: Strategy[Any], landscape: Landscape) -> None:
    answers, _ = run(strategy, landscape)
    proposals = proposals_of(answers)
    assert [proposal.id for proposal in proposals] == list(range(len(proposals)))
    space = landscape.problem.space
    for proposal in proposals:
        assert space.size_of(proposal.architecture) == proposal.step <= space.largest
        assert space.texts(space.codes([proposal.architecture])) == [proposal.architecture]
    assert len({proposal.architecture for proposal in proposals}) == len(proposals)


def test_plan_bounds_every_step(strategy: Strategy[Any], landscape: Landscape) -> None:
    answers, _ = run(strategy, landscape)
    plan = strategy.plan(landscape.problem)
    for answer in answers:
        assert len(answer.proposals) <= plan[answer.proposals[0].step]


def test_asking_twice_changes_nothing(strategy: Strategy[Any], landscape: Landscape) -> None:
    state = strategy.start(landscape.problem, 3)
    while True:
        before = state.model_dump_json()
        first = strategy.ask(landscape.problem, state, UNLIMITED)
        second = strategy.ask(landscape.problem, state, UNLIMITED)
        assert first == second
        assert state.model_dump_json() == before
        answer, state = first
        if isinstance(answer, Finished):
            break
        again, unchanged = strategy.ask(landscape.problem, state, UNLIMITED)
        assert isinstance(again, Evaluate)
        assert again.proposals == answer.proposals
        assert unchanged == state
        state = strategy.tell(landscape.problem, state, [landscape.measured(proposal) for proposal in answer.proposals])


def test_same_seed_same_search(strategy: Strategy[Any], landscape: Landscape) -> None:
    assert run(strategy, landscape, seed=5) == run(strategy, landscape, seed=5)


def test_resumed_from_json_equals_uninterrupted(strategy: Strategy[Any], landscape: Landscape) -> None:
    expected, final = run(strategy, landscape, seed=1)
    state = strategy.start(landscape.problem, 1)
    answers = []
    while True:
        state = strategy.state_type.model_validate_json(state.model_dump_json())
        answer, state = strategy.ask(landscape.problem, state, UNLIMITED)
        if isinstance(answer, Finished):
            break
        answers.append(answer)
        for proposal in answer.proposals:
            state = strategy.state_type.model_validate_json(state.model_dump_json())
            state = strategy.tell(landscape.problem, state, [landscape.measured(proposal)])
    assert answers == expected
    assert state == final


def test_results_in_any_order_and_twice(strategy: Strategy[Any], landscape: Landscape) -> None:
    expected, final = run(strategy, landscape, seed=2)
    rng = random.Random(0)
    state = strategy.start(landscape.problem, 2)
    answers = []
    while True:
        answer, state = strategy.ask(landscape.problem, state, UNLIMITED)
        if isinstance(answer, Finished):
            break
        answers.append(answer)
        results = [landscape.measured(proposal) for proposal in answer.proposals]
        rng.shuffle(results)
        for result in results:
            state = strategy.tell(landscape.problem, state, [result, result])
    assert answers == expected
    assert state == final


def test_only_what_is_missing_is_asked_for_again(strategy: Strategy[Any], landscape: Landscape) -> None:
    state = strategy.start(landscape.problem, 0)
    answer, state = strategy.ask(landscape.problem, state, UNLIMITED)
    while isinstance(answer, Evaluate) and len(answer.proposals) < 3:
        state = strategy.tell(landscape.problem, state, [landscape.measured(proposal) for proposal in answer.proposals])
        answer, state = strategy.ask(landscape.problem, state, UNLIMITED)
    assert isinstance(answer, Evaluate)
    state = strategy.tell(landscape.problem, state, [landscape.measured(answer.proposals[1])])
    rest, _ = strategy.ask(landscape.problem, state, UNLIMITED)
    assert isinstance(rest, Evaluate)
    assert rest.proposals == (answer.proposals[0], *answer.proposals[2:])


def test_results_never_asked_for_are_ignored(strategy: Strategy[Any], landscape: Landscape) -> None:
    state = strategy.start(landscape.problem, 0)
    stranger = Measurement(proposal=10_000, architecture="[]", outcome="complete", objectives={"accuracy": 1.0})
    assert strategy.tell(landscape.problem, state, [stranger]) == state


def test_failures_and_nans_are_survived(strategy: Strategy[Any], landscape: Landscape) -> None:
    def every_third_fails(proposal: Proposal) -> Measurement:
        if proposal.id % 3 == 1:
            return failed(proposal, "infeasible" if proposal.id % 2 else "failed")
        result = landscape.measured(proposal)
        if proposal.id % 3 == 2 and proposal.id % 5 == 0:
            nan = {landscape.problem.score: float("nan")}
            return result.model_copy(update={"objectives": {**result.objectives, **nan}})
        return result

    answers, _ = search(strategy, oracle=every_third_fails, problem=landscape.problem)
    assert max(answer.proposals[0].step for answer in answers) == landscape.problem.space.largest


def test_forecasts_are_of_what_is_measured_and_finite(strategy: Strategy[Any], landscape: Landscape) -> None:
    for proposal in proposals_of(run(strategy, landscape)[0]):
        assert proposal.predicted.keys() <= {landscape.problem.score, "training_time"}
        assert np.isfinite(list(proposal.predicted.values())).all()


def test_nothing_but_failures_ends_the_search(strategy: Strategy[Any], landscape: Landscape) -> None:
    answers, _ = search(strategy, oracle=failed, problem=landscape.problem)
    assert answers


def test_a_small_budget_narrows_the_steps(strategy: Strategy[Any], landscape: Landscape) -> None:
    state = strategy.start(landscape.problem, 0)
    sizes = []
    while True:
        answer, state = strategy.ask(landscape.problem, state, Budget(seconds=1.0, trials=4))
        if isinstance(answer, Finished):
            break
        sizes.append((answer.proposals[0].step, len(answer.proposals)))
        state = strategy.tell(landscape.problem, state, [landscape.measured(proposal) for proposal in answer.proposals])
    full = {answer.proposals[0].step: len(answer.proposals) for answer in run(strategy, landscape)[0]}
    assert all(0 < count <= full[step] or step > 1 for step, count in sizes)
    assert all(count <= 4 for step, count in sizes if step > 1)
    assert sizes[-1][0] == landscape.problem.space.largest


def test_beats_random_search_on_as_many_trials(strategy: Strategy[Any], landscape: Landscape) -> None:
    merit = _CRITERION.get(strategy.name, _hypervolume)
    trials = len(proposals_of(run(strategy, landscape)[0]))
    rival = strategies()["random"].read({"cells_per_size": -(-trials // landscape.problem.space.largest)})
    own, others = (
        np.mean([merit(run(searcher, landscape, seed)[0], landscape) for seed in range(3)])
        for searcher in (strategy, rival)
    )
    assert strategy.name == "random" or own > others


def _best_score(answers: list[Evaluate], landscape: Landscape) -> float:
    return max(landscape.score(proposal.architecture) for proposal in proposals_of(answers))


def _hypervolume(answers: list[Evaluate], landscape: Landscape) -> float:
    found = [proposal.architecture for proposal in proposals_of(answers)]
    points = np.array([[1 - landscape.score(text), landscape.time(text)] for text in found])
    return pareto.hypervolume(points, (1.0, 35.0))


# What a strategy is after, where that is not the front of score and time.
_CRITERION = {"pnas": _best_score}


def test_settings_are_frozen_and_read_back(strategy: Strategy[Any]) -> None:
    table = strategy.model_dump(mode="json")
    assert type(strategy).read(table).model_dump(mode="json") == table
    with pytest.raises(InputError, match="no_such_setting"):
        type(strategy).read({"no_such_setting": 1})


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="popnas-v3"):
        find_strategy("popnas-3")
