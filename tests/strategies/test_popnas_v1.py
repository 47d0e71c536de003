"""POPNAS v1: the front under the time limit, and its own predictors in its own space."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from tests.strategies import slow_popnas
from tests.strategies.landscape import LANDSCAPES, PROBLEM, UNLIMITED, failed, measured, proposals_of, search
from tests.strategies.oracles import LESSONS, Oracle, foreseen
from tests.strategies.slow_popnas import Candidate, children

from vilfredo.errors import InputError
from vilfredo.predictors.sliding_linear import SlidingNnls
from vilfredo.search.presets import preset
from vilfredo.search.settings import resolve
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.cells import Cell, parse_cell
from vilfredo.spaces.parallel_space import OPERATORS, ParallelSpace
from vilfredo.strategies.popnas_v1 import PopnasV1
from vilfredo.strategies.protocol import Problem
from vilfredo.trials import Finished, Measurement, Proposal

_SPACE = CellSpace(operators=("identity", "7x7 conv", "3x3 conv"), lookback=2, blocks=3)
_PROBLEM = Problem(space=_SPACE, macro=PROBLEM.macro)
_FLAT = Problem(space=ParallelSpace(blocks=3))
_COST = dict(zip(OPERATORS, (1.0, 1.2, 1.5, 3.0, 2.0, 2.5, 3.5, 4.0), strict=True))
_GAIN = dict(zip(OPERATORS, (0.05, 0.1, 0.02, 0.3, 0.35, 0.3, 0.2, 0.25), strict=True))


def _strategy(beam: int = 4, time_limit: float | None = None) -> PopnasV1:
    return PopnasV1(
        beam_size=beam,
        time_limit=time_limit,
        controller=Oracle(objective="accuracy", vocabulary=_SPACE.vocabulary),
        regressor=Oracle(objective="training_time", vocabulary=_SPACE.vocabulary),
    )


def _third_fails(proposal: Proposal) -> Measurement:
    return failed(proposal) if proposal.id % 3 == 2 else measured(proposal)


@pytest.mark.parametrize("limit", [None, 14.0])
def test_every_step_is_the_front_of_what_the_limit_leaves(limit: float | None) -> None:
    steps = [answer.proposals for answer in search(_strategy(4, limit), oracle=_third_fails, problem=_PROBLEM)[0]]
    assert [p.architecture for p in steps[0]] == ["[]"]
    assert {p.architecture for p in steps[1]} == {str(cell) for cell in children([Cell()], _SPACE)}
    assert len(steps) == _SPACE.blocks + 1
    for before, step in pairwise(steps[1:]):
        parents = [parse_cell(p.architecture) for p in before if _third_fails(p).outcome == "complete"]
        candidates = [
            Candidate(cell, foreseen(cell, "accuracy"), foreseen(cell, "training_time"))
            for cell in children(parents, _SPACE)
        ]
        left = [one for one in candidates if limit is None or one.time <= limit]
        expected = slow_popnas.front(left, 4)
        assert [p.architecture for p in step] == [str(one.cell) for one in expected]
        assert [p.predicted for p in step] == [
            {"accuracy": one.accuracy, "training_time": one.time} for one in expected
        ]
        assert {p.origin for p in step} == {"front"}


def test_how_many_the_limit_cuts_off_is_noted() -> None:
    answers, _ = search(_strategy(4, 9.0), problem=_PROBLEM)
    assert [answer.notes["over_time_limit"] > 0 for answer in answers[2:]] == [True, True]
    answers, _ = search(_strategy(4), problem=_PROBLEM)
    assert [answer.notes["over_time_limit"] for answer in answers[2:]] == [0, 0]


def test_a_limit_that_leaves_nothing_ends_the_search_and_says_why() -> None:
    strategy, problem = _strategy(4, 1e-3), _PROBLEM
    answers, state = search(strategy, problem=problem)
    assert len(answers) == 2  # the bootstrap is trained, whatever it takes
    answer, _ = strategy.ask(problem, state, UNLIMITED)
    assert isinstance(answer, Finished)
    assert "cells of 2 blocks" in answer.reason
    assert "time limit of 0.001 s" in answer.reason


def test_the_regressor_learns_from_all_there_is() -> None:
    LESSONS.clear()
    search(_strategy(), problem=_PROBLEM)
    assert [lesson.objective for lesson in LESSONS] == ["training_time", "accuracy"] * 2
    assert [int(lesson.samples.sizes.min()) for lesson in LESSONS] == [0] * 4
    assert [int(lesson.samples.sizes.max()) for lesson in LESSONS] == [1, 1, 2, 2]


def _flat(proposal: Proposal) -> Measurement:
    names = [name for block in parse_cell(proposal.architecture).blocks for name in (block.op1, block.op2)]
    accuracy = 0.1 + 0.85 * (1 - np.exp(-sum(_GAIN[name] for name in names)))
    time = 0.5 + sum(_COST[name] for name in names)
    return Measurement(
        proposal=proposal.id,
        architecture=proposal.architecture,
        outcome="complete",
        objectives={"accuracy": float(accuracy), "training_time": time},
    )


def test_its_own_space_and_predictors_from_end_to_end() -> None:
    answers, state = search(PopnasV1(beam_size=8), oracle=_flat, problem=_FLAT)
    assert [len(answer.proposals) for answer in answers[:2]] == [1, 36]
    assert answers[2].notes["candidates"] == 36 * 37 // 2
    assert state.step == 3
    for proposal in proposals_of(answers[2:]):
        true = _flat(proposal).objectives["training_time"]
        assert proposal.predicted["training_time"] == pytest.approx(true, rel=0.25)


def test_a_plan_of_the_papers_size() -> None:
    strategy = PopnasV1.read({})
    assert strategy.plan(Problem(space=ParallelSpace())) == (1, 36, 256, 256, 256, 256)


def test_the_papers_preset_has_the_papers_numbers() -> None:
    settings = resolve(preset("paper-v1"))
    assert isinstance(settings.space, ParallelSpace)
    assert settings.space == ParallelSpace()  # the defaults are the paper's: eight operators, B 5, N 2, F 32
    assert settings.strategy == PopnasV1()
    assert (settings.training.epochs, settings.training.learning_rate) == (20, 0.01)
    assert settings.network is None


def test_on_another_preset_it_keeps_its_predictors_and_searches_that_space() -> None:
    settings = resolve(preset("quick"), {"strategy": "popnas-v1"})
    assert isinstance(settings.space, CellSpace)
    assert settings.strategy == PopnasV1(beam_size=10)


def test_every_regressor_can_be_chosen_by_name() -> None:
    for name in ("sliding-ridge", "sliding-nnls", "sliding-trees", "block-sum", "catboost"):
        assert PopnasV1.read({"regressor": name}).regressor.name == name
    chosen = PopnasV1.read({"regressor": {"name": "sliding-nnls", "encoding": {"reindex": "static", "inputs": True}}})
    assert isinstance(chosen.regressor, SlidingNnls)
    assert chosen.regressor.encoding.inputs
    with pytest.raises(InputError, match="sliding-nnls"):
        PopnasV1.read({"regressor": "sliding-nls"})


def test_settings_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InputError, match="time_limit"):
        PopnasV1.read({"time_limit": 0})
    with pytest.raises(InputError, match="beam_size"):
        PopnasV1.read({"beam_size": 0})


def test_another_score_is_a_fraction_to_the_controller() -> None:
    landscape = LANDSCAPES["cells-nll"]
    strategy = PopnasV1(beam_size=5)
    found = proposals_of(search(strategy, oracle=landscape.measured, problem=landscape.problem)[0])
    assert {"nll", "training_time"} == set(found[-1].predicted)


def test_blocks_slide_over_as_many_places_as_the_largest_architectures_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int | None] = []
    fit = SlidingNnls.fit

    def watched(predictor: SlidingNnls, *arguments: Any, **options: Any) -> Any:
        seen.append(predictor.encoding.blocks)
        return fit(predictor, *arguments, **options)

    monkeypatch.setattr(SlidingNnls, "fit", watched)
    controller = Oracle(objective="accuracy", vocabulary=_SPACE.vocabulary)
    for blocks in (2, 3):
        seen.clear()
        problem = Problem(space=_SPACE.model_copy(update={"blocks": blocks}), macro=PROBLEM.macro)
        search(PopnasV1(beam_size=2, controller=controller), problem=problem)
        assert set(seen) == {blocks}
