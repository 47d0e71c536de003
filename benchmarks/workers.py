"""What a second worker brings: the same candidates measured by one worker process and by two, in turns.

All workers are started and have measured a candidate before; those of the other side wait meanwhile. Everything is
measured as in a search, from counting to the probe; what one worker does after the other, a second one can take over.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from benchmarks.interleaved import Spread, interleave, ratios
from benchmarks.report import Report, Scale, Target, Tell
from vilfredo.search.cores import available_cores
from vilfredo.search.evaluation import Evaluator, make_evaluator
from vilfredo.search.execution import Executor, find_executor
from vilfredo.search.presets import preset
from vilfredo.search.settings import resolve
from vilfredo.tasks.open import open_dataset
from vilfredo.trials import Proposal

SECONDS = {"full": 180.0, "quick": 70.0, "smoke": 25.0}
_ROUNDS = {"full": 3, "quick": 1, "smoke": 1}
_CREWS = (1, 2)
_LEAST_GAIN = 1.8

CELLS = (
    "[(-1, '3x3 conv', -1, 'identity')]",
    "[(-1, '3x3 dconv', -1, 'identity')]",
    "[(-1, '3x3 conv', -1, '3x3 conv')]",
    "[(-2, '3x3 conv', -1, '2x2 maxpool')]",
    "[(-1, '3x3 conv', -1, '3x3 dconv');(-1, 'identity', 0, '2x2 maxpool')]",
    "[(-2, '3x3 conv', -1, 'identity');(0, '3x3 conv', -1, '3x3 dconv')]",
    "[(-1, '3x3 dconv', -1, '3x3 dconv');(0, '3x3 conv', 0, 'identity')]",
    "[(-2, 'identity', -1, '3x3 conv');(-1, '3x3 conv', -1, '2x2 maxpool')]",
    "[(-1, '3x3 conv', -1, 'identity');(0, '3x3 conv', 0, 'identity');(1, '2x2 maxpool', -1, 'identity')]",
    "[(-2, '3x3 conv', -1, '3x3 conv');(0, '3x3 dconv', -1, 'identity');(0, 'identity', 1, '3x3 conv')]",
    "[(-2, '3x3 dconv', -1, '3x3 conv');(-1, 'identity', 0, 'identity');(0, '3x3 conv', 1, 'identity')]",
    "[(-1, '3x3 conv', -1, '2x2 maxpool');(-1, '3x3 conv', 0, '3x3 conv');(-2, 'identity', 0, '3x3 dconv')]",
)

_DATA: Mapping[str, tuple[Mapping[str, Any], int]] = {
    "digits 8x8": ({}, 5),
    "digits enlarged to 28x28": ({"resize": (28, 28), "samples": 600}, 2),
}
"""By name: how to read digits, and epochs per candidate."""


def run(scale: Scale, tell: Tell) -> Report:
    """Measure twelve candidates on small and on middle-sized images."""
    cells = CELLS if scale != "smoke" else CELLS[:2]
    measured: dict[str, dict[str, list[float]]] = {}
    # Two workers on one core would only show what waiting costs.
    names = list(_DATA)[: 1 if scale == "smoke" else None] if available_cores() > 1 else []
    for index, name in enumerate(names):
        tell(index / len(names), f"{name}, starting workers")
        begins = partial(tell, (index + 0.2) / len(names), name)
        measured[name] = _measure(_evaluator(name, scale), cells, _ROUNDS[scale], begins)
    return report(measured, len(cells))


def report(measured: Mapping[str, Mapping[str, Sequence[float]]], candidates: int) -> Report:
    """Compare wall-clock seconds of all candidates: by data, by number of workers, round by round."""
    gains = {name: Spread.of(ratios(times["1"], times["2"])) for name, times in measured.items()}
    return Report(
        title=f"Workers: wall-clock for {candidates} candidates (median, least … most)",
        columns=[("data", "left"), ("1 worker", "right"), ("2 workers", "right"), ("gain", "right")],
        rows=[
            (name, *(f"{Spread.of(times[crew]).text(1)} s" for crew in ("1", "2")), f"{gains[name].text()}×")
            for name, times in measured.items()
        ],
        targets=[Target(f"gain by a second worker, {name}", gain.median, _LEAST_GAIN) for name, gain in gains.items()],
        notes=["Needs two idle cores: what a neighbour takes is missing here."] if measured else ["Needs two cores."],
        figures={"seconds": measured, "candidates": candidates},
    )


def _evaluator(name: str, scale: Scale) -> Evaluator:
    reading, epochs = _DATA[name]
    training = {"epochs": epochs if scale != "smoke" else 1, "device": "cpu", "threads": 1}
    changes = {"time_source": "flops"} if scale == "smoke" else {}
    settings = resolve(preset("quick"), {"training": training}, changes)
    return make_evaluator(settings, open_dataset("digits", **reading))


def _measure(
    evaluator: Evaluator, cells: Sequence[str], rounds: int, begins: Callable[[], None]
) -> dict[str, list[float]]:
    wanted = proposals(cells, evaluator)
    with ExitStack() as stack:
        crews = {crew: stack.enter_context(_crew(evaluator, crew)) for crew in _CREWS}
        begins()
        return interleave({str(crew): partial(_seconds, executor, wanted) for crew, executor in crews.items()}, rounds)


@contextmanager
def _crew(evaluator: Evaluator, workers: int) -> Iterator[Executor]:
    with find_executor("processes").start(evaluator, workers) as executor:
        _seconds(executor, proposals([CELLS[0]] * workers, evaluator))  # each has measured one
        yield executor


def proposals(cells: Sequence[str], evaluator: Evaluator) -> list[Proposal]:
    """Propose cells with a forecast of their times, as a strategy would."""
    family = evaluator.family
    return [
        Proposal(
            id=number,
            architecture=text,
            step=1,
            predicted={"training_time": float(family.count(text).flops)},
        )
        for number, text in enumerate(cells)
    ]


def _seconds(executor: Executor, wanted: Sequence[Proposal]) -> float:
    start = time.perf_counter()
    for measured in executor.measure(wanted, lambda: False, lambda proposal, epoch: None):
        measurement = measured.measurement
        if measurement.outcome != "complete":
            raise RuntimeError(f"{measurement.architecture} could not be measured: {measurement.reason}")
    return time.perf_counter() - start
