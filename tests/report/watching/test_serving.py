"""Who is served what: browsers of this machine, the page and its state, and nothing else."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.report.served import served
from tests.report.synthetic import add_measurement, make_run

from vilfredo.errors import InputError
from vilfredo.report.watching import watched
from vilfredo.report.watching.serving import PORT, PageServer, listening
from vilfredo.report.watching.watched import Watched


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return make_run(tmp_path / "run", 50)


@pytest.fixture
def server(run: Path) -> Iterator[PageServer]:
    with served(run, 5.0) as server:
        yield server


def _ask(server: PageServer, path: str, host: str | None = None, method: str = "GET") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host if host is not None else f"127.0.0.1:{server.server_port}")
    connection.endheaders()
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_the_page_and_its_moment(server: PageServer) -> None:
    status, page = _ask(server, "/")
    state = json.loads(_ask(server, "/state")[1])
    assert status == 200
    assert page.startswith("<!DOCTYPE html>")
    assert f'data-live="{state["moment"]}"' in page
    assert state["seconds"] >= 5.0


def test_it_listens_on_this_machine_only(server: PageServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize("host", ["localhost:9000", "127.0.0.1", "LOCALHOST"])
def test_names_of_this_machine_are_served(server: PageServer, host: str) -> None:
    assert _ask(server, "/state", host)[0] == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[::1", "localhost@evil"]
)
@pytest.mark.parametrize("path", ["/", "/state"])
def test_other_names_are_refused(server: PageServer, host: str, path: str) -> None:
    status, text = _ask(server, path, host)
    assert status == 403
    assert "<" not in text


@pytest.mark.parametrize(
    "path", ["/run.db", "/run.toml", "/../run.toml", "/%2e%2e/run.toml", "/weights/", "/state/", "http://[/", "//["]
)
def test_there_is_nothing_else(server: PageServer, path: str) -> None:
    assert _ask(server, path)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_done_but_get(server: PageServer, method: str) -> None:
    assert _ask(server, "/", method=method)[0] == 501


def test_the_head_alone_is_the_same_without_the_page(server: PageServer) -> None:
    assert _ask(server, "/", method="HEAD") == (200, "")
    assert _ask(server, "/nothing", method="HEAD") == (404, "")


def test_a_run_that_cannot_be_read_is_told_and_asked_for_again(server: PageServer, run: Path) -> None:
    run.rename(run.with_name("<b>elsewhere"))
    status, page = _ask(server, "/")
    assert status == 503
    assert "there is no folder" in page
    assert 'http-equiv="refresh"' in page
    run.with_name("<b>elsewhere").rename(run)
    assert _ask(server, "/")[0] == 200


def test_a_port_that_is_taken(server: PageServer, run: Path) -> None:
    with pytest.raises(InputError, match="Give another one by --port"):
        listening(Watched(run, 5.0), server.server_port)


def test_the_next_free_port_is_taken_where_none_is_asked_for(run: Path) -> None:
    with listening(Watched(run, 5.0)) as one, listening(Watched(run, 5.0)) as other:
        assert one.server_port != other.server_port
        assert one.server_port >= PORT


def test_whatever_goes_wrong_is_told(server: PageServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> str:
        raise KeyError("<b>")

    monkeypatch.setattr(watched, "render", fails)
    status, page = _ask(server, "/")
    assert status == 500
    assert "KeyError: &#x27;&lt;b&gt;" in page
    monkeypatch.undo()
    assert _ask(server, "/")[0] == 200


def test_a_page_is_left_as_it_is_for_ten_times_what_it_took(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    monkeypatch.setattr("time.thread_time", iter([1.0, 3.0]).__next__)
    page = Watched(run, 5.0)
    first, moment = page.page(), page.moment
    assert page.patience == 20.0
    add_measurement(run)
    now = 1019.9
    assert (page.page(), page.moment) == (first, moment)
    now = 1020.1
    assert page.moment != moment


def test_the_page_is_made_anew_only_where_the_run_has_changed(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "_PATIENCE", 0.0)
    page = Watched(run, 5.0)
    first, moment = page.page(), page.moment
    assert page.page() is first
    assert page.moment == moment
    number = add_measurement(run)
    assert page.moment != moment
    assert f'data-network="{number}"' in page.page()
