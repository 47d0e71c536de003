"""A page served to the browsers of this machine, and to nobody else."""

import json
import sys
from collections.abc import Iterator
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, final
from urllib.parse import urlsplit

from vilfredo.errors import InputError, VilfredoError
from vilfredo.report.watching.watched import Watched

HOST: Final = "127.0.0.1"
PORT: Final = 8765
"""Where it is served unless that is taken."""
_TRIED = 20
_NAMES = frozenset({HOST, "localhost"})
"""What browsers of this machine call it. Another name that leads here is one that somebody else has given it."""
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_AGAIN = '<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="refresh" content="5"><title>Vilfredo</title><p>{}</p>'


@final
class PageServer(ThreadingHTTPServer):
    """Serves the page of a run at ``/``, and the name of its present moment at ``/state``."""

    daemon_threads = True
    allow_reuse_port = False  # newer Pythons would have two commands share a port

    def __init__(self, port: int, watched: Watched) -> None:
        self.watched = watched
        super().__init__((HOST, port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that has gone away while it was answered."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self.server_port}/"


@final
class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Vilfredo"
    sys_version = ""
    timeout = 30
    server: PageServer

    def do_GET(self) -> None:
        if not _is_ours(self.headers.get("Host", "")):
            self._answer(HTTPStatus.FORBIDDEN, "text/plain", f"This page is at {self.server.url} only.\n")
            return
        path = self.path.partition("?")[0]
        if path == "/":
            self._page()
        elif path == "/state":
            watched = self.server.watched
            state = {"moment": watched.moment, "seconds": watched.patience, "there": watched.is_there}
            self._answer(HTTPStatus.OK, "application/json", json.dumps(state))
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", f"There is only {self.server.url} here.\n")

    def do_HEAD(self) -> None:
        self.do_GET()

    def _page(self) -> None:
        try:
            status, page = HTTPStatus.OK, self.server.watched.page()
        except VilfredoError as error:
            status, page = HTTPStatus.SERVICE_UNAVAILABLE, _AGAIN.format(escape(str(error)))
        except Exception as error:  # a run folder may be in any state; the next page may be fine
            words = f"This page could not be written ({type(error).__name__}: {error}); vilfredo report says where."
            status, page = HTTPStatus.INTERNAL_SERVER_ERROR, _AGAIN.format(escape(words))
        self._answer(status, "text/html", page)

    def _answer(self, status: HTTPStatus, kind: str, text: str) -> None:
        content = text.encode(errors="replace")
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal belongs to the command."""


def listening(watched: Watched, port: int | None = None) -> PageServer:
    """Begin to listen on this machine's own address; `serve_forever` then answers.

    Parameters
    ----------
    port
        None: `PORT`, or one of the next ones where that is taken. 0: any that is free.

    Raises
    ------
    InputError
        When the port cannot be had.
    """
    failure = ""
    for candidate in _ports(port):
        try:
            return PageServer(candidate, watched)
        except OSError as error:
            failure = error.strerror or str(error)
    raise InputError(
        f"port: {port or PORT} on {HOST} cannot be had ({failure}). "
        "Give another one by --port, or 0 for any that is free."
    )


def _ports(port: int | None) -> Iterator[int]:
    if port is not None:
        yield port
        return
    yield from range(PORT, PORT + _TRIED)
    yield 0


def _is_ours(host: str) -> bool:
    """Whether a request names this machine as its own browsers do; the port may be that of a tunnel."""
    try:
        return urlsplit(f"//{host}").hostname in _NAMES
    except ValueError:
        return False
