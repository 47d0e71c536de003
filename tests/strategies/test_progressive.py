"""The bootstrap and the expansion."""

import pytest
from tests.strategies.landscape import LANDSCAPES, MLPS, PROBLEM, failed, measured
from tests.strategies.slow_popnas import children

from vilfredo.spaces.canonical import canonical_cell
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.cells import parse_cell
from vilfredo.strategies.progress import Progress, awaited, proposed, told, trained
from vilfredo.strategies.progressive import expansions, fair_share, open_question, planned_steps
from vilfredo.strategies.protocol import Problem
from vilfredo.trials import Budget, Evaluate, Finished, Proposal

_SPACE = CellSpace(operators=("identity", "3x3 conv"), lookback=2, blocks=3)
_SMALL = Problem(space=_SPACE, macro=PROBLEM.macro)


def _asked(state: Progress, problem: Problem = _SMALL) -> tuple[tuple[Proposal, ...], Progress]:
    answer = open_question(problem, state)
    assert answer is not None
    assert isinstance(answer[0], Evaluate)
    return answer[0].proposals, answer[1]


def _bootstrapped(problem: Problem = _SMALL) -> Progress:
    state = Progress(seed=0)
    for _ in range(2):
        proposals, state = _asked(state, problem)
        state = told(state, [measured(proposal) for proposal in proposals])
    return state


def test_first_the_empty_cell_then_all_of_one_block() -> None:
    empty, state = _asked(Progress(seed=0))
    assert [(proposal.architecture, proposal.step) for proposal in empty] == [("[]", 0)]
    assert _asked(state) == (empty, state)
    ones, after = _asked(told(state, [measured(empty[0])]))
    # Pairs with repetition of 2 inputs with 2 operators.
    assert len(ones) == 10
    forms = {str(canonical_cell(parse_cell(proposal.architecture))) for proposal in ones}
    assert forms == {proposal.architecture for proposal in ones}
    assert {proposal.origin for proposal in (*empty, *ones)} == {"bootstrap"}
    assert after.step == 1


def test_the_bootstrap_is_complete_for_the_paper_s_space() -> None:
    operators = tuple("abcdefghijkl")
    problem = Problem(space=CellSpace(operators=operators, lookback=2, blocks=5), macro=PROBLEM.macro)
    _, state = _asked(Progress(seed=0), problem)
    ones, _ = _asked(told(state, [failed(state.proposals[0])]), problem)
    assert len({proposal.architecture for proposal in ones}) == len(ones) == 300


def test_a_failed_empty_cell_does_not_end_the_search() -> None:
    empty, state = _asked(Progress(seed=0))
    ones, _ = _asked(told(state, [failed(empty[0])]))
    assert len(ones) == 10


def test_surrogates_are_asked_once_nothing_is_open() -> None:
    assert open_question(_SMALL, _bootstrapped()) is None


def test_what_is_missing_is_asked_for_first() -> None:
    larger = children([parse_cell("(-1,identity,-1,identity)")], _SPACE)
    state = proposed(_bootstrapped(), 2, list(map(str, larger)), ["x"] * 21)
    assert _asked(told(state, [measured(state.proposals[-1])]))[0] == state.proposals[11:-1]


def test_the_end_is_the_last_size() -> None:
    state = proposed(_bootstrapped(), 3, ["[(-1, 'identity', -1, 'identity')]"], ["x"])
    assert isinstance(_asked(state)[0], tuple)  # its result is awaited
    answer = open_question(_SMALL, told(state, [measured(state.proposals[-1])]))
    assert answer is not None
    assert answer[0] == Finished(reason="cells of 3 blocks are reached")


def test_a_space_of_one_block_ends_after_the_bootstrap() -> None:
    problem = Problem(space=_SMALL.space.model_copy(update={"blocks": 1}), macro=PROBLEM.macro)
    answer = open_question(problem, _bootstrapped(problem))
    assert answer is not None
    assert isinstance(answer[0], Finished)
    assert planned_steps(problem, 7) == (1, 10)


