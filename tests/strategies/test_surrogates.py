"""What strategies learn, and what predictors are given."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter
from tests.strategies.landscape import LANDSCAPES, MLPS, PROBLEM, failed, measured
from tests.strategies.oracles import LESSONS, Oracle, foreseen

from vilfredo.errors import InputError
from vilfredo.predictors.catboost_trees import CatBoostTrees
from vilfredo.predictors.ridge import Ridge
from vilfredo.settings import Settings
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.cells import Cell, parse_cell
from vilfredo.spaces.features import EMPTY_CELL_FEATURES, time_features
from vilfredo.strategies.progress import Progress, proposed, told
from vilfredo.strategies.protocol import Problem
from vilfredo.strategies.surrogates import PredictorChoice, forecast, operator_costs, predict, samples
from vilfredo.trials import Measurement, Proposal

_NAMES = ("identity", "3x3 conv", "7x7 conv")
_SPACE = CellSpace(operators=_NAMES, lookback=2, blocks=3)
_PROBLEM = Problem(space=_SPACE, macro=PROBLEM.macro)


def _symmetric(name: str) -> Cell:
    return parse_cell(f"(-1,{name},-1,{name})")


def _known(times: Mapping[str, float | None]) -> Progress:
    """A state after the bootstrap's cells that count; ``empty`` and operators by name, None for failures."""
    cells = [Cell() if name == "empty" else _symmetric(name) for name in times]
    # A cell that isn't symmetric, and one that reads the wrong lookback, take longest of all.
    cells += [parse_cell("(-2,7x7 conv,-2,7x7 conv)"), parse_cell("(-1,3x3 conv,-1,7x7 conv)")]
    state = proposed(Progress(seed=0), 1, list(map(str, cells)), ["bootstrap"] * len(cells))
    seconds = [*times.values(), 99.0, 99.0]
    return told(state, [_measured(p, time) for p, time in zip(state.proposals, seconds, strict=True)])


def _measured(proposal: Proposal, time: float | None) -> Measurement:
    if time is None:
        return failed(proposal)
    return measured(proposal).model_copy(update={"objectives": {"accuracy": 0.5, "training_time": time}})


def test_costs_come_from_the_empty_and_the_symmetric_cells() -> None:
    costs = operator_costs(_PROBLEM, _known({"empty": 2.0, "identity": 3.0, "3x3 conv": 4.0, "7x7 conv": 10.0}))
    assert costs == pytest.approx({"identity": 1 / 8, "3x3 conv": 2 / 8, "7x7 conv": 1.0})


def test_a_failed_operator_is_no_bargain() -> None:
    costs = operator_costs(_PROBLEM, _known({"empty": 2.0, "identity": None, "3x3 conv": 4.0, "7x7 conv": 10.0}))
    assert costs == pytest.approx({"identity": 1.0, "3x3 conv": 2 / 8, "7x7 conv": 1.0})
    slowest_failed = operator_costs(
        _PROBLEM, _known({"empty": 2.0, "identity": 3.0, "3x3 conv": 4.0, "7x7 conv": None})
    )
    assert slowest_failed == pytest.approx({"identity": 0.5, "3x3 conv": 1.0, "7x7 conv": 1.0})


def test_a_time_below_the_empty_cell_s_costs_nothing() -> None:
    costs = operator_costs(_PROBLEM, _known({"empty": 2.0, "identity": 1.5, "3x3 conv": 3.0, "7x7 conv": 4.0}))
    assert costs == pytest.approx({"identity": 0.0, "3x3 conv": 0.5, "7x7 conv": 1.0})


@pytest.mark.parametrize(
    "times",
    [
        {"empty": 2.0, "identity": 1.0, "3x3 conv": 2.0, "7x7 conv": 0.5},
        {"empty": 2.0, "identity": None, "3x3 conv": None, "7x7 conv": None},
        {},
    ],
)
def test_where_no_operator_is_slower_all_cost_alike(times: Mapping[str, float | None]) -> None:
    assert operator_costs(_PROBLEM, _known(times)) == dict.fromkeys(_NAMES, 1.0)


def test_without_an_empty_cell_times_count_from_zero() -> None:
    times = {"empty": None, "identity": 1.0, "3x3 conv": 2.0, "7x7 conv": 4.0}
    assert operator_costs(_PROBLEM, _known(times)) == pytest.approx(
        {"identity": 0.25, "3x3 conv": 0.5, "7x7 conv": 1.0}
    )


def test_samples_are_padded_to_the_largest() -> None:
    assert _PROBLEM.macro is not None
    costs = {"identity": 0.1, "3x3 conv": 0.5, "7x7 conv": 1.0}
    two = [parse_cell("(-2,identity,-1,3x3 conv);(0,7x7 conv,-1,identity)")]
    groups = [_SPACE.encode(cells) for cells in ([Cell()], [_symmetric("identity"), _symmetric("7x7 conv")], two)]
    found = samples(_PROBLEM, groups, costs)
    assert found.cells.shape == (4, 2, 4)
    assert found.sizes.tolist() == [0, 1, 1, 2]
    assert (found.cells[1:3, :1] == groups[1]).all()
    assert (found.cells[3] == groups[2][0]).all()
    assert (found.operators, found.lookback) == (3, 2)
    assert found.features[0].tolist() == list(EMPTY_CELL_FEATURES)
    expected = np.concatenate([time_features(group, _SPACE, _PROBLEM.macro, costs) for group in groups])
    assert (found.features == expected).all()
    assert not samples(_PROBLEM, groups, None).features.any()


