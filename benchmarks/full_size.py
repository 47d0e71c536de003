"""What a step of the paper's search costs beside its trainings, at full size: 128 parents, 336,384 children.

In a fresh process of one thread: expanding, removing isomorphs, time features, predicting accuracy and time by the
paper's predictors, both fronts. The predictors are fitted before, on made-up results of a full search up to cells of 4
blocks; how long that takes is reported, and has no target here.
"""

import contextlib
import resource
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from benchmarks.child import Answer, Child
from benchmarks.interleaved import Spread
from benchmarks.report import Report, Scale, Target, Tell
from vilfredo import pareto
from vilfredo.predictors.protocol import Predictor
from vilfredo.search.presets import preset
from vilfredo.search.settings import resolve
from vilfredo.spaces.cells import Cell, parse_cell
from vilfredo.spaces.codes import Cells
from vilfredo.spaces.space import EMPTY
from vilfredo.strategies.exploration import exploration_front, exploration_sets
from vilfredo.strategies.popnas_v3 import PopnasV3
from vilfredo.strategies.progress import Progress, proposed, told, trained
from vilfredo.strategies.protocol import Problem
from vilfredo.strategies.surrogates import operator_costs, samples
from vilfredo.training.allocator import keep_freed_memory
from vilfredo.trials import Measurement

SECONDS = {"full": 130.0, "quick": 40.0, "smoke": 10.0}
_ROUNDS = {"full": 3, "quick": 2, "smoke": 1}
_MOST_SECONDS, _MOST_MEMORY = 5.0, 1e9
_PARENTS = 128
_ANCESTORS = 16
"""Cells of one size from which those of the next size come."""
_HASTY: Mapping[Scale, Mapping[str, Any]] = {
    "full": {},
    "quick": {"accuracy_predictor": {"epochs": 2}, "time_predictor": {"trials": 2}},
    "smoke": {"accuracy_predictor": {"epochs": 1}, "time_predictor": {"trials": 1, "iterations": 20}},
}
"""Shorter fits where the figures don't count; what is predicted costs about as much."""

Result = TypeVar("Result")


def run(scale: Scale, tell: Tell) -> Report:
    """Fit once, then go through the steps several times."""
    tell(0.0, "fitting the predictors")
    with Child(full_size, scale=scale) as child:
        fitted = child.ask(what="fit")
        rounds = []
        for number in range(_ROUNDS[scale]):
            tell(0.7 + 0.3 * number / _ROUNDS[scale], f"round {number + 1}")
            rounds.append(child.ask(what="steps"))
    return report(fitted, rounds)


def report(fitted: Mapping[str, Any], rounds: list[dict[str, Any]]) -> Report:
    """Make the table from what `full_size` answered."""
    rows = [
        (step, *(f"{Spread.of([found[clock][step] for found in rounds]).text(3)} s" for clock in ("cpu", "wall")))
        for step in rounds[0]["cpu"]
    ]
    total = Spread.of([sum(found["cpu"].values()) for found in rounds])
    wall = Spread.of([sum(found["wall"].values()) for found in rounds])
    rows.append(("total", f"{total.text(3)} s", f"{wall.text(3)} s"))
    peak = max(found["peak"] for found in rounds)
    last = rounds[-1]
    return Report(
        title=f"A full-size step beside its trainings: {last['expanded']:,} children (median, least … most)",
        columns=[("step", "left"), ("CPU", "right"), ("wall-clock", "right")],
        rows=rows,
        targets=[
            Target("CPU time on one core", total.median, _MOST_SECONDS, at_least=False, unit=" s"),
            Target("peak resident memory, all libraries included", peak / 1e6, _MOST_MEMORY / 1e6, False, " MB"),
        ],
        notes=[
            f"{last['candidates']:,} candidates without isomorphs; {last['front']} on the predicted front, "
            f"{last['explored']} to explore.",
            f"Before that, not counted: fitting on {fitted['samples']} results, accuracy {fitted['accuracy']:.1f} s, "
            f"time {fitted['time']:.1f} s; peak memory up to there {fitted['peak'] / 1e6:.0f} MB.",
        ],
        figures={"fit": dict(fitted), "rounds": rounds, "total": total.median, "peak": peak},
    )


