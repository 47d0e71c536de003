"""Whether predictions can be trusted, in a table and in words."""

import re
from pathlib import Path

import pytest
from tests.report.runs import RUNS

from vilfredo.report.sections import importance, predictors
from vilfredo.report.view import RunView


def _html(folder: Path, name: str) -> str:
    RUNS[name](folder / "run")
    return str(predictors.html(RunView.of(folder / "run")))


def test_a_row_for_each_step_and_objective(tmp_path: Path) -> None:
    html = _html(tmp_path, "replay of popnas-v3")
    rows = re.findall(r"<tr><td class=\"number\">(\d+)</td><td>([^<]*)</td>", html)
    assert rows == [("2", "accuracy"), ("2", "time"), ("3", "accuracy"), ("3", "time")]
    assert html.count("if perfect") == 2
    assert "figure-predictions" in html
    assert "figure-predicted-front" in html


def test_where_noise_is_unknown_no_ceiling_is_shown(tmp_path: Path) -> None:
    html = _html(tmp_path, "cells")
    assert "if perfect" not in html
    assert "each network was trained once" in html
    assert "foreseen better than by chance" in html


def test_scores_alone_have_no_predicted_front(tmp_path: Path) -> None:
    html = _html(tmp_path, "replay of pnas")
    assert "figure-predictions" in html
    assert "figure-predicted-front" not in html
    assert "by time" not in html


@pytest.mark.parametrize("name", ["replay of random", "nothing asked", "nothing measured", "failures only"])
def test_without_predictions_there_is_no_section(tmp_path: Path, name: str) -> None:
    assert _html(tmp_path, name) == ""


def test_features_are_explained(tmp_path: Path) -> None:
    RUNS["table"](tmp_path / "run")
    html = str(importance.html(RunView.of(tmp_path / "run")))
    assert "figure-importance" in html
    assert "weights between hidden layers" in html
