"""What a page says of deployments, whatever has become of them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.deploy.test_kept import EXPORTED, TIMED, measured, model, planned, trained
from tests.report.runs import toy

from vilfredo.deploy.work import Work
from vilfredo.deploy.writing import TEST
from vilfredo.report.sections import model as section
from vilfredo.report.sections import what_next
from vilfredo.report.view import RunView

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    toy(tmp_path / "run")
    return tmp_path / "run"


def _edit(work: Work, part: str, change: Callable[[str], str]) -> None:
    file = work.folder / "final" / f"{part}.json"
    file.write_text(change(file.read_text()))


def test_one_that_is_done_shows_its_test_and_how_to_use_it(run: Path) -> None:
    work = planned(run, run / "model")
    work.keep_measurement(measured(1, 0.75))
    trained(work)
    model(run / "model")
    html = section.html(RunView.of(run))
    assert "test accuracy" in html
    assert '<td>c</td><td>b</td><td class="number">1</td><td class="number">50.0 %</td>' in html
    assert f"The model is in <code>{run}/model</code>" in html
    assert "model.onnx (9 kB, differs by at most 1.0e-07)" in html
    assert '<td class="number">8</td><td class="number">1\u00a0ms</td><td class="number">8k</td>' in html
    next_ = what_next.html(RunView.of(run)).striptags()
    assert f"vilfredo predict {run}/model NEW_DATA --out answers.csv" in next_
    assert "vilfredo deploy" not in next_


def test_one_that_is_under_way_is_gone_on_with(run: Path) -> None:
    work = planned(run, run / "model")
    assert "Under way, or stopped before its end. The same" in section.html(RunView.of(run))
    work.keep_measurement(measured(1, 0.75))
    assert "before its end: 1 network of model selection is trained." in section.html(RunView.of(run))
    next_ = what_next.html(RunView.of(run)).striptags()
    assert "The same command as before goes on" in next_
    assert "vilfredo deploy" not in next_  # it would be refused: it is another


def test_a_model_elsewhere_is_said_to_be(run: Path, tmp_path: Path) -> None:
    trained(planned(run, tmp_path / "model"))
    assert "The model is not in the run folder" in section.html(RunView.of(run))
    assert f"vilfredo deploy {run} --budget 10m" in what_next.html(RunView.of(run)).striptags()


def test_several_have_their_names_and_damage_is_told(run: Path) -> None:
    work = planned(run, run / "first")
    (work.folder / "plan.json").write_text(f'{{"rounds": "{EVIL}"}}')
    trained(planned(run, run / "second"))
    html = section.html(RunView.of(run))
    assert "<h4>first</h4>" in html
    assert "<h4>second</h4>" in html
    assert "plan.json&#39; is damaged" in html
    assert EVIL not in html


def test_without_a_test_part_it_is_not_waited_for(run: Path) -> None:
    work = planned(run, run / "model")
    trained(work)
    (work.folder / "final" / f"{TEST}.json").unlink()
    html = section.html(RunView.of(run))
    assert "These data have no test part" in html
    assert "not been looked at" not in html


def test_what_a_stranger_wrote_is_text_or_left_out(run: Path) -> None:
    work = planned(run, run / "model")
    trained(work)
    _edit(work, TEST, lambda text: text.replace('"b"', f'"{EVIL}"'))
    model(run / "model", {"latency": {EVIL: [TIMED]}, "exports": [{**EXPORTED, "file": EVIL}]})
    html = section.html(RunView.of(run))
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3
    assert EVIL not in html
    _edit(work, TEST, lambda text: text.replace('"true": 2', '"true": 77'))
    assert "What it mixes up most" not in section.html(RunView.of(run))
