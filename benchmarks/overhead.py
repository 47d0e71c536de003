"""What a candidate costs besides its training and the probe of its time.

A search with a fixed list of cells on digits, in a process of its own: counting, building, estimating memory, keeping
the weights of the front, the commit to SQLite, telling the strategy, the tally. Everything counts that is neither
training nor probing. The first candidate also pays for imports and is shown apart.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, ClassVar, final

import numpy as np

from benchmarks.child import Answer, Child
from benchmarks.interleaved import Spread
from benchmarks.report import Report, Scale, Target, Tell
from vilfredo.networks.families import cells as cell_networks
from vilfredo.search import loop, session
from vilfredo.search.events import CandidateEnds, Event, StepBegins
from vilfredo.search.presets import preset
from vilfredo.search.settings import SearchSettings, resolve
from vilfredo.search.store import Store
from vilfredo.strategies.progress import Progress, awaited, proposed, told
from vilfredo.strategies.protocol import Problem, Strategy
from vilfredo.tasks.open import open_dataset
from vilfredo.training import measure
from vilfredo.trials import Budget, Evaluate, Finished, Measurement, Value

SECONDS = {"full": 60.0, "quick": 20.0, "smoke": 8.0}
_CELLS_PER_SIZE = {"full": 12, "quick": 4, "smoke": 1}
_SIZES = (1, 2, 3)
_MOST_SECONDS = 0.05

Times = dict[str, tuple[float, float]]
"""Seconds of CPU time and of wall-clock, by part."""

_NOT_COUNTED: Mapping[str, tuple[Any, str]] = {
    "training": (measure, "train"),
    "probe": (measure, "measure_step_time"),
}
_PARTS: Mapping[str, tuple[Any, str]] = {
    "counting": (cell_networks, "count"),
    "building": (cell_networks, "build_network"),
    "weights of the front": (loop, "save_weights"),
    "commit to SQLite": (Store, "add_measurement"),
}
"""Functions that are timed, where they are called from."""


@final
class FixedCells(Strategy[Progress]):
    """Has all its cells measured in one step."""

    name: ClassVar[str] = "fixed-cells"
    state_type: ClassVar[type[Value]] = Progress

    cells: tuple[str, ...]

    def plan(self, problem: Problem) -> tuple[int, ...]:
        """Return the one step."""
        return (len(self.cells),)

    def start(self, problem: Problem, seed: int) -> Progress:
        """Return the state before the first question."""
        return Progress(seed=seed)

    def ask(self, problem: Problem, state: Progress, budget: Budget) -> tuple[Evaluate | Finished, Progress]:
        """Propose the cells, once."""
        if state.step < 0:
            state = proposed(state, 0, self.cells, ["benchmark"] * len(self.cells))
        waiting = awaited(state)
        return (Evaluate(proposals=waiting) if waiting else Finished(reason="all are measured")), state

    def tell(self, problem: Problem, state: Progress, results: Sequence[Measurement]) -> Progress:
        """Remember the results."""
        return told(state, results)


def run(scale: Scale, tell: Tell) -> Report:
    """Search, in a process of its own."""
    tell(0.0, "searching digits")
    with Child(searching, cells_per_size=_CELLS_PER_SIZE[scale]) as child:
        return report(child.ask()["candidates"])


def report(candidates: Sequence[Mapping[str, Sequence[float]]]) -> Report:
    """Make the table.

    Parameters
    ----------
    candidates
        For each, in order: CPU and wall-clock seconds by part, ``all`` among them.
    """
    outside = [_outside(times) for times in candidates]
    rows = []
    for part in (*_NOT_COUNTED, *outside[0]):
        found = [times[part] for times in (candidates if part in _NOT_COUNTED else outside)]
        texts = [Spread.of([clocks[index] * 1000 for clocks in found[1:]]).text(1) for index in (0, 1)]
        rows.append((part, *texts, f"{found[0][1] * 1000:.0f}"))
    medians = [Spread.of([rest["outside training"][index] for rest in outside[1:]]).median for index in (0, 1)]
    return Report(
        title="Overhead per candidate, in milliseconds (median, least … most)",
        columns=[("part", "left"), ("CPU", "right"), ("wall-clock", "right"), ("the first, wall-clock", "right")],
        rows=rows,
        targets=[
            Target(f"{clock} outside training and probe", median * 1000, _MOST_SECONDS * 1000, False, " ms")
            for clock, median in zip(("CPU time", "wall-clock"), medians, strict=True)
        ],
        notes=[f"{len(candidates) - 1} cells of 1 to 3 blocks on digits, and one before them."],
        figures={"candidates": [{**times, **rest} for times, rest in zip(candidates, outside, strict=True)]},
    )


def searching(cells_per_size: int) -> Answer:
    """Search through random cells; see `report` for the answer."""
    settings = settings_for(cells_per_size)

    def answer() -> Mapping[str, Any]:
        source = "digits"
        with tempfile.TemporaryDirectory() as folder:
            run_folder = Path(folder) / "run"
            evaluator = session.begin(run_folder, settings, open_dataset(source), {"source": source}, ["benchmark"])
            with stopwatch({**_NOT_COUNTED, **_PARTS}) as so_far:
                watch = _Watch(so_far)
                session.conduct(
                    run_folder, settings, evaluator, seconds=None, observe=watch.observe, interrupted=lambda: False
                )
        return {"candidates": watch.candidates}

    return answer


def settings_for(cells_per_size: int) -> SearchSettings:
    """Those of the preset `quick`, one epoch, and random cells of one to three blocks, mixed."""
    settings = resolve(preset("quick"), {"training": {"epochs": 1, "device": "cpu"}})
    rng = np.random.default_rng(0)
    space = settings.space
    cells = [text for size in _SIZES for text in space.texts(space.sample(size, cells_per_size, rng))]
    # The one before them costs about as much.
    first = space.examples()[1]
    mixed = (cells[index] for index in rng.permutation(len(cells)))
    return settings.model_copy(update={"strategy": FixedCells(cells=(first, *mixed))})


@contextmanager
def stopwatch(functions: Mapping[str, tuple[Any, str]]) -> Iterator[Times]:
    """Time all calls of functions, given as the module or class and the name to be called by.

    Yields
    ------
    The times so far, by the same keys.
    """
    times: Times = dict.fromkeys(functions, (0.0, 0.0))
    with ExitStack() as stack:
        for key, (owner, name) in functions.items():
            original = getattr(owner, name)
            stack.callback(setattr, owner, name, original)
            setattr(owner, name, _timed(original, key, times))
        yield times


def _timed(original: Callable[..., Any], key: str, times: Times) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        cpu, wall = _now()
        try:
            return original(*arguments, **named)
        finally:
            after = _now()
            times[key] = (times[key][0] + after[0] - cpu, times[key][1] + after[1] - wall)

    return timed


class _Watch:
    """Splits the times between the candidates of a search."""

    def __init__(self, so_far: Mapping[str, tuple[float, float]]) -> None:
        self.candidates: list[Times] = []
        self._so_far = so_far
        self._before: Times = {}

    def observe(self, event: Event) -> None:
        if isinstance(event, StepBegins | CandidateEnds):
            now = {**self._so_far, "all": _now()}
            if isinstance(event, CandidateEnds):
                before = self._before
                self.candidates.append(
                    {key: (now[key][0] - before[key][0], now[key][1] - before[key][1]) for key in now}
                )
            self._before = now


def _now() -> tuple[float, float]:
    return time.process_time(), time.perf_counter()


def _outside(times: Mapping[str, Sequence[float]]) -> Times:
    """Parts that are neither training nor probe; what was not timed by itself is the rest."""
    counted = {part: (times[part][0], times[part][1]) for part in _PARTS}
    total = _less(times["all"], [times[part] for part in _NOT_COUNTED])
    return {**counted, "the rest": _less(total, list(counted.values())), "outside training": total}


def _less(whole: Sequence[float], parts: Sequence[Sequence[float]]) -> tuple[float, float]:
    cpu, wall = (whole[index] - sum(part[index] for part in parts) for index in (0, 1))
    return cpu, wall
