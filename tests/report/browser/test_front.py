"""The front in a browser: pointing, axes, legend, zoom, touch, keys, and what stays when the page is loaded again."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.report.browser.conftest import Open
from tests.report.synthetic import make_run

from vilfredo.report.facts.bargain import bargain_of
from vilfredo.report.page.page import write_report
from vilfredo.report.view import RunView
from vilfredo.search.front import measured_front

DETAIL = ".front-detail"
PLOT = ".front-plot > svg"


@pytest.fixture(scope="session")
def view(run: Path) -> RunView:
    return RunView.of(run)


def _place(page: Page, network: int) -> tuple[float, float]:
    """Where a member of the front is drawn, on the screen."""
    page.evaluate("document.querySelector('.front-table').open = true")
    page.locator(f"tr[data-network='{network}']").dispatch_event("mouseenter")
    ring = page.locator(".front-hovered").first
    page.locator(PLOT).scroll_into_view_if_needed()
    box = ring.bounding_box()
    assert box
    page.locator(f"tr[data-network='{network}']").dispatch_event("mouseleave")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _shown(page: Page) -> int:
    return int(page.locator(DETAIL).get_attribute("data-network") or -1)


def _walk(page: Page) -> list[int]:
    """Ids along the front, left to right, by the keyboard."""
    page.locator(PLOT).focus()
    page.keyboard.press("Home")
    found = [_shown(page)]
    while True:
        page.keyboard.press("ArrowRight")
        if _shown(page) == found[-1]:
            return found
        found.append(_shown(page))


def _changed(folder: Path, change: str, where: str = "1") -> Path:
    """The report of a small run whose records were changed by SQL."""
    make_run(folder, 60)
    with sqlite3.connect(folder / "run.db") as connection:
        connection.execute(f"UPDATE measurements SET record = {change} WHERE {where}")
    connection.close()
    return write_report(folder)


def _choose(page: Page, state: str) -> None:
    """Have the page loaded again as if this had been chosen."""
    key = "Object.keys(sessionStorage).find(key => key.startsWith('vilfredo-front'))"
    page.evaluate(f"sessionStorage.setItem({key}, JSON.stringify({state}))")
    page.reload()


def _front(view: RunView, objectives: Sequence[str]) -> set[int]:
    return {m.proposal for m in measured_front(view.measurements, objectives)}


def test_pointing_at_a_network_shows_its_cell_and_leaving_shows_the_chosen_one(
    visit: Open, report: Path, view: RunView
) -> None:
    page = visit(report)
    bargain = bargain_of(view)
    chosen = bargain.network if bargain else view.front[0]
    assert _shown(page) == chosen.proposal
    for member in view.front[:3]:
        page.mouse.move(*_place(page, member.proposal))
        assert _shown(page) == member.proposal
        text = page.locator(DETAIL).inner_text()
        assert member.architecture in " ".join(text.split())
        assert f"{member.objectives['accuracy']:.4f}" in text
        assert f"network {member.proposal}" in page.locator(".front-tip").inner_text()
    page.mouse.move(2, 2)
    assert _shown(page) == chosen.proposal
    assert page.locator(".front-tip").is_hidden()


def test_any_two_objectives_have_their_own_front(visit: Open, report: Path, view: RunView) -> None:
    page = visit(report)
    page.get_by_role("button", name="show all networks").click()
    assert set(_walk(page)) == _front(view, ("accuracy", "training_time"))
    page.get_by_label("to the right").select_option("parameters")
    assert "parameters (better ←)" in page.locator(PLOT).inner_html()
    assert set(_walk(page)) == _front(view, ("accuracy", "parameters"))
    page.get_by_label("upwards").select_option("nll")
    assert set(_walk(page)) == _front(view, ("nll", "parameters"))


def test_the_same_objective_for_both_axes_makes_them_change_places(visit: Open, report: Path) -> None:
    page = visit(report)
    page.get_by_label("to the right").select_option("accuracy")
    assert page.get_by_label("upwards").input_value() == "training_time"


def test_a_logarithmic_axis(visit: Open, report: Path) -> None:
    page = visit(report)
    ticks = page.locator(".front-axes text").all_text_contents()
    page.locator("#front-log-x").check()
    assert page.locator(".front-axes text").all_text_contents() != ticks


def test_the_legend_hides_and_shows(visit: Open, report: Path) -> None:
    page = visit(report)
    group = page.locator(f"{PLOT} path.front-exploration")
    button = page.locator("[data-group=exploration]")
    assert (group.count(), button.get_attribute("aria-pressed")) == (1, "true")
    button.click()
    assert (group.count(), button.get_attribute("aria-pressed")) == (0, "false")
    button.press("Enter")
    assert group.count() == 1


def test_what_is_hidden_is_not_pointed_at(visit: Open, report: Path, view: RunView) -> None:
    page = visit(report)
    best = view.front[0].proposal
    at = _place(page, best)
    page.locator("[data-group=front]").click()
    page.mouse.move(*at)
    assert page.locator(".front-tip").is_hidden() or _shown(page) != best


def test_a_box_zooms_in_and_the_button_out(visit: Open, report: Path) -> None:
    page = visit(report)
    page.locator(PLOT).scroll_into_view_if_needed()
    ticks = page.locator(".front-axes text").all_text_contents()
    box = page.locator(PLOT).bounding_box()
    assert box
    page.mouse.move(box["x"] + 200, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 210, box["y"] + 70)
    page.mouse.move(box["x"] + 220, box["y"] + 75)
    page.mouse.up()
    closer = page.locator(".front-axes text").all_text_contents()
    assert closer != ticks
    assert len(set(closer)) == len(closer)
    page.get_by_role("button", name="undo the zoom").click()
    assert page.locator(".front-axes text").all_text_contents() == ticks


def test_a_box_that_was_let_go_elsewhere_is_forgotten(visit: Open, report: Path) -> None:
    page = visit(report)
    page.locator(PLOT).scroll_into_view_if_needed()
    box = page.locator(PLOT).bounding_box()
    assert box
    page.mouse.move(box["x"] + 2, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] - 3, box["y"] + 60)
    page.mouse.up()
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    assert page.locator(".front-box").is_hidden()


def test_nobody_comes_closer_than_numbers_have_digits(visit: Open, report: Path) -> None:
    page = visit(report)
    page.locator(PLOT).scroll_into_view_if_needed()
    box = page.locator(PLOT).bounding_box()
    assert box
    for _ in range(12):
        page.mouse.move(box["x"] + 300, box["y"] + 200)
        page.mouse.down()
        page.mouse.move(box["x"] + 308, box["y"] + 208)
        page.mouse.move(box["x"] + 309, box["y"] + 209)
        page.mouse.up()
    ticks = page.locator(".front-axes text").all_text_contents()
    assert len(set(ticks)) == len(ticks)
    page.reload()
    assert page.get_by_role("button", name="undo the zoom").is_visible()


def test_the_browsers_own_keys_are_left_to_it(visit: Open, report: Path) -> None:
    page = visit(report)
    first = _walk(page)[0]
    page.keyboard.press("Home")
    page.keyboard.press("Control+ArrowRight")
    assert _shown(page) == first


def test_times_of_minutes_have_round_ticks(visit: Open, tmp_path: Path) -> None:
    seconds = "$.objectives.training_time"
    longer = f"json_set(record, '{seconds}', 200 * (record ->> '{seconds}'))"
    page = visit(_changed(tmp_path / "run", longer, "outcome = 'complete'"))
    page.get_by_label("to the right").select_option("training_time")
    for logarithmic in (False, True):
        page.locator("#front-log-x").set_checked(logarithmic)
        times = [text for text in page.locator(".front-axes text").all_text_contents() if text.endswith("min")]
        assert len(times) > 2
        assert max(map(len, times)) < len("12.5 min!")


def test_networks_of_which_something_is_not_known_are_counted_not_called_beaten(visit: Open, tmp_path: Path) -> None:
    page = visit(_changed(tmp_path / "run", "json_remove(record, '$.objectives.latency')", "proposal IN (7, 9)"))
    outside, log = page.locator(".front-outside"), page.locator("#front-log-y")
    page.get_by_label("upwards").select_option("latency")
    log.check()
    log.uncheck()
    assert "Of 2 networks the time to answer is not known." in outside.inner_text()
    _choose(page, "{ y: 'latency', id: 7 }")
    assert "not to be compared here" in page.locator(DETAIL).inner_text()


def test_of_equal_networks_one_is_on_the_front_and_none_is_beaten(visit: Open, tmp_path: Path) -> None:
    best = "json_set(record, '$.objectives.accuracy', 1.0, '$.objectives.training_time', 0.001)"
    page = visit(_changed(tmp_path / "run", best, "proposal IN (7, 8)"))
    assert _walk(page) == [7]
    assert "on the front; " in page.locator(DETAIL).inner_text()
    _choose(page, "{ id: 8 }")
    assert "equal to network 7 on the front" in page.locator(DETAIL).inner_text()


def test_a_tap_chooses_on_a_phone(visit: Open, report: Path, view: RunView) -> None:
    page = visit(report, 375, 812, has_touch=True, is_mobile=True)
    best = view.front[0].proposal
    page.touchscreen.tap(*_place(page, best))
    assert _shown(page) == best
    assert f"Network {best}:" in page.locator(".front-spoken").inner_text()


def test_axes_and_choice_stay_when_the_page_is_loaded_again(visit: Open, report: Path, view: RunView) -> None:
    page = visit(report)
    page.get_by_label("to the right").select_option("flops")
    page.locator("[data-group=bootstrap]").click()
    page.mouse.click(*_place(page, view.front[0].proposal))
    page.reload()
    assert page.get_by_label("to the right").input_value() == "flops"
    assert page.locator("[data-group=bootstrap]").get_attribute("aria-pressed") == "false"
    assert _shown(page) == view.front[0].proposal


def test_the_drawing_of_a_member_stands_beside_it(visit: Open, report: Path, view: RunView) -> None:
    page = visit(report)
    page.mouse.click(*_place(page, view.front[0].proposal))
    assert page.locator(f"{DETAIL} svg.front-drawing").count() == 1
    page.locator(DETAIL).get_by_role("link").click()
    assert page.url.endswith(f"#cell-{view.front[0].proposal}")


@pytest.mark.parametrize("width", [320, 375])
def test_what_the_axes_are_is_not_cut_off(visit: Open, report: Path, width: int) -> None:
    page = visit(report, width)
    for objective in ("accuracy", "nll", "macro_f1", "flops"):
        page.get_by_label("upwards").select_option(objective)
        picture = page.locator("#front-svg").bounding_box()
        assert picture
        for title in page.locator(".front-title").all():
            box = title.bounding_box()
            assert box
            assert box["x"] >= picture["x"] - 1
            assert box["y"] >= picture["y"] - 1
            assert box["x"] + box["width"] <= picture["x"] + picture["width"] + 1
            assert box["y"] + box["height"] <= picture["y"] + picture["height"] + 1
