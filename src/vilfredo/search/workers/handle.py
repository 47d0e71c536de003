"""A worker process as its search sees it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import final

from vilfredo.search.evaluation import Evaluator
from vilfredo.search.workers.messages import FromWorker, Granted, Job, Ready
from vilfredo.search.workers.shared_data import SharedData, above_standard
from vilfredo.trials import Proposal

_PAGE = os.sysconf("SC_PAGE_SIZE")
_PATIENCE = 2.0
"""Seconds that a worker may take to end by itself."""


@final
class Worker:
    """A process that measures one proposal at a time; starting it takes seconds, and is not waited for."""

    def __init__(self, evaluator: Evaluator, shared: SharedData) -> None:
        self.proposal: Proposal | None = None
        """What it is measuring."""
        self.ready = False
        self.began = self.heard = time.monotonic()
        """When it was given its proposal, and when it last showed life."""
        self.needs: int | None = None
        """Bytes that it asks for or has been granted for its proposal."""
        self.waits = False
        """Whether it waits for memory to be granted."""
        self.crowded = False
        """Whether another has been training beside it, on the same memory."""
        self.trained = False
        """Whether its proposal is past its last epoch: what follows is the time probe."""
        self._resident_before = 0
        ours, theirs = socket.socketpair()
        child_end = above_standard(theirs.detach())
        try:
            self.connection = Connection(ours.detach())
            self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process lives
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "vilfredo.search.workers.worker", str(child_end)],
                pass_fds=(child_end, shared.descriptor),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                env=_environment(evaluator.settings.training.threads),
                start_new_session=True,  # Ctrl-C is for the search alone, which knows what to do
            )
        finally:
            os.close(child_end)
        settings = evaluator.settings.model_dump_json(exclude_none=True)
        facts = evaluator.preprocessing, evaluator.calibration
        self._send(Job(settings, *facts, shared.descriptor, shared.plan, evaluator.checkpoints))

    def begin(self, proposal: Proposal) -> None:
        """Have it measure a proposal."""
        self.proposal, self.needs, self.waits = proposal, None, False
        self.crowded = self.trained = False
        self.began = self.heard = time.monotonic()
        self._send(proposal)

    def ask(self, size: int) -> None:
        """Note that it needs `size` bytes for its proposal."""
        self.needs, self.waits = size, True

    def grant(self) -> None:
        """Let it train its proposal; its time begins now."""
        self.waits = False
        self.began = self.heard = time.monotonic()
        self._resident_before = self._resident()
        self._send(Granted())

    def free(self) -> None:
        """Note that it has no proposal any more."""
        self.proposal, self.needs, self.waits = None, None, False

    @property
    def reserved(self) -> int:
        """Bytes that it has been granted and not yet taken."""
        if self.needs is None or self.waits:
            return 0
        return max(0, self.needs - max(0, self._resident() - self._resident_before))

    @property
    def training(self) -> bool:
        """Whether it has been let train."""
        return self.needs is not None and not self.waits

    def receive(self) -> FromWorker | None:
        """Next message; None when it has died. Waits for one if there is none: see `connection`."""
        try:
            message: FromWorker = self.connection.recv()
        except (EOFError, OSError):
            return None
        self.heard = time.monotonic()
        if isinstance(message, Ready):
            self.ready, self.began = True, self.heard
        return message

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._wait()

    def hang_up(self) -> None:
        """Have it end, in the middle of a training too, without waiting for that."""
        self.connection.close()

    def close(self) -> None:
        """End it, and wait for that."""
        self.hang_up()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        self.kill()

    def last_words(self) -> str:
        """Why it died: the signal or exit code, and the last line that it wrote to standard error."""
        self._wait()
        code = self._process.returncode
        self._errors.seek(max(0, self._errors.seek(0, os.SEEK_END) - 2000))
        lines = self._errors.read().decode(errors="replace").split("\n")
        said = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return (_signal_name(-code) if code < 0 else f"exit code {code}") + (f" ({said})" if said else "")

    def _wait(self) -> None:
        # One that closed its connection is about to end, but perhaps not by itself.
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self.connection.close()

    def _send(self, message: object) -> None:
        with contextlib.suppress(OSError):  # it has died: `receive` will tell
            self.connection.send(message)

    def _resident(self) -> int:
        try:
            _, resident, shared, *_ = Path(f"/proc/{self._process.pid}/statm").read_text().split()
            return (int(resident) - int(shared)) * _PAGE  # the data are nobody's own
        except (OSError, ValueError):
            return 0


def _environment(threads: int) -> dict[str, str]:
    """Variables of a worker: it finds what its parent finds, and its libraries never take more than its threads."""
    limits = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(threads))
    return {**os.environ, **limits, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
