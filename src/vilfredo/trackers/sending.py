"""A thread for what must not hold up the search: trackers are slow, and fail."""

import queue
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar, final

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds that one job may take once everything else is over."""


@final
class Sender(Generic[T]):
    """Does jobs one after the other, in a thread of its own; after the first that fails it does no more."""

    def __init__(
        self, name: str, make: Callable[[], T], release: Callable[[T], None], warn: Callable[[str], None]
    ) -> None:
        """Prepare; nothing is made before the first job.

        Parameters
        ----------
        name
            Of the tracker, for people.
        make
            Makes what the jobs work on; called in the thread.
        release
            Called with it after the last job.
        warn
            Told once, in a line, when something goes wrong.
        """
        self._name, self._make, self._release, self._warn = name, make, release, warn
        self._jobs: queue.SimpleQueue[Callable[[T], None] | None] = queue.SimpleQueue()
        self.used = False
        """Whether it has had a job."""
        self._done = 0
        # A daemon: a tracker that hangs must not keep the process alive.
        self._thread = threading.Thread(target=self._work, name=f"tracker-{name}", daemon=True)
        self._thread.start()

    def send(self, job: Callable[[T], None]) -> None:
        """Have a job done some time; returns at once, and never fails."""
        self.used = True
        if self._thread.is_alive():
            self._jobs.put(job)

    def close(self, patience: float = PATIENCE) -> None:
        """Wait until all jobs are done, as long as none of them takes more than `patience` seconds."""
        self._jobs.put(None)
        done, since = self._done, time.monotonic()
        while self._thread.is_alive() and time.monotonic() - since < patience:
            self._thread.join(0.1)
            if self._done != done:
                done, since = self._done, time.monotonic()
        if self._thread.is_alive():
            self._warn(f"{self._name}: it was left behind before it had logged all. {self._advice()}")

    def _work(self) -> None:
        try:
            self._work_off()
        except Exception as error:
            cause = " ".join(str(error).split())[:200] or type(error).__name__
            self._warn(f"{self._name}: it failed and is switched off; all else goes on ({cause}). {self._advice()}")

    def _work_off(self) -> None:
        job = self._jobs.get()
        if job is None:
            return
        made = self._make()
        while job is not None:
            job(made)
            self._done += 1
            job = self._jobs.get()
        self._release(made)

    def _advice(self) -> str:
        return f"Nothing is lost: `vilfredo track RUN --with {self._name}` logs the rest later."
