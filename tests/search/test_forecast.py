"""Forecasts of wall-clock time."""

import pytest

from vilfredo.search.forecast import seconds_left, seconds_of_steps, trials_left
from vilfredo.trials import Measurement, Proposal


def _measured(wall_time: float, training_time: float | None = None) -> Measurement:
    objectives = {} if training_time is None else {"training_time": training_time}
    return Measurement(proposal=0, architecture="[]", outcome="complete", objectives=objectives, wall_time=wall_time)


def _proposal(training_time: float | None = None) -> Proposal:
    predicted = {} if training_time is None else {"training_time": training_time}
    return Proposal(id=0, architecture="[]", step=1, predicted=predicted)


def test_without_experience_there_is_no_forecast() -> None:
    assert seconds_left([_proposal()], 1, []) is None
    assert seconds_left([_proposal()], 1, [_measured(0.0)]) is None
    assert seconds_of_steps((1, 2, 3), 1, []) is None
    assert seconds_of_steps((1, 2, 3), 0, [_measured(1.0)]) is None
    assert trials_left(10.0, 1, []) is None
    assert trials_left(10.0, 0, [_measured(1.0)]) is None


def test_nothing_waiting_takes_no_time() -> None:
    assert seconds_left([], 5, [_measured(3.0)]) == 0


def test_unpredicted_candidates_take_the_mean() -> None:
    assert seconds_left([_proposal(), _proposal()], 2, [_measured(2.0), _measured(4.0)]) == 6


def test_predicted_candidates_take_time_in_proportion() -> None:
    known = [_measured(10.0, 1.0), _measured(30.0, 3.0)]
    assert seconds_left([_proposal(2.0), _proposal(0.5)], 2, known) == pytest.approx(25)
    assert seconds_left([_proposal(-1.0)], 2, known) == 0  # a surrogate may extrapolate below zero


def test_failures_without_a_time_count_towards_the_mean_only() -> None:
    known = [_measured(10.0, 1.0), _measured(2.0)]
    assert seconds_left([_proposal(1.0), _proposal()], 2, known) == pytest.approx(10 + 6)


def test_only_recent_experience_counts() -> None:
    known = [_measured(1000.0)] * 50 + [_measured(1.0)] * 10
    assert seconds_left([_proposal()], 4, known) == 1


def test_later_steps_cost_in_proportion_to_their_blocks() -> None:
    known = [_measured(2.0)]
    assert seconds_of_steps((1, 5, 10, 20), 1, known) == pytest.approx(10 * 2.0 * 2 + 20 * 2.0 * 3)
    assert seconds_of_steps((1, 5, 10, 20), 3, known) == 0


def test_trials_left_in_a_budget() -> None:
    known = [_measured(2.0)]
    assert trials_left(None, 1, known) is None
    assert trials_left(20.0, 1, known) == 5  # two blocks cost twice as much as one
    assert trials_left(0.0, 1, known) == 0
    assert trials_left(-3.0, 1, known) == 0


def test_workers_share_the_time() -> None:
    known = [_measured(2.0), _measured(4.0)]
    assert seconds_left([_proposal(), _proposal()], 2, known, workers=2) == 3
    assert seconds_of_steps((1, 2, 3), 1, known, workers=3) == pytest.approx(
        (seconds_of_steps((1, 2, 3), 1, known) or 0) / 3
    )
    assert trials_left(60.0, 1, known, workers=2) == 2 * (trials_left(60.0, 1, known) or 0)
