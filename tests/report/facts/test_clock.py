from pathlib import Path

import pytest
from tests.report.runs import RUNS

from vilfredo.report.facts.clock import is_replay, seconds_until, time_axis
from vilfredo.report.view import RunView


def test_of_a_search_it_is_the_wall_clock(tmp_path: Path) -> None:
    RUNS["three networks"](tmp_path / "run")
    view = RunView.of(tmp_path / "run")
    assert not is_replay(view)
    assert seconds_until(view) == view.seconds_until
    assert "began" in time_axis(view).label


def test_of_a_replay_it_is_what_the_trainings_took_when_recorded(tmp_path: Path) -> None:
    RUNS["replay of random"](tmp_path / "run")
    view = RunView.of(tmp_path / "run")
    assert is_replay(view)
    until = seconds_until(view)
    assert list(until) == list(view.seconds_until)
    assert list(until.values()) == sorted(until.values())
    assert max(until.values()) == pytest.approx(sum(m.wall_time for m in view.measurements))
    assert "recorded" in time_axis(view).label
