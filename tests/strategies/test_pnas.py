"""PNAS: predicted accuracy alone."""

import math
from itertools import pairwise

import pytest
from tests.strategies.landscape import LANDSCAPES, PROBLEM, cheap_settings, failed, measured, proposals_of, search
from tests.strategies.oracles import LESSONS, Oracle, foreseen
from tests.strategies.slow_popnas import children

from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.cells import Cell, parse_cell
from vilfredo.strategies.pnas import Pnas
from vilfredo.strategies.protocol import Problem
from vilfredo.trials import Measurement, Proposal

_SPACE = CellSpace(operators=("identity", "7x7 conv", "3x3 conv"), lookback=2, blocks=3)
_PROBLEM = Problem(space=_SPACE, macro=PROBLEM.macro)
_STRATEGY = Pnas(beam_size=6, accuracy_predictor=Oracle(objective="accuracy", vocabulary=_SPACE.vocabulary))


def _third_fails(proposal: Proposal) -> Measurement:
    return failed(proposal) if proposal.id % 3 == 2 else measured(proposal)


def test_exactly_the_most_accurate_are_trained() -> None:
    steps = [answer.proposals for answer in search(_STRATEGY, oracle=_third_fails, problem=_PROBLEM)[0]]
    assert [p.architecture for p in steps[0]] == ["[]"]
    assert {p.architecture for p in steps[1]} == {str(cell) for cell in children([Cell()], _SPACE)}
    assert len(steps) == _SPACE.blocks + 1
    for before, step in pairwise(steps[1:]):
        parents = [parse_cell(p.architecture) for p in before if _third_fails(p).outcome == "complete"]
        ranked = sorted(children(parents, _SPACE), key=lambda cell: -foreseen(cell, "accuracy"))
        assert [p.architecture for p in step] == [str(cell) for cell in ranked[:6]]
        assert [p.predicted for p in step] == [{"accuracy": foreseen(cell, "accuracy")} for cell in ranked[:6]]
        assert {p.origin for p in step} == {"beam"}


def test_time_is_not_asked_for() -> None:
    LESSONS.clear()
    search(_STRATEGY, problem=_PROBLEM)
    assert [lesson.objective for lesson in LESSONS] == ["accuracy"] * 2
    assert not any(lesson.samples.features.any() for lesson in LESSONS)


def test_another_score_is_maximised_as_its_fraction() -> None:
    """The likelihood of the loss is the accuracy here, so that both searches are one."""
    by_accuracy, by_loss = (LANDSCAPES[name] for name in ("cells", "cells-nll"))
    strategy = Pnas.read(cheap_settings("pnas", 8))
    one, other = (
        proposals_of(search(strategy, oracle=landscape.measured, problem=landscape.problem)[0])
        for landscape in (by_accuracy, by_loss)
    )
    assert [proposal.architecture for proposal in one] == [proposal.architecture for proposal in other]
    for left, right in zip(one, other, strict=True):
        if left.step > 1:
            likelihood = min(1.0, left.predicted["accuracy"])
            assert right.predicted == pytest.approx({"nll": -math.log(likelihood)}, abs=1e-9)


def test_the_plan() -> None:
    assert _STRATEGY.plan(_PROBLEM) == (1, 21, 6, 6)
    assert Pnas().beam_size == 128
