"""Whether times were measured undisturbed."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.report.runs import RUNS

from vilfredo.report.sections import timing
from vilfredo.report.view import RunView


@pytest.mark.parametrize(
    ("disturbed", "answer"), [(0, "Yes, all of them."), (1, "Mostly. 1 of"), (15, "Not quite. 15 of")]
)
def test_the_question_is_answered(tmp_path: Path, disturbed: int, answer: str) -> None:
    RUNS["cells"](tmp_path / "run")
    view = RunView.of(tmp_path / "run")
    times = {**view.status["timing"], "disturbed": disturbed}
    assert answer in timing.html(replace(view, status={**view.status, "timing": times, "trained": 15}))


def test_where_no_times_were_measured_there_is_nothing(tmp_path: Path) -> None:
    RUNS["times derived"](tmp_path / "run")
    assert not timing.html(RunView.of(tmp_path / "run")).strip()
