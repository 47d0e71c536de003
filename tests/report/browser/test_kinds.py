"""Runs of every kind in a browser: none makes the page complain, and whatever has a front has it drawn."""

from pathlib import Path

import pytest
from tests.report.browser.conftest import Open
from tests.report.runs import RUNS

from vilfredo.report.page.page import write_report
from vilfredo.report.view import RunView


@pytest.mark.parametrize("name", RUNS)
def test_every_kind_of_run(visit: Open, tmp_path: Path, name: str) -> None:
    run = tmp_path / "run"
    RUNS[name](run)
    file, view = write_report(run), RunView.of(run)
    page = visit(file, 375, 800)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    right = "getBoundingClientRect().right"
    cut_off = f"s => [...s.querySelectorAll('text')].some(t => t.{right} > s.{right} + 1)"
    assert not view.front or not page.locator(".front-plot > svg").evaluate(cut_off)
    assert page.locator("path.front-member").count() == bool(view.front) * 2  # in the chart and in the legend
    for side in ("upwards", "to the right") if view.front else ():
        choice = page.get_by_label(side)
        for objective in choice.locator("option").all():
            choice.select_option(objective.get_attribute("value"))
            assert "NaN" not in page.locator("#front-chart").inner_html()
