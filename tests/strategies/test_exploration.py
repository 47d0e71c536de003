"""The exploration step, rule by rule and against a slow spelling of it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from tests.strategies import slow_popnas
from tests.strategies.slow_popnas import Candidate

from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.cells import parse_cell
from vilfredo.spaces.mlp_space import MlpSpace
from vilfredo.strategies.exploration import ExplorationSets, exploration_front, exploration_sets

_SPACE = CellSpace(operators=("a", "b", "c"), lookback=2)
_MLPS = MlpSpace(widths=(8, 64), activations=("relu", "tanh"), layers=4)
_NONE = np.array([], dtype=np.int64)


@st.composite
def _cells(draw: st.DrawFn, least: int = 1) -> NDArray[np.int8]:
    """Cells of one size; inputs that exist, operators of the space."""
    size, count = draw(st.integers(1, 4)), draw(st.integers(least, 25))
    cells = draw(arrays.arrays(np.int8, (count, size, 4), elements=st.integers(0, 119)))
    cells[..., 1::2] %= len(_SPACE.operators)
    for block in range(size):
        cells[:, block, 0::2] = cells[:, block, 0::2] % (block + 2) - 2
    return cells


def _encoded(*texts: str) -> NDArray[np.int8]:
    return _SPACE.encode([parse_cell(text) for text in texts])


def _falling(count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Accuracies and times with which no candidate dominates another, the first the most accurate."""
    return -np.arange(count, dtype=np.float64), -np.arange(count, dtype=np.float64)


def _picked(texts: list[str], sets: ExplorationSets, limit: int = 99) -> list[int]:
    cells = _encoded(*texts)
    return exploration_front(cells, *_falling(len(cells)), _NONE, sets, limit)


@given(_cells())
def test_the_sets_hold_what_is_rare(cells: NDArray[np.int8]) -> None:
    decoded = _SPACE.decode(cells)
    sets = exploration_sets(cells, _SPACE)
    assert [_SPACE.vocabulary[index] for index in sets.operators] == slow_popnas.rare_operators(decoded, _SPACE)
    assert list(sets.inputs) == slow_popnas.rare_inputs(decoded, _SPACE)


@pytest.mark.parametrize(("used", "rare"), [(3, True), (4, True), (5, False), (6, False)])
def test_below_the_threshold_is_rare_at_it_is_not(used: int, rare: bool) -> None:
    # 74 operators in all: the threshold is 74 / (5 · 3) = 4.93.
    space = CellSpace(operators=("a", "b", "c"), lookback=1, blocks=1)
    names = ["b"] * used + ["a"] * 35 + ["c"] * (39 - used)
    cells = np.zeros((37, 1, 4), dtype=np.int8)
    cells[..., 0::2] = -1
    cells[..., 1::2] = np.array([space.vocabulary.index(name) for name in names]).reshape(37, 1, 2)
    assert (1 in exploration_sets(cells, space).operators) == rare


def test_exactly_at_the_threshold_is_not_rare() -> None:
    # 10 operators over 2: the threshold is 1; 10 inputs over 1 lookback: the threshold is 2.
    space = CellSpace(operators=("a", "b"), lookback=1)
    once = space.encode([parse_cell("(-1,a,-1,b)")] + [parse_cell("(-1,a,-1,a)")] * 4)
    never = space.encode([parse_cell("(-1,a,-1,a)")] * 5)
    assert exploration_sets(once, space) == ExplorationSets((), ())
    assert exploration_sets(never, space) == ExplorationSets((1,), ())


def test_inputs_that_a_size_does_not_allow_are_not_rare() -> None:
    one = _encoded("(-1,a,-2,b)", "(-2,c,-1,a)")
    assert exploration_sets(one, _SPACE).inputs == ()
    two = _encoded("(-1,a,-2,b);(-1,b,-2,c)")
    assert exploration_sets(two, _SPACE).inputs == (0,)
    three = _encoded("(-1,a,-1,b);(-1,b,0,c);(-1,b,0,c)")
    assert exploration_sets(three, _SPACE).inputs == (-2, 1)


def test_sets_are_true_when_one_holds_something() -> None:
    assert not ExplorationSets((), ())
    assert ExplorationSets((0,), ())
    assert ExplorationSets((), (-1,))


def test_one_set_needs_one_element_at_first() -> None:
    texts = ["(-1,a,-1,a)", "(-1,b,-1,a)", "(-1,a,-1,b)"]
    # 1 + 2 + 1 = 4; after the first pick the other, empty, set is the lesser used: 1 + 2 = 3.
    assert _picked(texts, ExplorationSets((1,), ())) == [1]
    assert _picked([*texts, "(-1,b,-1,b)"], ExplorationSets((1,), ())) == [1, 3]
    assert _picked(["(-1,a,-2,a)"], ExplorationSets((), (-2,))) == [0]
    assert _picked(["(-1,a,-1,a)"], ExplorationSets((), (-2,))) == []


def test_two_sets_need_two_elements_at_first() -> None:
    sets = ExplorationSets((1,), (-2,))
    assert _picked(["(-1,b,-1,a)"], sets) == []
    assert _picked(["(-1,b,-1,b)"], sets) == [0]  # both of the operators: 4 + 4
    assert _picked(["(-2,a,-2,a)"], sets) == [0]
    assert _picked(["(-2,a,-1,b)"], sets) == [0]


