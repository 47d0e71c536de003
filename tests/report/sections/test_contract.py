"""Every section on runs of every kind: sound, in its chapter, and silent where there is nothing to show."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.report.runs import RUNS

from vilfredo.report.page.page import CHAPTERS, render
from vilfredo.report.sections import Section, sections
from vilfredo.report.view import RunView

_SECTIONS = {vars(section)["__name__"].rpartition(".")[2]: section for section in sections()}


@pytest.fixture(scope="module", params=RUNS)
def view(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RunView:
    folder = tmp_path_factory.mktemp("sections") / "run"
    RUNS[request.param](folder)
    return RunView.of(folder)


class _Words(HTMLParser):
    """Collects what people read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.within: str = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within = tag

    def handle_endtag(self, tag: str) -> None:
        self.within = ""

    def handle_data(self, data: str) -> None:
        if self.within != "script":
            self.found.append(data)


def _words(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    return " ".join(parser.found)


@pytest.mark.parametrize("section", _SECTIONS.values(), ids=_SECTIONS.keys())
def test_a_section_belongs_to_a_chapter(section: Section) -> None:
    assert section.CHAPTER in CHAPTERS
    assert section.TITLE
    assert not section.TITLE.endswith(".")


def test_places_within_a_chapter_are_taken_once() -> None:
    places = [(section.CHAPTER, section.ORDER) for section in _SECTIONS.values()]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("section", _SECTIONS.values(), ids=_SECTIONS.keys())
def test_a_section_shows_any_run(section: Section, view: RunView) -> None:
    words = _words(section.html(view))
    for strange in ("None", "nan", "inf ", "Measurement(", "{}", "[]}"):
        assert strange not in words


def test_the_page_of_any_run(view: RunView) -> None:
    page = render(view)
    assert "In short" in page
    assert "The same again" in page
    assert "cannot be shown" not in page


def test_a_run_without_networks_says_so(tmp_path: Path) -> None:
    RUNS["nothing measured"](tmp_path / "run")
    page = render(RunView.of(tmp_path / "run"))
    assert "No network has been trained yet." in page
    assert 'id="front-chart"' not in page
