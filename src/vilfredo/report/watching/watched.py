"""The page of a run as it is now, written anew only where the run has changed."""

import hashlib
import time
from pathlib import Path
from threading import Lock
from typing import final

from vilfredo.baselines.keeping import BASELINES
from vilfredo.report.figures import figures
from vilfredo.report.page.page import render
from vilfredo.report.sections import sections
from vilfredo.report.view import RunView
from vilfredo.search.run_folder import DATABASE, DESCRIPTION, is_run, locked_by

_LOOKED_AT = (DESCRIPTION, DATABASE, f"{DATABASE}-wal", BASELINES)
_FOLDERS = ("model", "deploy")
_PATIENCE = 10.0
"""How many times as long as writing a page takes it is left as it is: a search is timed on the same machine."""
_LONGEST = 60.0
"""Seconds after which one looks again however long that takes."""


@final
class Watched:
    """A run folder and its latest page; may be used by many threads."""

    def __init__(self, run: Path, every: float) -> None:
        self.run = run
        self._every = every
        self._lock = Lock()
        self._page: tuple[str, str] | None = None
        self._seconds = 0.0
        self._next = 0.0

    @property
    def moment(self) -> str:
        """A name for what the page shows: another one when anything was added, and the last page has had its time.

        However often and by however many browsers it is asked, no page is written before that.
        """
        page = self._page
        return page[0] if page is not None and time.monotonic() < self._next else self._present()

    def _present(self) -> str:
        """A name for what the run holds now."""
        files = [self.run / name for name in _LOOKED_AT]
        for folder in _FOLDERS:
            files += [self.run / folder, *sorted((self.run / folder).glob("*"))]
        facts = [*map(_stamp, files), locked_by(self.run)]
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]

    @property
    def is_there(self) -> bool:
        """Whether there is a run still: folders are moved and deleted."""
        return is_run(self.run)

    @property
    def patience(self) -> float:
        """Seconds after which it is time to look again."""
        return max(self._every, self._rest)

    @property
    def _rest(self) -> float:
        return min(_PATIENCE * self._seconds, _LONGEST)

    def page(self) -> str:
        """Return the page.

        Raises
        ------
        RunError
            When the folder is not a readable run (any more).
        """
        with self._lock:
            moment = self.moment  # before reading: what is added meanwhile makes another moment
            if self._page is None or self._page[0] != moment:
                figures(), sections()  # imported before it counts
                start = time.thread_time()
                self._page = moment, render(RunView.of(self.run), live=moment)
                self._seconds = time.thread_time() - start
                self._next = time.monotonic() + self._rest
            return self._page[1]


def _stamp(file: Path) -> tuple[int, int] | None:
    """Size and time of the last change; None where there is nothing: a log without content is no log."""
    try:
        status = file.stat()
    except OSError:
        return None
    return (status.st_size, status.st_mtime_ns) if status.st_size else None