def test_where_nothing_could_be_trained_nothing_is_expanded() -> None:
    state = Progress(seed=0)
    for _ in range(2):
        proposals, state = _asked(state)
        state = told(state, [failed(proposal) for proposal in proposals])
    answer = open_question(_SMALL, state)
    assert answer is not None
    assert isinstance(answer[0], Finished)
    assert "no cell of 1 blocks could be trained" in answer[0].reason


def test_all_children_of_what_was_trained_last() -> None:
    _, state = _asked(Progress(seed=0))
    state = told(state, [measured(state.proposals[0])])
    ones, state = _asked(state)
    results = [failed(p, "infeasible") if p.id % 3 == 0 else measured(p) for p in ones]
    state = told(state, results)
    cells, notes = expansions(_SMALL, state)
    parents = [parse_cell(text) for text, _ in trained(state, 1)]
    expected = children(parents, _SPACE)
    assert len(parents) == 7
    assert _SPACE.texts(cells) == list(map(str, expected))
    assert notes == {"parents": 7, "expanded": 7 * 21, "isomorphs_spared": 7 * 21 - len(expected)}
    assert notes["isomorphs_spared"] > 0


def test_perceptrons_begin_with_none_and_all_of_one_layer() -> None:
    oracle = LANDSCAPES["mlps"].measured
    empty, state = _asked(Progress(seed=0), MLPS)
    assert [(proposal.architecture, proposal.step) for proposal in empty] == [("[]", 0)]
    ones, state = _asked(told(state, [oracle(empty[0])]), MLPS)
    assert [p.architecture for p in ones] == [
        f"[({width}, '{name}')]" for width in (8, 64, 256) for name in ("relu", "sigmoid", "tanh")
    ]
    # Two can be trained; each grows by nine dense layers or dropout.
    trainable = {"[(8, 'relu')]", "[(64, 'tanh')]"}
    state = told(state, [oracle(p) if p.architecture in trainable else failed(p) for p in ones])
    codes, notes = expansions(MLPS, state)
    assert notes == {"parents": 2, "expanded": 20, "isomorphs_spared": 0}
    texts = MLPS.space.texts(codes)
    assert texts[0] == "[(8, 'relu');(8, 'relu')]"
    assert texts[9::10] == ["[(8, 'relu');dropout]", "[(64, 'tanh');dropout]"]


def test_the_end_is_told_in_the_space_s_words() -> None:
    state = proposed(Progress(seed=0), 4, ["[]"], ["x"])
    state = told(state, [failed(state.proposals[0])])
    answer = open_question(MLPS, state)
    assert answer is not None
    assert answer[0] == Finished(reason="perceptrons of 4 layers are reached")
    answer = open_question(MLPS, state.model_copy(update={"step": 2}))
    assert answer is not None
    assert answer[0] == Finished(reason="no perceptron of 2 layers could be trained, so none can be expanded")


def test_the_plan() -> None:
    assert planned_steps(MLPS, 9) == (1, 9, 9, 9, 9)
    assert planned_steps(_SMALL, 9) == (1, 10, 9, 9)
    assert planned_steps(PROBLEM, 144) == (1, 55, 144, 144, 144)


@pytest.mark.parametrize(
    ("trials", "step", "share"),
    [(None, 1, 20), (100, 1, 20), (60, 1, 20), (59, 1, 19), (30, 1, 10), (2, 1, 1), (0, 1, 1), (12, 2, 6), (12, 3, 12)],
)
def test_what_fits_is_shared_equally_by_the_steps_left(trials: int | None, step: int, share: int) -> None:
    state = Progress(seed=0, step=step)
    assert PROBLEM.space.largest == 4
    assert fair_share(20, PROBLEM, state, Budget(trials=trials)) == share
    assert awaited(state) == ()