def test_predicting_fits_on_all_sizes_in_order() -> None:
    cells = [Cell(), _symmetric("identity"), _symmetric("3x3 conv")]
    two = parse_cell("(-2,identity,-1,3x3 conv);(0,7x7 conv,-1,identity)")
    state = proposed(Progress(seed=4), 1, list(map(str, [two, *cells])), ["any"] * 4)
    state = told(state, [measured(proposal) for proposal in state.proposals])
    candidates = [parse_cell("(-1,identity,-1,3x3 conv);(-1,7x7 conv,-1,identity)"), two]
    LESSONS.clear()
    oracle = Oracle(objective="training_time", vocabulary=_PROBLEM.space.vocabulary)
    costs = dict.fromkeys(_NAMES, 1.0)
    encoded = _SPACE.encode(candidates)
    found = predict(_PROBLEM, state, encoded, "training_time", oracle, costs)
    assert found.tolist() == [foreseen(cell, "training_time") for cell in candidates]
    (lesson,) = LESSONS
    assert lesson.samples.sizes.tolist() == [0, 1, 1, 2]
    proposals = [state.proposals[index] for index in (1, 2, 3, 0)]
    assert lesson.targets.tolist() == [measured(p).objectives["training_time"] for p in proposals]
    predict(_PROBLEM, state, encoded, "training_time", oracle, costs)
    predict(_PROBLEM, state.model_copy(update={"seed": 5}), encoded, "training_time", oracle, costs)
    predict(_PROBLEM, state.model_copy(update={"step": 2}), encoded, "training_time", oracle, costs)
    predict(_PROBLEM, state, encoded, "score", oracle, costs)
    seeds = [lesson.seed for lesson in LESSONS]
    assert seeds[0] == seeds[1]
    assert len(set(seeds[1:])) == 4


def test_seeds_follow_the_score_by_its_name() -> None:
    state = proposed(Progress(seed=4), 1, ["[]", str(_symmetric("identity"))], ["any"] * 2)
    state = told(state, [measured(proposal) for proposal in state.proposals])
    oracle = Oracle(objective="accuracy", vocabulary=_SPACE.vocabulary)
    LESSONS.clear()
    for score in ("accuracy", "accuracy", "macro_f1", "nll"):
        predict(_PROBLEM.model_copy(update={"score": score}), state, _SPACE.first(), "score", oracle)
    seeds = [lesson.seed for lesson in LESSONS]
    assert seeds[0] == seeds[1]
    assert len(set(seeds)) == 3


def test_perceptrons_are_described_without_costs_of_operators() -> None:
    space = MLPS.space
    state = proposed(Progress(seed=0), 1, space.texts(space.first()), ["bootstrap"] * 9)
    state = told(state, [LANDSCAPES["mlps"].measured(proposal) for proposal in state.proposals])
    costs = operator_costs(MLPS, state)
    assert costs == {}
    groups = [space.codes(["[]"]), space.codes(["[(8, 'relu');dropout]", "[(8, 'tanh');(64, 'relu')]"])]
    found = samples(MLPS, groups, costs)
    assert (found.operators, found.lookback, found.sizes.tolist()) == (len(space.vocabulary), 1, [0, 2, 2])
    expected = np.concatenate([space.time_features(group, None, {}) for group in groups])
    np.testing.assert_array_equal(found.features, expected)
    plain = samples(MLPS, groups, None)
    assert plain.features.shape == found.features.shape
    assert not plain.features.any()


@pytest.mark.parametrize(
    ("score", "predicted", "expected"),
    [
        ("accuracy", 0.5, 0.5),
        ("macro_f1", 1.25, 1.25),
        ("nll", np.exp(-2.0), 2.0),
        ("nll", 1.0, 0.0),
        ("nll", 1.5, 0.0),
        ("nll", 0.0, -np.log(1e-12)),
        ("nll", -0.5, -np.log(1e-12)),
    ],
)
def test_forecasts_are_in_the_score_s_unit_and_finite(score: str, predicted: float, expected: float) -> None:
    problem = Problem(space=_SPACE, score=score)
    assert forecast(problem, predicted) == pytest.approx({score: expected})


class _Chooser(Settings):
    predictor: PredictorChoice


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("ridge", Ridge()),
        ({"name": "ridge"}, Ridge()),
        ({"name": "ridge", "penalty": 3.0}, Ridge(penalty=3.0)),
        ({"name": "catboost", "trials": 5}, CatBoostTrees(trials=5)),
        (Ridge(penalty=2.0), Ridge(penalty=2.0)),
    ],
)
def test_a_predictor_is_chosen_by_name_or_table(choice: Any, expected: object) -> None:
    chosen = _Chooser.read({"predictor": choice})
    assert chosen.predictor == expected
    table = chosen.model_dump(mode="json")
    assert table["predictor"]["name"] == chosen.predictor.name
    assert _Chooser.read(table) == chosen


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ("rigde", "Did you mean 'ridge'?"),
        ({"penalty": 1.0}, "is unknown"),
        ({"name": "ridge", "penalti": 1.0}, "ridge.penalti"),
        ({"name": "ridge", "penalty": 0}, "ridge.penalty"),
        (3, "predictor"),
        (None, "predictor"),
    ],
)
def test_what_is_no_predictor_is_refused(choice: Any, message: str) -> None:
    with pytest.raises(InputError, match=message.replace("?", r"\?")):
        _Chooser.read({"predictor": choice})


def test_the_choice_stands_alone() -> None:
    assert TypeAdapter[Any](PredictorChoice).validate_python("ridge") == Ridge()
