"""The page in a browser: any width, light and dark, without scripts, with many networks, with hostile names."""

import re
from pathlib import Path

import pytest
from tests.report.browser.conftest import Open
from tests.report.synthetic import make_run

from vilfredo.baselines.keeping import keep
from vilfredo.baselines.row import Row
from vilfredo.report.page.page import write_report

HOSTILE = "<script>alert(1)</script>"
HOSTILE_TOO = "\"'><img src=x onerror=alert(2)>\u2028{{ 7 * 7 }}"


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_nothing_is_wider_than_the_window(visit: Open, report: Path, width: int) -> None:
    page = visit(report, width, 800)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_light_and_dark_also_while_it_is_open(visit: Open, report: Path) -> None:
    page = visit(report, color_scheme="light")
    colours = "[document.body, ...document.querySelectorAll('.front-member, .front-axes text')].slice(0, 3)"
    colours = f"{colours}.map(e => (s => s.backgroundColor + s.fill)(getComputedStyle(e)))"
    light = page.evaluate(colours)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(colours)
    assert all(one != other for one, other in zip(light, dark, strict=True))


def test_without_scripts_there_are_a_picture_and_a_table(visit: Open, report: Path) -> None:
    page = visit(report, java_script_enabled=False)
    assert page.locator("#figure-front svg.chart").is_visible()
    assert page.locator("tr[data-network]").count() > 3


def test_with_scripts_the_picture_is_not_there_twice(visit: Open, report: Path) -> None:
    assert visit(report).locator("#figure-front").count() == 0


def test_words_for_what_is_pointed_at_and_never_markup(visit: Open, report: Path) -> None:
    page = visit(report)
    page.evaluate(
        "text => { const e = document.createElement('button'); e.id = 'x'; e.dataset.tip = text; e.textContent = 'x';"
        "document.querySelector('main').prepend(e); }",
        HOSTILE_TOO,
    )
    page.locator("#x").hover()
    tip = page.get_by_role("tooltip")
    assert tip.is_visible()
    assert tip.text_content() == HOSTILE_TOO
    page.keyboard.press("Escape")
    assert tip.is_hidden()
    page.locator("#x").focus()
    assert tip.is_visible()


def test_a_tap_shows_the_words_and_another_one_elsewhere_hides_them(visit: Open, report: Path) -> None:
    page = visit(report, 375, 800, has_touch=True, is_mobile=True)
    page.evaluate("document.querySelector('h2').dataset.tip = 'what was found'")
    page.locator("h2").first.tap()
    assert page.get_by_role("tooltip").inner_text() == "what was found"
    page.locator("h3").first.tap()
    assert page.get_by_role("tooltip").count() == 0


def test_hostile_names_stay_text(visit: Open, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", 120, name=HOSTILE, reason=HOSTILE_TOO)
    keep(run, [Row(HOSTILE_TOO, "baseline", {"accuracy": 0.9})])
    file = write_report(run)
    assert HOSTILE not in file.read_text()
    page = visit(file)
    assert page.locator("h1").inner_text() == HOSTILE
    assert page.locator(".front-name").text_content() == HOSTILE_TOO
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == len(re.findall("<script", file.read_text()))


def test_five_thousand_networks(visit: Open, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", 5000)
    file = write_report(run)
    assert file.stat().st_size < 10_000_000
    found = re.search(r'id="front-data">(.*?)</script>', file.read_text(), re.DOTALL)
    assert found
    assert len(found[1].encode()) < 1_500_000
    page = visit(file)
    plot = page.locator(".front-plot > svg")
    plot.scroll_into_view_if_needed()
    assert "4948" in page.locator(".front-outside").inner_text()
    # One path for each group of symbols: the page stays quick.
    assert plot.locator("*").count() < 500
    box = plot.bounding_box()
    assert box
    seen = set()
    for step in range(10):
        page.mouse.move(box["x"] + 300 + 20 * step, box["y"] + 120)
        seen.add(page.locator(".front-tip").inner_text())
    assert len(seen) > 5
