"""``vilfredo report``."""

import webbrowser
from pathlib import Path

import pytest
from tests.cli.command import vilfredo
from tests.report.synthetic import make_run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("report") / "run", 50)


def test_the_page_is_written_into_the_run(run: Path) -> None:
    answer = vilfredo("report", run)
    assert answer.code == 0
    assert str(run / "report.html") in answer.out
    assert (run / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_or_elsewhere_with_facts_for_machines(run: Path, tmp_path: Path) -> None:
    found = vilfredo("report", run, "-o", tmp_path / "page.html", "--json").value
    path = tmp_path / "page.html"
    assert found == {"run": str(run), "report": str(path), "bytes": path.stat().st_size, "opened": False}


@pytest.mark.parametrize("there_is_one", [True, False])
def test_the_browser(run: Path, monkeypatch: pytest.MonkeyPatch, there_is_one: bool) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda address: opened.append(address) or there_is_one)  # type: ignore[func-returns-value]
    answer = vilfredo("report", run, "--open")
    assert opened == [(run / "report.html").resolve().as_uri()]
    assert ("no browser" in answer.out) == (not there_is_one)


@pytest.mark.parametrize("file", ["page.pdf", "nowhere/page.html"])
def test_places_that_will_not_do(run: Path, tmp_path: Path, file: str) -> None:
    answer = vilfredo("report", run, "-o", tmp_path / file)
    assert answer.code == 2
    assert "report: " in answer.err
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_run(tmp_path: Path) -> None:
    answer = vilfredo("report", tmp_path / "nothing")
    assert answer.code == 2
    assert "there is no folder" in answer.err
