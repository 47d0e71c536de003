"""Where candidates came from, and which part of a front is of interest."""

from math import inf
from pathlib import Path

import pytest
from tests.report.synthetic import make_run

from vilfredo.report.facts.candidates import floor_of, forecast_front, is_within, objectives_of, origin_of
from vilfredo.report.view import RunView
from vilfredo.trials import Measurement


def _front(score: str, values: list[float]) -> list[Measurement]:
    return [
        Measurement(proposal=i, architecture="[]", outcome="complete", objectives={score: v})
        for i, v in enumerate(values)
    ]


def test_networks_that_learn_nothing_are_not_of_interest() -> None:
    floor = floor_of(_front("accuracy", [0.98, 0.97, 0.96, 0.95, 0.9, 0.1]), "accuracy")
    assert floor is not None
    assert 0.85 < floor <= 0.95
    assert not is_within(0.1, floor, "accuracy")


def test_less_is_better_for_a_log_likelihood() -> None:
    floor = floor_of(_front("nll", [0.05, 0.06, 0.07, 0.08, 0.1, 2.3]), "nll")
    assert floor is not None
    assert 0.08 <= floor < 2.3
    assert is_within(0.06, floor, "nll")
    assert not is_within(2.3, floor, "nll")


@pytest.mark.parametrize("values", [[], [0.9, 0.1], [0.9, 0.9, 0.9, 0.9, 0.9], [0.9, 0.8, 0.1, inf]])
def test_small_and_even_fronts_are_shown_whole(values: list[float]) -> None:
    assert floor_of(_front("accuracy", values), "accuracy") is None


def test_origins_forecast_and_objectives(tmp_path: Path) -> None:
    view = RunView.of(make_run(tmp_path / "run", 100))
    assert {origin_of(view, id_) for id_ in view.proposals} == {"bootstrap", "exploration", "search"}
    assert objectives_of(view)[:2] == ["accuracy", "training_time"]
    scores, times = zip(*forecast_front(view), strict=True)
    assert list(times) == sorted(times)
    assert list(scores) == sorted(scores)
