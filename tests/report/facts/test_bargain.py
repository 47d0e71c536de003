"""The bargain: cheaper, and as good as far as the validation samples can tell."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.report.runs import toy
from tests.search import toy_search

from vilfredo.report.facts.bargain import bargain_of, standard_error
from vilfredo.report.view import RunView
from vilfredo.trials import Measurement, Proposal


def _view(folder: Path, values: Sequence[tuple[float, float]], score: str = "accuracy") -> RunView:
    """A run whose first networks have these scores and times; all others are far behind."""

    def measure(proposal: Proposal) -> Measurement:
        known = proposal.id < len(values)
        worst = 9.0 if score == "nll" else 0.01
        value, time = values[proposal.id] if known else (worst, 900.0)
        plain = toy_search.result(proposal)
        return plain.model_copy(update={"objectives": {**plain.objectives, score: value, "training_time": time}})

    toy(folder, measure, training={"score": score})
    return RunView.of(folder)


def test_it_is_the_fastest_within_one_standard_error_of_the_best(tmp_path: Path) -> None:
    # Of 10 validation samples: the error at 0.9 is about 0.1.
    assert 0.1 < standard_error(0.9, 10) < 0.11
    found = bargain_of(_view(tmp_path / "run", [(0.9, 40.0), (0.85, 20.0), (0.81, 10.0), (0.75, 5.0)]))
    assert found is not None
    assert found.network.proposal == 2
    assert found.error == standard_error(0.9, 10)


@pytest.mark.parametrize("values", [[(0.9, 40.0), (0.7, 1.0)], [(0.9, 40.0), (0.9, 50.0)]])
def test_where_nothing_cheaper_is_as_good_there_is_none(tmp_path: Path, values: list[tuple[float, float]]) -> None:
    assert bargain_of(_view(tmp_path / "run", values)) is None


def test_a_score_without_such_an_error_has_the_knee(tmp_path: Path) -> None:
    found = bargain_of(_view(tmp_path / "run", [(0.5, 40.0), (0.55, 10.0), (2.0, 8.0)], "nll"))
    assert found is not None
    assert (found.network.proposal, found.error) == (1, None)


def test_without_networks_there_is_none(tmp_path: Path) -> None:
    toy(tmp_path / "run", questions=1)
    assert bargain_of(RunView.of(tmp_path / "run")) is None


def test_the_error_shrinks_with_samples_and_never_vanishes() -> None:
    assert standard_error(0.9, 1000) == pytest.approx(0.0095, abs=1e-4)
    assert 0 < standard_error(1.0, 10) < standard_error(0.5, 10)
