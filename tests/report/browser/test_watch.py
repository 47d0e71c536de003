"""A served page in a browser follows the search, and stays where one was reading."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from tests.report.browser.conftest import Open
from tests.report.synthetic import add_measurement, make_run

from vilfredo.report.serving import PageServer, listening
from vilfredo.report.watched import Watched


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return make_run(tmp_path / "run", 60)


@pytest.fixture
def server(run: Path) -> Iterator[PageServer]:
    with listening(Watched(run, 0.2), 0) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_new_network_appears_and_the_reader_stays(visit: Open, run: Path, server: PageServer) -> None:
    page = visit(server.url)
    page.get_by_label("to the right").select_option("parameters")
    page.evaluate("document.querySelectorAll('main details').forEach(e => { e.open = true })")
    page.evaluate("scrollTo({ top: document.getElementById('front').offsetTop + 120, behavior: 'instant' })")
    before = page.evaluate("document.getElementById('front').getBoundingClientRect().top")
    number = add_measurement(run)
    page.wait_for_selector(f"tr[data-network='{number}']", state="attached", timeout=60_000)
    assert page.get_by_label("to the right").input_value() == "parameters"
    assert page.evaluate("document.querySelector('.front-table').open")
    after = page.evaluate("document.getElementById('front').getBoundingClientRect().top")
    assert after == pytest.approx(before, abs=5)


def test_the_end_of_the_server_is_told(visit: Open, server: PageServer) -> None:
    page = visit(server.url)
    page.route("**/state", lambda route: route.fulfill(body="what another program says"))
    page.wait_for_selector("text=vilfredo watch has ended", timeout=20_000)