def test_the_second_operand_counts_as_the_first_does() -> None:
    sets = ExplorationSets((1,), (-2,))
    for text in ("(-2,b,-1,a)", "(-1,a,-2,b)", "(-2,a,-1,b)", "(-1,b,-2,a)"):
        assert _picked([text], sets) == [0]


def test_what_was_used_more_than_average_counts_less() -> None:
    # After (b, b): b is used twice, c never; the average is 1.
    sets = ExplorationSets((1, 2), ())
    assert _picked(["(-1,b,-1,b)", "(-1,b,-1,b)"], sets) == [0]  # 1 + 1
    assert _picked(["(-1,b,-1,b)", "(-1,c,-1,a)"], sets) == [0]  # 3
    assert _picked(["(-1,b,-1,b)", "(-1,b,-1,c)"], sets) == [0, 1]  # 1 + 3
    assert _picked(["(-1,b,-1,b)", "(-1,c,-1,c)"], sets) == [0, 1]  # 3 + 3


def test_the_lesser_used_set_has_the_bonus_and_ties_give_it_to_both() -> None:
    sets = ExplorationSets((1,), (-2,))
    # After two operators and no input: 3 per operator, 4 per input.
    assert _picked(["(-1,b,-1,b)", "(-2,b,-1,a)"], sets) == [0]  # 3 + 4
    assert _picked(["(-1,b,-1,b)", "(-2,a,-2,a)"], sets) == [0, 1]  # 4 + 4
    assert _picked(["(-1,b,-1,b)", "(-2,b,-1,b)"], sets) == [0, 1]  # 3 + 3 + 4
    # After one of each: 4 for any.
    assert _picked(["(-2,b,-1,a)", "(-2,b,-1,a)"], sets) == [0, 1]


def test_no_limit_no_pick() -> None:
    assert _picked(["(-2,b,-1,a)"], ExplorationSets((1,), (-2,)), limit=0) == []
    assert _picked([], ExplorationSets((1,), (-2,))) == []


def test_widths_activations_and_dropout_are_rare_but_no_input_is() -> None:
    # 24 operators in all: the threshold is 24 / (5 · 5) = 0.96.
    front = _MLPS.codes(["[(8, 'relu');(8, 'relu')]"] * 6)
    sets = exploration_sets(front, _MLPS)
    assert [_MLPS.vocabulary[index] for index in sets.operators] == ["64", "dropout", "tanh"]
    assert sets.inputs == ()
    once = np.concatenate([front[1:], _MLPS.codes(["[(64, 'relu');dropout]"])])
    assert [_MLPS.vocabulary[index] for index in exploration_sets(once, _MLPS).operators] == ["tanh"]


def test_perceptrons_with_what_the_front_lacks_are_picked() -> None:
    sets = ExplorationSets(tuple(map(_MLPS.vocabulary.index, ("64", "dropout"))), ())
    texts = [
        "[(8, 'relu');(8, 'relu')]",  # nothing rare: 0
        "[(8, 'relu');dropout]",  # twice dropout, as the block holds it twice: 4 + 4
        "[(8, 'tanh');dropout]",  # dropout is now used more than average: 1 + 1
        "[(64, 'tanh');(8, 'relu')]",  # 1 + 2, and no bonus, as operators are used more than inputs
        "[(64, 'tanh');dropout]",  # 3 + 1 + 1
    ]
    codes = _MLPS.codes(texts)
    assert exploration_front(codes, *_falling(len(codes)), _NONE, sets, 9) == [1, 4]
    assert exploration_front(codes, *_falling(len(codes)), np.array([1]), sets, 9) == [2, 4]


@st.composite
def _questions(
    draw: st.DrawFn,
) -> tuple[NDArray[np.int8], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64], ExplorationSets, int]:
    cells = draw(_cells(least=0) | _cells(least=15))
    count = len(cells)
    # Few values, so that many are equal.
    accuracy, time = (draw(arrays.arrays(np.float64, count, elements=st.integers(0, 12))) for _ in range(2))
    operators = draw(st.sets(st.integers(0, 2)))
    inputs = draw(st.sets(st.integers(-2, cells.shape[1] - 2)))
    excluded = sorted(draw(st.sets(st.integers(0, count - 1), max_size=5))) if count else []
    sets = ExplorationSets(tuple(sorted(operators)), tuple(sorted(inputs)))
    return cells, accuracy, time, np.array(excluded, dtype=np.int64), sets, draw(st.integers(0, 6))


@given(_questions())
def test_the_front_equals_the_slow_one(
    question: tuple[
        NDArray[np.int8], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64], ExplorationSets, int
    ],
) -> None:
    cells, accuracy, time, excluded, sets, limit = question
    if not sets:
        return
    candidates = [
        Candidate(cell, float(one), float(other), place)
        for place, (cell, one, other) in enumerate(zip(_SPACE.decode(cells), accuracy, time, strict=True))
    ]
    operators = {_SPACE.vocabulary[index] for index in sets.operators}
    expected = slow_popnas.explore(candidates, [candidates[i] for i in excluded], operators, set(sets.inputs), limit)
    picked = exploration_front(cells, accuracy, time, excluded, sets, limit)
    assert [candidates[index] for index in picked] == expected
    assert len(picked) <= limit
    assert not set(picked) & set(excluded.tolist())
    assert all(accuracy[a] >= accuracy[b] and time[a] > time[b] for a, b in pairwise(picked))
