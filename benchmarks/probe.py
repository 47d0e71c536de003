"""Whether the time objective stays true while other processes keep the cores busy.

A few networks are probed with none, one and two neighbours, in turns, network by network. A neighbour is a process that
trains a network in a loop on one thread. What the search needs is the order of the networks: Spearman's ρ to the idle
machine, of single probes, as a search takes them.
"""

import contextlib
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np
import torch

from benchmarks.cells import BATCH, CLASSES, Case, Shape, random_samples
from benchmarks.child import Answer, Child
from benchmarks.interleaved import Spread, ratios, turns
from benchmarks.report import Report, Scale, Target, Tell
from vilfredo.predictors.quality import spearman
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.training.allocator import keep_freed_memory
from vilfredo.training.data import resident
from vilfredo.training.loop import Abandoned, train
from vilfredo.training.probe import calibrate, measure_step_time
from vilfredo.training.settings import TrainingSettings

SECONDS = {"full": 200.0, "quick": 70.0, "smoke": 12.0}
_ROUNDS = {"full": 3, "quick": 1, "smoke": 1}
_NEIGHBOURS = (0, 1, 2)
_LEAST_RHO, _MOST_OFF = 0.95, 0.15
_DIGITS: Shape = (1, 8, 8)
_FASHION: Shape = (1, 28, 28)
_CIFAR: Shape = (3, 32, 32)
_SETTINGS = TrainingSettings(batch_size=BATCH, device="cpu")


def _case(cell: str, shape: Shape, filters: int = 8) -> Case:
    return Case(cell, MacroArchitecture(motifs=2, normal_cells=1, filters=filters), shape, 1, 1)


CASES = (
    _case("[(-2, '2x2 maxpool', -1, 'identity')]", _DIGITS),
    _case("[(-1, '3x3 conv', -1, 'identity')]", _DIGITS),
    _case("[(-1, '3x3 conv', -1, '5x5 dconv')]", _DIGITS),
    _case("[(-2, '3x3 conv', -1, '3x3 dconv');(-1, '3x3 conv', 0, '2x2 avgpool')]", _DIGITS),
    _case("[(-2, '3x3 conv', -1, '3x3 conv');(-1, '5x5 conv', 0, '3x3 conv');(0, '3x3 conv', 1, 'identity')]", _DIGITS),
    _case("[(-1, 'identity', -1, '2x2 maxpool')]", _FASHION),
    _case("[(-1, '3x3 conv', -1, 'identity')]", _FASHION),
    _case("[(-1, '3x3 conv', -1, '3x3 dconv')]", _FASHION),
    _case("[(-2, '3x3 conv', -1, '3x3 conv');(0, '3x3 dconv', -1, '2x2 maxpool')]", _FASHION),
    _case("[(-1, '3x3 conv', -1, '2x2 maxpool')]", _CIFAR),
    _case("[(-1, '3x3 conv', -2, '5x5 conv')]", _CIFAR, 16),
    _case("[(-1, '1x3-3x1 conv', -1, '2x2 avgpool')]", _CIFAR, 24),
)
"""From some ten milliseconds per step to a third of a second."""


def run(scale: Scale, tell: Tell) -> Report:
    """Probe all networks under all conditions."""
    cases, rounds = range(len(CASES) if scale != "smoke" else 3), _ROUNDS[scale]
    seconds = 0.5 if scale != "smoke" else 0.02
    found: dict[int, list[list[dict[str, float]]]] = {count: [] for count in _NEIGHBOURS}
    with ExitStack() as stack:
        prober = stack.enter_context(Child(probing))
        others = [stack.enter_context(Child(neighbour)) for _ in range(max(_NEIGHBOURS))]
        for number in cases:
            tell(number / len(cases), f"network {number + 1} of {len(cases)}")
            prober.ask(case=number, seconds=0.0)  # sets up kernels
            for count in _NEIGHBOURS:
                found[count].append([])
            for busy in turns([str(count) for count in _NEIGHBOURS], rounds):
                for index, other in enumerate(others):
                    other.ask(busy=index < int(busy))
                found[int(busy)][-1].append(prober.ask(case=number, seconds=seconds))
        for other in others:
            other.ask(busy=False)
    return report(found)


