"""How far a run of the benchmarks is, and how long it will still take."""

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self, final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from vilfredo.wording import duration

_ENOUGH = 5.0
"""Expected seconds that must have passed before the pace so far says anything."""


def seconds_left(expected: Mapping[str, float], done: Mapping[str, float], elapsed: float) -> float:
    """Forecast how long the rest takes, at the pace so far.

    Parameters
    ----------
    expected
        Seconds that each benchmark takes on a machine like the authors'.
    done
        The share of each that is done, in [0, 1]; those missing have not begun.
    elapsed
        Seconds since the start.
    """
    past = sum(expected[name] * share for name, share in done.items())
    pace = elapsed / past if past >= _ENOUGH else 1.0
    return max(0.0, sum(expected.values()) - past) * pace


@final
class Watch:
    """Shows progress: a bar on a terminal, lines in a pipe. A context."""

    def __init__(self, expected: Mapping[str, float], console: Console) -> None:
        self._expected = expected
        self._console = console
        self._done: dict[str, float] = {}
        self._start = time.monotonic()
        self._bars = Progress(
            TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True
        )
        self._bar = self._bars.add_task("", total=sum(expected.values()))

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._bars.stop()

    def tell(self, name: str, share: float, note: str) -> None:
        """Say how much of benchmark `name` is done and what comes next."""
        self._done[name] = share
        left = seconds_left(self._expected, self._done, time.monotonic() - self._start)
        text = f"{name}: {note}, {duration(left)} left"
        if self._console.is_terminal:
            past = sum(self._expected[known] * part for known, part in self._done.items())
            self._bars.update(self._bar, description=text, completed=past)
        else:
            self._console.print(text, markup=False)
