"""What is kept of all predictions of a step."""

import json
from itertools import pairwise

import numpy as np
import pytest
from tests.strategies.landscape import LANDSCAPES, PROBLEM, cheap_settings, search

from vilfredo import pareto
from vilfredo.strategies.popnas_v1 import PopnasV1
from vilfredo.strategies.popnas_v3 import PopnasV3
from vilfredo.strategies.predicted import BINS, MOST_OF_FRONT, NOTE, Predicted, Scale, predictions
from vilfredo.trials import Evaluate


def _cells(count: int) -> np.ndarray:
    return PROBLEM.space.sample(3, count, np.random.default_rng(0))


def _kept(score: np.ndarray, time: np.ndarray, problem=PROBLEM) -> Predicted:  # type: ignore[no-untyped-def]
    notes = json.loads(json.dumps(predictions(problem, _cells(len(score)), score, time)))
    found = Predicted.of_notes(notes)
    assert found is not None
    return found


@pytest.mark.parametrize("spread", [0.1, 3.0])
def test_every_prediction_is_counted_where_it_lies(spread: float) -> None:
    rng = np.random.default_rng(1)
    score, time = rng.uniform(0.2, 0.9, 500), np.exp(spread * rng.uniform(-1, 1, 500))
    kept = _kept(score, time)
    assert kept.count == kept.counts.sum() == 500
    assert kept.times.logarithmic == (spread > 1)
    expected, _, _ = np.histogram2d(score, time, bins=(kept.scores.edges, kept.times.edges))
    # A value at an edge may be rounded to either side.
    assert np.abs(kept.counts - expected).sum() <= 4


def test_the_front_is_that_of_all_with_its_architectures() -> None:
    rng = np.random.default_rng(2)
    score, time = rng.uniform(0, 1, 300), rng.uniform(1, 2, 300)
    kept = _kept(score, time)
    members = pareto.front(np.stack([-score, time], axis=1))
    assert kept.front_size == len(members) == len(kept.architectures)
    assert kept.front == pytest.approx(np.stack([score, time], axis=1)[members], rel=1e-5)
    assert list(kept.architectures) == PROBLEM.space.texts(_cells(300)[members])


def test_a_long_front_is_thinned_and_keeps_its_ends() -> None:
    time = np.linspace(1, 2, 450)
    kept = _kept(time - 1, time)
    assert kept.front_size == 450
    assert len(kept.front) == len(kept.architectures) == MOST_OF_FRONT
    assert kept.front[[0, -1], 1].tolist() == [2.0, 1.0]
    texts = PROBLEM.space.texts(_cells(450))
    # Times say which of the candidates a member is.
    places = np.round((kept.front[:, 1] - 1) * 449).astype(int)
    assert list(kept.architectures) == [texts[place] for place in places]


def test_accuracies_have_bins_of_equal_width_however_they_differ() -> None:
    kept = _kept(np.array([0.01, 0.5, 0.9]), np.array([1.0, 1.0, 1.0]))
    assert np.diff(kept.scores.edges) == pytest.approx(0.89 / BINS)


def test_losses_are_kept_in_their_own_unit() -> None:
    problem = PROBLEM.model_copy(update={"score": "nll"})
    kept = _kept(np.array([0.5, 0.9, 1.7, -0.2]), np.array([1.0, 2.0, 3.0, 4.0]), problem)
    assert kept.score == "nll"
    assert kept.front[:, 0] == pytest.approx([0.0, -np.log(0.9), -np.log(0.5)], rel=1e-5)
    assert np.isfinite(kept.scores.edges).all()


def test_what_is_not_finite_is_left_out() -> None:
    kept = _kept(np.array([0.5, np.nan, 0.7]), np.array([1.0, 2.0, np.inf]))
    assert kept.count == kept.counts.sum() == 1
    kept = _kept(np.array([np.nan, np.nan, 0.7]), np.array([1.0, 2.0, 3.0]))
    assert kept.front.tolist() == [[0.7, 3.0]]
    assert list(kept.architectures) == PROBLEM.space.texts(_cells(3)[2:])
    assert predictions(PROBLEM, _cells(1), np.array([np.nan]), np.array([1.0])) == {}


@pytest.mark.parametrize("value", [0.0, 0.3, -2.0])
def test_equal_predictions_have_a_bin_too(value: float) -> None:
    scale = Scale.of(np.full(3, value), ratios=True)
    assert all(one < other for one, other in pairwise(scale.edges))
    places = scale.places(np.full(3, value))
    assert ((places >= 0) & (places < BINS)).all()


def test_notes_of_earlier_versions_have_none() -> None:
    assert Predicted.of_notes({"candidates": 12}) is None


def test_many_predictions_stay_small() -> None:
    rng = np.random.default_rng(3)
    cells = np.tile(_cells(100), (300, 1, 1))
    notes = predictions(PROBLEM, cells, rng.normal(0.5, 0.1, len(cells)), np.exp(rng.normal(0, 1, len(cells))))
    assert len(json.dumps(notes)) < 20_000


@pytest.mark.parametrize("landscape", ["cells", "cells-nll", "mlps"])
@pytest.mark.parametrize("kind", [PopnasV3, PopnasV1])
def test_strategies_note_what_they_predicted(kind: type[PopnasV3 | PopnasV1], landscape: str) -> None:
    searched = LANDSCAPES[landscape]
    strategy = kind.read(cheap_settings(kind.name, 5))
    answers: list[Evaluate] = search(strategy, oracle=searched.measured, problem=searched.problem)[0]
    for answer in answers:
        kept = Predicted.of_notes(json.loads(json.dumps(dict(answer.notes))))
        if answer.proposals[0].step < 2:
            assert NOTE not in answer.notes
            continue
        assert kept is not None
        assert kept.score == searched.problem.score
        assert kept.count == answer.notes["candidates"] - answer.notes.get("over_time_limit", 0)
        # The strategy trains this front, from its best score on.
        trained = [p for p in answer.proposals if p.origin == "front"]
        assert [p.architecture for p in trained] == list(kept.architectures[: len(trained)])
        names = (kept.score, "training_time")
        assert [[p.predicted[name] for name in names] for p in trained] == pytest.approx(
            kept.front[: len(trained)], rel=1e-5
        )
