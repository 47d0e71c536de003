"""Algorithm 1, step by step."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from tests.strategies import slow_popnas
from tests.strategies.landscape import LANDSCAPES, PROBLEM, failed, measured, proposals_of, search
from tests.strategies.oracles import LESSONS, Oracle, foreseen
from tests.strategies.slow_popnas import Candidate, children

from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.cells import Cell, parse_cell
from vilfredo.strategies.popnas_v3 import PopnasV3
from vilfredo.strategies.progress import Progress
from vilfredo.strategies.protocol import Problem
from vilfredo.trials import Budget, Evaluate, Measurement, Proposal

_SPACE = CellSpace(operators=("identity", "7x7 conv", "3x3 conv"), lookback=2, blocks=3)
_PROBLEM = Problem(space=_SPACE, macro=PROBLEM.macro)
_K, _J = 5, 3


def _strategy(beam: int = _K, exploration: int = _J) -> PopnasV3:
    vocabulary = _SPACE.vocabulary
    return PopnasV3(
        beam_size=beam,
        exploration_beam_size=exploration,
        accuracy_predictor=Oracle(objective="accuracy", vocabulary=vocabulary),
        time_predictor=Oracle(objective="training_time", vocabulary=vocabulary),
    )


def _third_fails(proposal: Proposal) -> Measurement:
    return failed(proposal) if proposal.id % 3 == 2 else measured(proposal)


def _expected(parents: list[Cell], front_limit: int, exploration_limit: int) -> list[tuple[str, str]]:
    """Architectures and origins of a step, spelled out slowly."""
    space = _SPACE
    candidates = [
        Candidate(cell, foreseen(cell, "accuracy"), foreseen(cell, "training_time"))
        for cell in children(parents, space)
    ]
    front = slow_popnas.front(candidates, front_limit)
    cells = [candidate.cell for candidate in front]
    operators, inputs = slow_popnas.rare_operators(cells, space), slow_popnas.rare_inputs(cells, space)
    explored = []
    if operators or inputs:
        explored = slow_popnas.explore(candidates, front, operators, inputs, exploration_limit)
    chosen = [(candidate, "front") for candidate in front] + [(candidate, "exploration") for candidate in explored]
    return [(str(candidate.cell), origin) for candidate, origin in chosen]


@pytest.mark.parametrize("oracle", [measured, _third_fails])
def test_every_step_equals_the_slow_spelling(oracle: Callable[[Proposal], Measurement]) -> None:
    answers, state = search(_strategy(), oracle=oracle, problem=_PROBLEM)
    steps = [answer.proposals for answer in answers]
    assert [[proposal.step for proposal in step] for step in steps[:2]] == [[0], [1] * 21]
    assert steps[0][0].architecture == "[]"
    assert {p.architecture for p in steps[1]} == {str(cell) for cell in children([Cell()], _SPACE)}
    explored = 0
    for size, (before, step) in enumerate(pairwise(steps[1:]), start=2):
        assert {proposal.step for proposal in step} == {size}
        # Only what could be trained is expanded.
        parents = [parse_cell(p.architecture) for p in before if oracle(p).outcome == "complete"]
        assert [(p.architecture, p.origin) for p in step] == _expected(parents, _K, _J)
        explored += sum(proposal.origin == "exploration" for proposal in step)
    assert len(steps) == _SPACE.blocks + 1
    assert explored
    assert state.step == _SPACE.blocks


def test_the_last_size_is_explored_too() -> None:
    answers, _ = search(_strategy(beam=3), problem=_PROBLEM)
    last = answers[-1].proposals
    assert last[0].step == _SPACE.blocks
    assert "exploration" in {proposal.origin for proposal in last}


def test_what_was_predicted_is_stored() -> None:
    for proposal in proposals_of(search(_strategy(), problem=_PROBLEM)[0]):
        cell = parse_cell(proposal.architecture)
        names = ("accuracy", "training_time") if proposal.step > 1 else ()
        assert proposal.predicted == {name: foreseen(cell, name) for name in names}


def test_nothing_is_trained_twice() -> None:
    proposals = proposals_of(search(_strategy(), problem=_PROBLEM)[0])
    assert len({proposal.architecture for proposal in proposals}) == len(proposals)


def test_limits_hold_and_the_front_is_in_order() -> None:
    answers, _ = search(_strategy(), problem=_PROBLEM)
    for answer in answers[2:]:
        for origin, limit in (("front", _K), ("exploration", _J)):
            predicted = [p.predicted for p in answer.proposals if p.origin == origin]
            accuracies = [values["accuracy"] for values in predicted]
            times = [values["training_time"] for values in predicted]
            assert len(predicted) <= limit
            assert accuracies == sorted(accuracies, reverse=True)
            assert times == sorted(times, reverse=True)


def test_without_an_exploration_beam_nothing_is_explored() -> None:
    answers, _ = search(_strategy(exploration=0), problem=_PROBLEM)
    assert {proposal.origin for answer in answers[2:] for proposal in answer.proposals} == {"front"}


def test_the_predictors_learn_from_all_that_was_trained() -> None:
    LESSONS.clear()
    answers, _ = search(_strategy(), oracle=_third_fails, problem=_PROBLEM)
    known: list[Proposal] = []
    lessons = iter(LESSONS)
    for answer in answers[:-1]:
        known += [p for p in answer.proposals if _third_fails(p).outcome == "complete"]
        if answer.proposals[0].step == 0:
            continue
        for objective in ("accuracy", "training_time"):
            lesson = next(lessons)
            assert lesson.objective == objective
            assert lesson.targets.tolist() == [measured(p).objectives[objective] for p in known]
            assert lesson.samples.sizes.tolist() == [p.step for p in known]
    assert next(lessons, None) is None
    # The time predictor gets the time features, of which the last of the empty cell is 1.
    for lesson in LESSONS:
        timed = lesson.objective == "training_time"
        assert lesson.samples.features.any() == timed
        assert lesson.samples.features[0, -1] == timed
    seeds = [lesson.seed for lesson in LESSONS]
    assert len(set(seeds)) == len(seeds)


def test_the_facts_of_a_step() -> None:
    answers, _ = search(_strategy(), problem=_PROBLEM)
    notes = answers[2].notes
    cells = children([parse_cell(p.architecture) for p in answers[1].proposals], _SPACE)
    assert (notes["parents"], notes["expanded"], notes["candidates"]) == (21, 21 * 45, len(cells))
    assert notes["isomorphs_spared"] == 21 * 45 - len(cells)
    front = [parse_cell(p.architecture) for p in answers[2].proposals if p.origin == "front"]
    assert notes["exploration_operators"] == slow_popnas.rare_operators(front, _SPACE)
    assert notes["exploration_inputs"] == slow_popnas.rare_inputs(front, _SPACE)
    # The landscape's costs: 0.1, 1 and 4 per operator, above the empty cell's.
    expected = {"identity": 0.025, "3x3 conv": 0.25, "7x7 conv": 1.0}
    assert notes["operator_costs"] == pytest.approx(expected)


@pytest.mark.parametrize(("trials", "front", "explored"), [(16, 5, 3), (8, 3, 1), (4, 2, 0), (2, 1, 0), (0, 1, 0)])
def test_a_budget_narrows_both_beams(trials: int, front: int, explored: int) -> None:
    strategy, state = _strategy(), Progress(seed=0)
    for _ in range(2):
        answer, state = strategy.ask(_PROBLEM, state, Budget())
        assert isinstance(answer, Evaluate)
        state = strategy.tell(_PROBLEM, state, [measured(proposal) for proposal in answer.proposals])
    answer, _ = strategy.ask(_PROBLEM, state, Budget(seconds=1.0, trials=trials))
    assert isinstance(answer, Evaluate)
    parents = children([Cell()], _SPACE)
    assert {(p.architecture, p.origin) for p in answer.proposals} == set(_expected(parents, front, explored))


def test_the_plan() -> None:
    assert _strategy().plan(_PROBLEM) == (1, 21, 8, 8)


def test_perceptrons_are_searched_and_explored() -> None:
    landscape = LANDSCAPES["mlps-nll"]
    settings = {"beam_size": 3, "exploration_beam_size": 4, "accuracy_predictor": "ridge", "time_predictor": "ridge"}
    answers, _ = search(PopnasV3.read(settings), oracle=landscape.measured, problem=landscape.problem)
    assert [answer.proposals[0].step for answer in answers] == [0, 1, 2, 3, 4]
    for answer in answers[2:]:
        rare = answer.notes["exploration_operators"]
        assert answer.notes["exploration_inputs"] == []
        assert answer.notes["operator_costs"] == {}
        explored = [p.architecture for p in answer.proposals if p.origin == "exploration"]
        assert all(any(name in text for name in rare) for text in explored)
        predicted = [p.predicted for p in answer.proposals if p.origin == "front"]
        # Along the front the loss rises and the time falls.
        assert [values["nll"] for values in predicted] == sorted(values["nll"] for values in predicted)
        times = [values["training_time"] for values in predicted]
        assert times == sorted(times, reverse=True)
    assert "exploration" in {proposal.origin for proposal in proposals_of(answers)}


def test_the_paper_s_predictors_read_perceptrons() -> None:
    landscape = LANDSCAPES["mlps"]
    settings = {
        "beam_size": 4,
        "exploration_beam_size": 2,
        "accuracy_predictor": {"name": "lstm-attention", "epochs": 2, "members": 2},
        "time_predictor": {"name": "catboost", "trials": 1, "iterations": 20, "trend": True},
    }
    answers, _ = search(PopnasV3.read(settings), oracle=landscape.measured, problem=landscape.problem)
    assert answers[-1].proposals[0].step == landscape.problem.space.largest


def test_the_defaults_are_the_paper_s() -> None:
    strategy = PopnasV3()
    assert (strategy.beam_size, strategy.exploration_beam_size) == (128, 16)
    assert (strategy.accuracy_predictor.name, strategy.time_predictor.name) == ("lstm-attention", "catboost")


def test_the_seed_reaches_the_predictors_only() -> None:
    LESSONS.clear()
    assert search(_strategy(), seed=0, problem=_PROBLEM)[0] == search(_strategy(), seed=1, problem=_PROBLEM)[0]
    half = len(LESSONS) // 2
    seeds = np.array([lesson.seed for lesson in LESSONS])
    assert (seeds[:half] != seeds[half:]).all()
