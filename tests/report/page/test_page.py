"""The page as a whole: its chapters, that it needs nothing else, and that what comes from outside stays text."""

import base64
import contextlib
import hashlib
import re
import sqlite3
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.report.synthetic import make_run

from vilfredo.errors import InputError, RunError
from vilfredo.report.page.page import CHAPTERS, render, write_report
from vilfredo.report.view import RunView

_VOID = {"meta", "br", "hr", "img", "input", "link", "path", "line", "rect", "circle", "polyline", "polygon", "use"}


class _Tags(HTMLParser):
    """Checks that tags close in the order in which they open, and remembers ids, links and attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(name, value or "") for name, value in attrs]
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "href" and value and value.startswith("#"):
                self.targets.append(value[1:])
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.handle_starttag(tag, attrs)
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.open
            assert self.open.pop() == tag


def _read(page: str) -> _Tags:
    tags = _Tags()
    tags.feed(page)
    tags.close()
    return tags


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("page") / "run", 80)


@pytest.fixture(scope="module")
def page(run: Path) -> str:
    return render(RunView.of(run))


def test_the_questions_come_in_their_order(page: str) -> None:
    titles = re.findall(r"<h2[^>]*>(.*?)</h2>", page)
    assert titles == [title for title, _ in CHAPTERS.values()]


def test_it_is_sound_html(page: str) -> None:
    tags = _read(page)
    assert tags.open == []
    assert len(tags.ids) == len(set(tags.ids))
    assert set(tags.targets) <= set(tags.ids)


def test_it_loads_nothing(page: str) -> None:
    loaded = [
        value
        for name, value in _read(page).attributes
        if name in ("src", "srcset", "data", "action") or (name in ("href", "xlink:href") and not value.startswith("#"))
    ]
    assert loaded == []
    assert not re.search(r"url\((?!#|data:)|@import", page)
    assert "default-src 'none'" in page


def test_the_same_run_gives_the_same_page(run: Path, page: str) -> None:
    assert render(RunView.of(run)) == page


def test_it_is_written_whole(run: Path, tmp_path: Path, page: str) -> None:
    path = write_report(run, tmp_path / "elsewhere.html")
    assert path.read_text(encoding="utf-8") == page
    assert list(tmp_path.iterdir()) == [path]


def test_by_default_it_is_in_the_run(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", 50)
    assert write_report(run) == run / "report.html"


def test_a_place_that_cannot_be_written_is_refused(run: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"cannot be written.*--out"):
        write_report(run, tmp_path / "nowhere" / "report.html")


def test_what_is_no_page_is_not_replaced(run: Path) -> None:
    with pytest.raises(InputError, match=r"\.html"):
        write_report(run, run / "run.db")


def test_what_comes_from_outside_stays_text(tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
    page = render(RunView.of(make_run(tmp_path / "run", 60, name=evil, reason=evil)))
    tags = _read(page)
    assert not [value for name, value in tags.attributes if name.startswith("on")]
    assert "<script>alert" not in page
    assert "<img" not in page


def test_no_script_may_run_but_ours(page: str) -> None:
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    ours = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in ours]
    assert len(ours) >= 2
    (allowed,) = (part.split()[1:] for part in policy.split("; ") if part.startswith("script-src"))
    assert allowed == [f"'sha256-{digest}'" for digest in digests]
    assert "connect-src 'none'" in policy


def _edit(run: Path, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(run / "run.db")) as database, database:
        database.execute(statement)


def test_damage_costs_no_more_than_the_section_that_it_is_in(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", 60)
    _edit(run, "UPDATE steps SET notes = json_set(notes, '$.candidates', '<script>alert(1)</script>')")
    (run / "baselines.json").write_text('{"format": "<script>alert(2)</script>"}')
    page = render(RunView.of(run))
    assert page.count("This cannot be shown. ") == 2
    assert "is damaged, was edited, or is of another version (ValueError: could not convert" in page
    assert "baselines.json&#39; cannot be read" in page
    assert "<script>alert" not in page
    assert "In short" in page


@pytest.mark.parametrize("change", ["""notes = '{"isomorphs_spared": []}'""", "quality = '['"])
def test_what_no_page_can_be_made_of_is_refused(tmp_path: Path, change: str) -> None:
    run = make_run(tmp_path / "run", 50)
    _edit(run, f"UPDATE steps SET {change}")
    with pytest.raises(RunError, match="damaged"):
        write_report(run, tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


def test_large_runs_give_small_pages(tmp_path: Path) -> None:
    page = render(RunView.of(make_run(tmp_path / "run", 5000)))
    assert len(page.encode()) < 4_000_000
