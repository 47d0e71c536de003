"""A served page in a browser follows the search, and stays where one was reading."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.report.browser.conftest import Open
from tests.report.served import served
from tests.report.synthetic import add_measurement, make_run

from vilfredo.report.watching.serving import PageServer


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return make_run(tmp_path / "run", 60)


@pytest.fixture
def server(run: Path) -> Iterator[PageServer]:
    with served(run, 0.2) as server:
        yield server


def test_a_new_network_appears_and_the_reader_stays(visit: Open, run: Path, server: PageServer) -> None:
    page = visit(server.url)
    page.get_by_label("to the right").select_option("parameters")
    page.evaluate("document.querySelectorAll('main details').forEach(e => { e.open = true })")
    page.evaluate("scrollTo({ top: document.getElementById('front').offsetTop + 120, behavior: 'instant' })")
    page.evaluate("document.querySelector('.front-plot > svg').focus({ preventScroll: true })")
    before = page.evaluate("document.getElementById('front').getBoundingClientRect().top")
    number = add_measurement(run)
    page.wait_for_selector(f"tr[data-network='{number}']", state="attached", timeout=60_000)
    assert page.get_by_label("to the right").input_value() == "parameters"
    assert page.evaluate("document.querySelector('.front-table').open")
    assert page.evaluate("document.activeElement.matches('.front-plot > svg')")
    after = page.evaluate("document.getElementById('front').getBoundingClientRect().top")
    assert after == pytest.approx(before, abs=5)


def test_of_a_run_that_is_gone_the_last_page_stays(visit: Open, run: Path, server: PageServer) -> None:
    page = visit(server.url)
    run.rename(run.with_name("elsewhere"))
    page.wait_for_selector("text=The folder of this run is gone.", timeout=60_000)
    assert page.locator("#front-svg").is_visible()


def test_the_end_of_the_server_is_told(visit: Open, server: PageServer) -> None:
    page = visit(server.url)
    page.route("**/state", lambda route: route.fulfill(body="what another program says"))
    page.wait_for_selector("text=vilfredo watch has ended", timeout=20_000)
