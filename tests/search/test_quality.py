"""What was predicted against what was measured."""

import pytest

from vilfredo.search.quality import prediction_quality
from vilfredo.trials import Measurement, Outcome, Proposal


def _pair(id_: int, predicted: float, measured: float, outcome: Outcome = "complete", step: int = 2) -> tuple:  # type: ignore[type-arg]
    proposal = Proposal(id=id_, architecture="[]", step=step, predicted={"accuracy": predicted})
    return proposal, Measurement(proposal=id_, architecture="[]", outcome=outcome, objectives={"accuracy": measured})


def test_figures_by_hand() -> None:
    pairs = [_pair(0, 0.5, 0.4), _pair(1, 0.6, 0.5), _pair(2, 0.9, 1.0), _pair(3, 0.1, 0.2)]
    quality = prediction_quality([p for p, _ in pairs], [m for _, m in pairs], 2)
    assert quality["accuracy"]["spearman"] == 1
    assert quality["accuracy"]["mape"] == pytest.approx(100 * (0.25 + 0.2 + 0.1 + 0.5) / 4)
    assert quality["accuracy"]["count"] == 4


def test_other_steps_failures_and_what_is_not_measured_do_not_count() -> None:
    pairs = [_pair(0, 0.5, 0.25), _pair(1, 0.6, 0.0, "failed"), _pair(2, 0.9, 1.0, step=1)]
    waiting = Proposal(id=9, architecture="[]", step=2, predicted={"accuracy": 0.3})
    quality = prediction_quality([waiting, *(p for p, _ in pairs)], [m for _, m in pairs], 2)
    assert quality == {"accuracy": {"mape": 100.0, "spearman": None, "count": 1}}


def test_nothing_predicted_has_no_quality() -> None:
    proposal = Proposal(id=0, architecture="[]", step=0)
    measurement = Measurement(proposal=0, architecture="[]", outcome="complete", objectives={"accuracy": 1.0})
    assert prediction_quality([proposal], [measurement], 0) == {}
    assert prediction_quality([], [], 3) == {}


def test_a_prediction_of_what_is_not_measured_is_passed_over() -> None:
    proposal = Proposal(id=0, architecture="[]", step=2, predicted={"latency": 1.0})
    measurement = Measurement(proposal=0, architecture="[]", outcome="complete", objectives={"accuracy": 1.0})
    assert prediction_quality([proposal], [measurement], 2) == {}
