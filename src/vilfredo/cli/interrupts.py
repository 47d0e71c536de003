"""Ctrl-C as a polite request: what runs ends where nothing is lost."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from vilfredo.cli.output import stderr

INTERRUPTED = 130
"""Exit code of a command that was interrupted and can go on."""


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C (or termination signal) into a polite request; a second one kills as usual."""
    asked: list[int] = []

    def ask(number: int, _: FrameType | None) -> None:
        if asked:
            raise SystemExit(INTERRUPTED)
        asked.append(number)
        stderr.print("stopping … (Ctrl-C again to kill; nothing finished is lost)")

    former = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
