"""The first words of a page hold for runs of all kinds."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.report.runs import RUNS

from vilfredo.baselines.keeping import BASELINES, keep
from vilfredo.baselines.row import Row
from vilfredo.report.sections import cells, summary
from vilfredo.report.view import RunView


@pytest.mark.parametrize(
    ("kind", "there", "missing"),
    [
        ("cells", "every network could be trained", "No network"),
        ("nothing measured", "No network has been trained yet.", "every network could be trained"),
        ("failures only", "No network could be trained.", "every network could be trained"),
        ("some failures", "recorded, see below", "every network could be trained"),
        ("nll", "best validation negative log-likelihood", "guessing"),
    ],
)
def test_what_came_out(tmp_path: Path, kind: str, there: str, missing: str) -> None:
    RUNS[kind](tmp_path / "run")
    html = summary.html(RunView.of(tmp_path / "run"))
    assert there in html
    assert missing not in html


def test_of_many_long_names_of_classes_the_first_are_shown_cut(tmp_path: Path) -> None:
    RUNS["one network"](tmp_path / "run")
    view = RunView.of(tmp_path / "run")
    labels = [f"{number}{'x' * 500}" for number in range(3000)]
    data = {**view.description["data"], "labels": labels}
    html = summary.html(replace(view, description={**view.description, "data": data}))
    assert f"<dd>3000: 0{'x' * 58}…, 1x" in html
    assert "… and 2988 more</dd>" in html
    assert len(html) < 10_000


@pytest.mark.parametrize(
    ("kind", "there", "missing"),
    [
        ("cells", "another block", "A convolution between"),
        ("flat cells", "A convolution between two groups halves height and width", "another block"),
        ("table", "hidden layers", "How copies of a cell"),
    ],
)
def test_what_networks_are_made_of(tmp_path: Path, kind: str, there: str, missing: str) -> None:
    RUNS[kind](tmp_path / "run")
    html = cells.html(RunView.of(tmp_path / "run"))
    assert there in html
    assert missing not in html


@pytest.mark.parametrize(("kind", "score"), [("cells", "accuracy"), ("nll", "nll")])
def test_a_baseline_is_named_where_it_does_better(tmp_path: Path, kind: str, score: str) -> None:
    RUNS[kind](tmp_path / "run")
    view = RunView.of(tmp_path / "run")
    best = view.front[0].objectives[score]
    better = best + 0.001 if score == "accuracy" else best - 0.001
    keep(view.folder, [Row("as good", "baseline", {score: best})])
    assert "otherwise pick" not in summary.html(view)
    keep(view.folder, [Row("forest", "baseline", {score: better}, parameters=1500)])
    assert "the baseline &#39;forest&#39; reaches" in summary.html(view)
    assert "with 1.5k parameters." in summary.html(view)
    (view.folder / BASELINES).write_text("damaged")
    assert "otherwise pick" not in summary.html(view)
