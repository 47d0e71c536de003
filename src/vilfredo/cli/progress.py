"""Showing how a search goes: a live display on a terminal, plain lines in a pipe. Always on standard error."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import final

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from vilfredo.cli.output import stderr
from vilfredo.search.events import (
    CandidateEnds,
    EpochEnds,
    Event,
    Observe,
    Planning,
    StepBegins,
    Tally,
)
from vilfredo.wording import duration, seconds_short

_WIDE = 100
"""Columns from which there is room for bars beside the words."""

_TITLES = {"blocks": ("empty cell", "cells of {} block"), "layers": ("no hidden layer", "{} hidden layer")}
"""By unit: of step 0, and of the others in the singular."""


@contextmanager
def progress(console: Console = stderr) -> Iterator[Observe]:
    """Watch a search until the context ends."""
    if not console.is_terminal:
        yield _Lines(console).observe
        return
    bars = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        *([BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn()] if console.width >= _WIDE else []),
        TextColumn("{task.fields[note]}"),
        console=console,
        transient=True,
    )
    with bars:
        yield _Bars(bars).observe


def step_title(event: StepBegins) -> str:
    """What a step is about."""
    nothing, something = _TITLES.get(event.unit, ("nothing", f"size {{}} ({event.unit})"))
    kind = f"{something.format(event.step)}{'s' * (event.step > 1)}" if event.step else nothing
    return f"step {event.step} of {event.last_step}: {kind}"


def step_facts(event: StepBegins) -> str:
    """Where a step's candidates come from."""
    count = f"{event.waiting} to train" + (f" (of {event.total})" if event.waiting < event.total else "")
    if "expanded" not in event.notes:
        return count
    return f"{count}, chosen from {event.notes['candidates']:,} ({event.notes['isomorphs_spared']:,} isomorphs spared)"


def standing(tally: Tally) -> str:
    """Where the search stands, in a few words."""
    best = "–" if tally.best is None else f"{tally.best.objectives[tally.score]:.4f}"
    failed = f", {tally.failures} failed" if tally.failures else ""
    left = f", step left {duration(tally.step_seconds)}" if tally.step_seconds else ""
    later = tally.search_seconds if tally.search_seconds != tally.step_seconds else None
    search = f", search ~{duration(later)}" if later else ""
    return f"best {best}, front {tally.front}{failed}{left}{search}"


@final
class _Lines:
    """One line per step and per candidate."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._done = self._total = 0

    def observe(self, event: Event) -> None:
        if isinstance(event, Planning) and event.step > 1:
            self._print(f"step {event.step}: choosing candidates …")
        elif isinstance(event, StepBegins):
            self._done, self._total = event.total - event.waiting, event.total
            self._print(f"{step_title(event)}: {step_facts(event)}")
        elif isinstance(event, CandidateEnds):
            self._done += 1
            facts = f"{self._result(event)}  |  {standing(event.tally)}  |  {event.measurement.architecture}"
            self._print(f"  {self._done}/{self._total}  {facts}")

    def _result(self, event: CandidateEnds) -> str:
        measurement = event.measurement
        if measurement.outcome != "complete":
            return f"{measurement.outcome}: {measurement.reason}"
        objectives = measurement.objectives
        score = event.tally.score
        return f"{score} {objectives[score]:.4f}  {seconds_short(objectives['training_time'])}/epoch"

    def _print(self, line: str) -> None:
        self._console.print(line, markup=False)


@final
class _Bars:
    """A bar for the step, one for each candidate in training."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._step: TaskID | None = None
        self._planning = bars.add_task("", visible=False, note="")
        self._candidates: dict[int, TaskID] = {}
        self._free: list[TaskID] = []  # of candidates that ended; shown until another takes the place

    def observe(self, event: Event) -> None:
        if isinstance(event, Planning):
            what = "choosing candidates …" if event.step > 1 else "starting …"
            self._bars.update(self._planning, description=what, visible=True, total=None, note="")
        elif isinstance(event, StepBegins):
            self._bars.update(self._planning, visible=False)
            for bar in self._free:
                self._bars.update(bar, visible=False)
            if self._step is not None:
                self._bars.remove_task(self._step)
            self._bars.console.print(f"[bold]{step_title(event)}[/]: {step_facts(event)}")
            done = event.total - event.waiting
            self._step = self._bars.add_task(f"step {event.step}", total=event.total, completed=done, note="")
        elif isinstance(event, EpochEnds):
            self._show(event)
        elif self._step is not None:
            if event.measurement.proposal in self._candidates:
                self._free.append(self._candidates.pop(event.measurement.proposal))
            self._bars.update(self._step, advance=1, note=standing(event.tally))
            if event.measurement.outcome != "complete":
                reason = escape(f"{event.measurement.reason}  {event.measurement.architecture}")
                self._bars.console.print(f"  [yellow]{event.measurement.outcome}[/]: {reason}")

    def _show(self, event: EpochEnds) -> None:
        number = event.proposal.id
        if number not in self._candidates:
            note = escape(event.proposal.architecture)
            bar = self._free.pop(0) if self._free else self._bars.add_task("candidate", note="")
            self._bars.reset(bar, total=event.epochs, note=note, visible=True)
            self._candidates[number] = bar
        self._bars.update(self._candidates[number], completed=event.epoch.epoch)
