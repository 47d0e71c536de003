from pathlib import Path

import pytest
from tests.cli.command import refused, vilfredo
from tests.search import toy_search

from vilfredo.report.figures import figures


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plot") / "run"
    toy_search.run(folder, toy_search.settings())
    return folder


@pytest.mark.parametrize(("ending", "magic"), [(".pdf", b"%PDF"), (".png", b"\x89PNG"), (".svg", b"<?xml")])
def test_draws_a_figure_into_a_file(run: Path, tmp_path: Path, ending: str, magic: bytes) -> None:
    picture = tmp_path / f"picture{ending}"
    answer = vilfredo("plot", run, "front", "-o", picture)
    assert answer.code == 0
    assert picture.read_bytes().startswith(magic)
    assert str(picture) in answer.out


def test_is_called_like_the_figure_by_default(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert vilfredo("plot", run, "steps").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["steps.pdf"]


def test_the_same_run_gives_the_same_bytes(run: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a.svg", tmp_path / "b.svg"
    vilfredo("plot", run, "progress", "-o", first)
    vilfredo("plot", run, "progress", "-o", second)
    assert first.read_bytes() == second.read_bytes()


def test_says_what_it_drew_as_json(run: Path, tmp_path: Path) -> None:
    picture = tmp_path / "progress.svg"
    found = vilfredo("plot", run, "progress", "-o", picture, "--json").value
    assert found["picture"] == str(picture)
    assert [panel["title"] for panel in found["panels"]] == ["Best score so far", "Score and time together"]
    assert found["caption"]


def test_draws_one_panel(run: Path, tmp_path: Path) -> None:
    found = vilfredo("plot", run, "progress", "--panel", "2", "-o", tmp_path / "p.svg", "--json").value
    assert [panel["title"] for panel in found["panels"]] == ["Score and time together"]


@pytest.mark.parametrize("panel", ["0", "-1", "3"])
def test_refuses_panels_that_are_not_there(run: Path, tmp_path: Path, panel: str) -> None:
    message = refused(vilfredo("plot", run, "progress", "--panel", panel, "-o", tmp_path / "p.svg"))
    assert "1 (Best score so far), 2 (Score and time together)" in message
    assert not list(tmp_path.iterdir())


def test_panels_are_as_wide_as_asked_for(run: Path, tmp_path: Path) -> None:
    vilfredo("plot", run, "front", "-o", tmp_path / "wide.svg", "--width", "7")
    assert 'width="504pt"' in (tmp_path / "wide.svg").read_text()
    assert "2 to 20 inches" in refused(vilfredo("plot", run, "front", "-o", tmp_path / "w.svg", "--width", "nan"))


def test_lists_all_figures(run: Path) -> None:
    found = vilfredo("plot", run, "--list", "--json").value
    assert [one["name"] for one in found["figures"]] == list(figures())
    shown = vilfredo("plot", run, "--list").out
    assert all(name in shown for name in figures())


def test_refuses_other_endings(run: Path, tmp_path: Path) -> None:
    assert ".pdf, .png or .svg" in refused(vilfredo("plot", run, "front", "-o", tmp_path / "front.gif"))


def test_refuses_unknown_figures(run: Path) -> None:
    message = refused(vilfredo("plot", run, "fron"))
    assert "Did you mean 'front'?" in message


def test_asks_for_a_figure(run: Path) -> None:
    assert "which figure?" in refused(vilfredo("plot", run))


def test_says_where_it_cannot_write(run: Path, tmp_path: Path) -> None:
    message = refused(vilfredo("plot", run, "front", "-o", tmp_path / "nowhere" / "front.svg"))
    assert "cannot be written" in message


def test_refuses_what_is_no_run(tmp_path: Path) -> None:
    refused(vilfredo("plot", tmp_path, "front"))


def test_a_figure_without_contents_names_those_with_some(run: Path, tmp_path: Path) -> None:
    message = refused(vilfredo("plot", run, "timing", "-o", tmp_path / "t.pdf"))
    assert "'timing' has nothing to show" in message
    assert "progress" in message


def test_a_run_without_networks_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    toy_search.run(folder, toy_search.settings(), interrupted=lambda: True)
    message = refused(vilfredo("plot", folder, "front", "-o", tmp_path / "t.pdf"))
    assert "No network has been trained yet." in message