def full_size(scale: Scale) -> Answer:
    """Prepare a search that has trained cells of up to 4 blocks."""
    keep_freed_memory()
    changes = {"strategy": _HASTY[scale]}
    smaller = {"space": {"operators": ["identity", "3x3 conv", "2x2 maxpool"]}} if scale == "smoke" else {}
    settings = resolve(preset("paper-image"), changes, smaller)
    strategy, problem = settings.strategy, settings.problem
    assert isinstance(strategy, PopnasV3)
    state = after_four_blocks(problem, _PARENTS if scale != "smoke" else 4, strategy.exploration_beam_size)
    costs = operator_costs(problem, state)
    fitted: dict[str, Any] = {}

    def fit() -> Mapping[str, Any]:
        answer: dict[str, Any] = {"samples": len(trained(state))}
        for objective, predictor in (("accuracy", strategy.accuracy_predictor), ("time", strategy.time_predictor)):
            start = time.process_time()
            fitted[objective] = _fit(predictor, objective, problem, state, costs)
            answer[objective] = time.process_time() - start
        return {**answer, "peak": peak_memory()}

    def steps() -> Mapping[str, Any]:
        forget_peak_memory()
        clock = _Clock()
        space = problem.space
        parents = space.codes([architecture for architecture, _ in trained(state, state.step)])
        listed = clock("expansion", partial(space.expand, parents))
        candidates = clock("de-duplication", partial(space.unique, listed))
        plain = clock("input of the accuracy predictor", partial(samples, problem, [candidates], None))
        accuracy = clock("accuracy prediction", partial(fitted["accuracy"].predict, plain)).mean
        described = clock("time features", partial(samples, problem, [candidates], costs))
        seconds = clock("time prediction", partial(fitted["time"].predict, described)).mean
        front = clock("front", lambda: pareto.front(np.stack([-accuracy, seconds], axis=1))[: strategy.beam_size])

        def explore() -> list[int]:
            sets = exploration_sets(candidates[front], space)
            most = strategy.exploration_beam_size
            return exploration_front(candidates, accuracy, seconds, front, sets, most) if sets else []

        explored = clock("exploration front", explore)
        sizes = {"expanded": len(listed), "candidates": len(candidates), "front": len(front), "explored": len(explored)}
        return {**sizes, "cpu": clock.cpu, "wall": clock.wall, "peak": peak_memory()}

    return lambda what: fit() if what == "fit" else steps()


def after_four_blocks(problem: Problem, parents: int, explored: int) -> Progress:
    """Make up the results of a search: a full beam of cells per size, related as those of a front are; parents last."""
    rng = np.random.default_rng(0)
    state = Progress(seed=0)
    space = problem.space
    beams: list[Cells] = [space.first()]
    for count in (parents + explored, parents + explored, parents):
        ancestors = beams[-1][rng.choice(len(beams[-1]), min(_ANCESTORS, len(beams[-1])), replace=False)]
        pool = space.unique(space.expand(ancestors))
        beams.append(pool[rng.choice(len(pool), count, replace=False)])
    for step, texts in enumerate([[EMPTY], *(space.texts(beam) for beam in beams)]):
        first = len(state.proposals)
        state = proposed(state, step, texts, ["benchmark"] * len(texts))
        results = [_result(first + index, parse_cell(text), problem) for index, text in enumerate(texts)]
        state = told(state, results)
    return state


def _result(number: int, cell: Cell, problem: Problem) -> Measurement:
    """Something to learn: operators differ in cost and gain, and there is noise."""
    noise = np.random.default_rng(number).normal(0, 0.01)
    names = [problem.space.vocabulary.index(name) for block in cell.blocks for name in (block.op1, block.op2)]
    gain = sum(0.1 + 0.05 * (index % 4) for index in names)
    seconds = 1.0 + sum(1.0 + index for index in names) * (1 + noise)
    accuracy = float(np.clip(0.1 + 0.8 * (1 - np.exp(-0.5 * gain)) + noise, 0, 1))
    objectives = {"accuracy": accuracy, "training_time": seconds}
    return Measurement(proposal=number, architecture=str(cell), outcome="complete", objectives=objectives)


def _fit(predictor: Predictor, objective: str, problem: Problem, state: Progress, costs: Mapping[str, float]) -> Any:
    space = problem.space
    known = sorted(trained(state), key=lambda pair: space.size_of(pair[0]))
    sizes = sorted({space.size_of(text) for text, _ in known})
    groups = [space.codes([text for text, _ in known if space.size_of(text) == size]) for size in sizes]
    targets = [result.score if objective == "accuracy" else result.training_time for _, result in known]
    described = samples(problem, groups, None if objective == "accuracy" else costs)
    return predictor.fit(described, np.array(targets, dtype=np.float64), seed=0)


class _Clock:
    """Seconds per step."""

    def __init__(self) -> None:
        self.cpu: dict[str, float] = {}
        self.wall: dict[str, float] = {}

    def __call__(self, step: str, work: Callable[[], Result]) -> Result:
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        self.cpu[step], self.wall[step] = time.process_time() - cpu, time.perf_counter() - wall
        return result


def peak_memory() -> int:
    """Most bytes that this process has had resident, since the start or `forget_peak_memory`."""
    # getrusage would tell of the parent, too: a process inherits its peak.
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def forget_peak_memory() -> None:
    """Let the peak begin anew, where the system can."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
