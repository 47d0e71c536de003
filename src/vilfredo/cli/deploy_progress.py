"""Showing how a deployment goes: a live display on a terminal, plain lines in a pipe. Always on standard error."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import final

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn

from vilfredo.cli.output import stderr
from vilfredo.deploy.events import (
    EpochEnds,
    Event,
    FinalBegins,
    NetworkEnds,
    Observe,
    Planned,
    Remark,
    RoundBegins,
    Working,
)
from vilfredo.trials import Proposal
from vilfredo.wording import duration, quantity, seconds_short, sizes_text

_LINE_SECONDS = 10.0
"""Between two lines about the last training, in a pipe."""


@contextmanager
def deploy_progress(console: Console = stderr) -> Iterator[Observe]:
    """Watch a deployment until the context ends."""
    if not console.is_terminal:
        yield _Lines(console).observe
        return
    bars = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        console=console,
        transient=True,
    )
    with bars:
        yield _Bars(bars, console).observe


def network_name(proposal: Proposal) -> str:
    """A network in few words: what of its sizes is other than in the search, and its architecture."""
    sizes = sizes_text(proposal.network)
    return f"{sizes + '  ' if sizes else ''}{proposal.architecture}"


def plan_lines(event: Planned) -> list[str]:
    """What will be done, before it is."""
    lines = list(event.plan.notes)
    if event.plan.seconds:
        lines.append(f"about {duration(event.plan.seconds)} in all")
    if event.measured:
        lines.append(f"going on: {event.measured} networks are trained already")
    return lines


def result_line(event: NetworkEnds) -> str:
    """What became of a network of model selection."""
    measurement = event.measurement
    if measurement.outcome != "complete":
        return f"{measurement.outcome}: {measurement.reason}  |  {network_name(event.proposal)}"
    objectives = measurement.objectives
    best = "" if event.best is None else f"  |  best {event.best.objectives[event.score]:.4f}"
    return (
        f"{event.score} {objectives[event.score]:.4f}  {seconds_short(objectives['training_time'])}/epoch  "
        f"{quantity(objectives['parameters'])} params{best}  |  {network_name(event.proposal)}"
    )


@final
class _Clock:
    """Time left of something of which a share is done."""

    def __init__(self) -> None:
        self._began, self._first = time.monotonic(), 0.0

    def restart(self, done: float = 0.0) -> None:
        """Begin, where a share is done already."""
        self._began, self._first = time.monotonic(), done

    def left(self, done: float) -> float | None:
        """Seconds that the rest will take at the pace so far; None before there is one."""
        now = time.monotonic()
        if done <= self._first or done >= 1:
            return None
        return (now - self._began) / (done - self._first) * (1 - done)


@final
class _Lines:
    """One line per network; of the last training one every few seconds."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._done = self._total = 0
        self._said = 0.0
        self._clock = _Clock()

    def observe(self, event: Event) -> None:
        if isinstance(event, Planned):
            for line in plan_lines(event):
                self._print(f"  {line}")
        elif isinstance(event, RoundBegins):
            self._total = event.round.networks
            self._done = self._total - event.waiting
            self._clock.restart()
            self._print(_round_title(event))
        elif isinstance(event, NetworkEnds):
            self._done += 1
            left = self._clock.left(event.done)
            eta = f"  |  {duration(left)} left" if left else ""
            self._print(f"  {self._done}/{self._total}  {result_line(event)}{eta}")
        elif isinstance(event, FinalBegins):
            self._clock.restart(event.done / event.epochs)
            self._print(_final_title(event))
        elif isinstance(event, EpochEnds):
            self._epoch(event)
        elif isinstance(event, Working):
            self._print(f"{event.on} …")
        else:
            self._print(f"note: {event.text}")

    def _epoch(self, event: EpochEnds) -> None:
        left = self._clock.left(event.epoch.epoch / event.epochs) if event.final else None
        now = time.monotonic()
        if event.final and now - self._said >= _LINE_SECONDS and left is not None:
            self._said = now
            self._print(
                f"  epoch {event.epoch.epoch}/{event.epochs}  loss {event.epoch.training_loss:.4f}  |  "
                f"{duration(left)} left"
            )

    def _print(self, line: str) -> None:
        self._console.print(line, markup=False)


@final
class _Bars:
    """A bar for the round or the last training, one for each network in training."""

    def __init__(self, bars: Progress, console: Console) -> None:
        self._bars, self._console = bars, console
        self._main = bars.add_task("", visible=False, note="")
        self._networks: dict[int, TaskID] = {}
        self._clock = _Clock()

    def observe(self, event: Event) -> None:
        if isinstance(event, Planned):
            for line in plan_lines(event):
                self._print(f"  {line}")
        elif isinstance(event, RoundBegins):
            self._clear()
            self._print(_round_title(event))
            total = event.round.networks
            self._restart("networks", total, total - event.waiting)
        elif isinstance(event, NetworkEnds):
            bar = self._networks.pop(event.proposal.id, None)
            if bar is not None:
                self._bars.remove_task(bar)
            self._print(f"  {result_line(event)}")
            self._bars.advance(self._main)
            self._say(event.done)
        elif isinstance(event, FinalBegins):
            self._clear()
            self._print(_final_title(event))
            self._restart("epochs", event.epochs, event.done)
            self._clock.restart(event.done / event.epochs)
        elif isinstance(event, EpochEnds):
            self._epoch(event)
        elif isinstance(event, Working):
            self._clear()
            self._bars.update(self._main, description=f"{event.on} …", visible=True, total=None, completed=0, note="")
        elif isinstance(event, Remark):
            self._print(f"note: {event.text}")

    def _epoch(self, event: EpochEnds) -> None:
        if event.final:
            self._bars.update(self._main, completed=event.epoch.epoch)
            self._say(event.epoch.epoch / event.epochs, f"loss {event.epoch.training_loss:.4f}")
            return
        number = event.proposal.id
        if number not in self._networks:
            note = escape(network_name(event.proposal))
            self._networks[number] = self._bars.add_task("network", total=event.epochs, note=note)
        self._bars.update(self._networks[number], completed=event.epoch.epoch)

    def _say(self, done: float, fact: str = "") -> None:
        left = self._clock.left(done)
        words = [fact, f"{duration(left)} left" if left else ""]
        self._bars.update(self._main, note="  ".join(word for word in words if word))

    def _restart(self, what: str, total: int, done: int) -> None:
        self._clock.restart()
        self._bars.update(self._main, description=what, visible=True, total=total, completed=done, note="")

    def _clear(self) -> None:
        for bar in self._networks.values():
            self._bars.remove_task(bar)
        self._networks.clear()

    def _print(self, line: str) -> None:
        self._console.print(line, markup=False)


def _round_title(event: RoundBegins) -> str:
    number = f", round {event.number + 1} of {event.rounds}" if event.rounds > 1 else ""
    waiting = event.waiting if event.waiting == event.round.networks else f"{event.waiting} of {event.round.networks}"
    return f"model selection{number}: {waiting} networks, {event.round.epochs} epochs each"


def _final_title(event: FinalBegins) -> str:
    going_on = f", going on after epoch {event.done}" if event.done else ""
    return (
        f"final training: {event.epochs} epochs on all {event.samples} training samples{going_on}, "
        f"{quantity(event.parameters)} parameters ({event.reason})\n  {network_name(event.proposal)}"
    )
