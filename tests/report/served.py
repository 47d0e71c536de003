"""A page served by a thread, for as long as a test wants it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from vilfredo.report.watching.serving import PageServer, listening
from vilfredo.report.watching.watched import Watched


@contextmanager
def served(run: Path, every: float) -> Iterator[PageServer]:
    """Serve the page of a run at any free port."""
    with listening(Watched(run, every), 0) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