def report(found: Mapping[int, Sequence[Sequence[Mapping[str, float]]]]) -> Report:
    """Compare what was probed beside neighbours with the idle machine.

    Parameters
    ----------
    found
        By number of neighbours: for each network, for each round, a step time as `probing` answers it.
    """
    rows, figures = [], {}
    for count in found:
        judged = _judge(found[0], found[count])
        contention = Spread.of([probe["contention"] for probes in found[count] for probe in probes])
        figures[str(count)] = judged
        rho = Spread.of(judged["rho"])
        rows.append(
            (
                str(count),
                rho.text(3) if count else "–",
                f"{Spread.of(judged['ratio']).text()}×" if count else "–",
                f"{Spread.of(judged['cpu_ratio']).text()}×" if count else "–",
                f"{Spread.of(judged['wall_ratio']).text()}×" if count else "–",
                Spread.of(judged["wall_rho"]).text(3) if count else "–",
                contention.text(),
            )
        )
    busiest = figures[str(max(found))]
    off = abs(float(np.median(busiest["ratio"])) - 1)
    idle = [probe["seconds"] for probes in found[0] for probe in probes]
    return Report(
        title="The time probe beside busy neighbours, against the idle machine (median, least … most)",
        columns=[
            ("neighbours", "right"),
            ("ρ", "right"),
            ("ratio", "right"),
            ("ratio, CPU time", "right"),
            ("ratio, wall-clock", "right"),
            ("ρ, wall-clock", "right"),
            ("contention", "right"),
        ],
        rows=rows,
        targets=[
            Target(f"ρ with {max(found)} neighbours", float(np.median(busiest["rho"])), _LEAST_RHO),
            Target(f"median ratio with {max(found)} neighbours, off 1 by", off, _MOST_OFF, at_least=False),
        ],
        notes=[
            f"{len(found[0])} networks of {min(idle) * 1000:.1f} to {max(idle) * 1000:.0f} ms per step, "
            f"{len(found[0][0])} round(s); a neighbour trains on one thread.",
            "The last columns: CPU time and wall-clock of the same steps, not corrected by the calibration network.",
        ],
        figures={"probes": {str(count): probes for count, probes in found.items()}, "judged": figures},
    )


def _judge(idle: Sequence[Sequence[Mapping[str, float]]], busy: Sequence[Sequence[Mapping[str, float]]]) -> Any:
    """Ratios probe by probe, rank correlations round by round."""
    judged: dict[str, list[float]] = {}
    for clock, prefix in (("seconds", ""), ("cpu", "cpu_"), ("wall", "wall_")):
        before, after = (np.array([[probe[clock] for probe in row] for row in rows]) for rows in (idle, busy))
        judged[f"{prefix}ratio"] = ratios(after.ravel().tolist(), before.ravel().tolist())
        judged[f"{prefix}rho"] = [spearman(x, y) for x, y in zip(before.T, after.T, strict=True)]
    return judged


def probing() -> Answer:
    """Probe networks as a search does, all for the speed that the machine had in the beginning."""
    keep_freed_memory()
    reference = calibrate(torch.device("cpu")).seconds

    def answer(case: int, seconds: float) -> Mapping[str, Any]:
        network = CASES[case].build()
        x, y = random_samples(BATCH, CASES[case].shape)
        data = resident(x, y, x[:10], y[:10], CLASSES, torch.device("cpu"))
        step = measure_step_time(network, data, _SETTINGS, seconds=seconds, reference=reference)
        # What the clock on the wall says of the same steps.
        wall = step.median * step.contention
        figures = {"seconds": step.seconds, "iqr": step.iqr, "cpu": step.median, "wall": wall}
        return {**figures, "contention": step.contention, "drift": step.calibration / reference}

    return answer


def neighbour() -> Answer:
    """Train a network for as long as it is told to be busy."""
    case = CASES[7]
    x, y = random_samples(BATCH, case.shape)
    data = resident(x, y, x[:10], y[:10], CLASSES, torch.device("cpu"))
    wanted, in_training = threading.Event(), threading.Lock()

    def work() -> None:
        while True:
            wanted.wait()
            with in_training, contextlib.suppress(Abandoned):
                train(case.build(), data, _SETTINGS, seed=0, should_stop=lambda: not wanted.is_set())

    threading.Thread(target=work, daemon=True).start()

    def answer(busy: bool) -> Mapping[str, Any]:
        if busy:
            wanted.set()
        else:
            wanted.clear()
            with in_training:  # until the step in progress is over
                pass
        return {}

    return answer
