"""Random search."""

from collections import Counter

from tests.strategies.landscape import LANDSCAPES, MLPS, PROBLEM, failed, proposals_of, search
from tests.strategies.slow_popnas import children

from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.cells import Cell
from vilfredo.strategies.protocol import Problem
from vilfredo.strategies.random import RandomSearch

_SPACE = CellSpace(operators=("identity", "3x3 conv"), lookback=1, blocks=2)
_TINY = Problem(space=_SPACE, macro=PROBLEM.macro)


def test_as_many_of_each_size() -> None:
    answers, _ = search(RandomSearch(cells_per_size=7))
    assert [[proposal.step for proposal in answer.proposals] for answer in answers] == [
        [size] * 7 for size in range(1, PROBLEM.space.largest + 1)
    ]
    assert {proposal.origin for proposal in proposals_of(answers)} == {"sample"}


def test_every_class_is_equally_likely() -> None:
    ones = children([Cell()], _SPACE)
    classes = {1: ones, 2: children(ones, _SPACE)}
    draws = 200
    counts = Counter[str]()
    strategy = RandomSearch(cells_per_size=1)
    for seed in range(draws):
        counts.update(p.architecture for p in proposals_of(search(strategy, seed, problem=_TINY)[0]))
    for cells in classes.values():
        expected = draws / len(cells)
        found = [counts[str(cell)] for cell in cells]
        assert sum(found) == draws
        # Chi-squared: its mean is the degrees of freedom f, its variance 2 f; this is five deviations above.
        freedom = len(cells) - 1
        statistic = sum((count - expected) ** 2 / expected for count in found)
        assert statistic < freedom + 5 * (2 * freedom) ** 0.5


def test_a_size_with_fewer_classes_is_drawn_out() -> None:
    answers, _ = search(RandomSearch(cells_per_size=1000), problem=_TINY)
    assert {p.architecture for p in answers[0].proposals} == {str(cell) for cell in children([Cell()], _SPACE)}
    assert len(answers[0].proposals) == 3


def test_perceptrons_are_drawn_too() -> None:
    answers, _ = search(RandomSearch(cells_per_size=12), oracle=LANDSCAPES["mlps"].measured, problem=MLPS)
    ones = {p.architecture for p in answers[0].proposals}
    assert ones == set(MLPS.space.texts(MLPS.space.first()))  # nine, though twelve were asked for
    assert [len(answer.proposals) for answer in answers[1:]] == [12] * 3


def test_seeds_differ_and_results_change_nothing() -> None:
    strategy = RandomSearch(cells_per_size=5)
    first = proposals_of(search(strategy, seed=0)[0])
    assert first != proposals_of(search(strategy, seed=1)[0])
    assert first == proposals_of(search(strategy, seed=0, oracle=failed)[0])


def test_the_plan() -> None:
    assert RandomSearch(cells_per_size=5).plan(PROBLEM) == (0, 5, 5, 5, 5)
