"""How many training samples a second one core gets through, against the loop that everyone writes.

Each side is a process of its own on one thread; they take turns, so that neither disturbs the other. A round is whole
epochs: fetching batches, augmenting, training, keeping the loss, and evaluating on a tenth of the samples. Counted is
CPU time, which a busy neighbour hardly moves; wall-clock is written down too. Steps alone, on a batch made beforehand,
show how much of the gain comes from the network and the optimizer.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import TensorDataset

from benchmarks import plain
from benchmarks.cells import BATCH, CASES, CLASSES, Case, random_samples
from benchmarks.child import Answer, Child
from benchmarks.interleaved import Spread, geometric_mean, interleave, ratios
from benchmarks.report import Report, Scale, Target, Tell
from vilfredo.tasks.open import open_dataset
from vilfredo.tasks.preprocessing import Standardization
from vilfredo.training import loop
from vilfredo.training.allocator import keep_freed_memory
from vilfredo.training.cuda_graph import make_step
from vilfredo.training.data import resident
from vilfredo.training.settings import TrainingSettings

SECONDS = {"full": 280.0, "quick": 130.0, "smoke": 15.0}
_ROUNDS = {"full": 5, "quick": 2, "smoke": 1}
_LEARNABLE = "digits 8x8, 1 block"
_LEAST_GAIN, _LEAST_GAIN_OF_A_CELL = 1.8, 1.15
_SETTINGS = TrainingSettings(batch_size=BATCH, device="cpu")
"""Those of the paper's search, 0.125 translation among them."""


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Training (n, c, h, w) and validation samples (m, c, h, w), m about a ninth of n, with their labels."""

    x: Tensor
    y: Tensor
    x_val: Tensor
    y_val: Tensor

    @classmethod
    def split(cls, x: Tensor, y: Tensor) -> "Samples":
        """Keep a tenth for validation."""
        held = max(1, len(x) // 10)
        return cls(x[held:], y[held:], x[:held], y[:held])


def samples(case: Case) -> Samples:
    """Noise of the case's shape: whole batches for training, and a ninth as many for validation."""
    training = case.batches * BATCH
    x, y = random_samples(training + -(-training // 9), case.shape)
    return Samples(x[:training], y[:training], x[training:], y[training:])


def digits() -> Samples:
    """Images from which something can be learned."""
    data = open_dataset("digits")
    x = torch.from_numpy(Standardization.fit(data.x_train).apply(data.x_train))
    return Samples.split(x, torch.from_numpy(data.y_train))


def run(scale: Scale, tell: Tell) -> Report:
    """Measure all eight cells."""
    names = list(CASES) if scale != "smoke" else [_LEARNABLE]
    measured = {}
    for index, name in enumerate(names):
        tell(index / len(names), name)
        measured[name] = _measure(name, _ROUNDS[scale], tiny=scale == "smoke")
    tell(1.0, "whether both learn")
    with _sides(_LEARNABLE) as children:
        losses = {side: child.ask(what="learn")["losses"] for side, child in children.items()}
    return report(measured, losses)


def report(measured: Mapping[str, Mapping[str, Mapping[str, list[Any]]]], losses: Mapping[str, list[float]]) -> Report:
    """Turn times into gains.

    Parameters
    ----------
    measured
        By cell; by what is done, ``epochs`` or ``steps``; by side, ``ours`` or ``plain``: a time per round, as `timed`
        gives it.
    losses
        By side: the mean training loss of each epoch on data that can be learned.
    """
    rows, gains, figures = [], [], {}
    for name, times in measured.items():
        gain = {(what, clock): _gain(times[what], clock) for what in ("epochs", "steps") for clock in ("cpu", "wall")}
        gains.append(gain["epochs", "cpu"].median)
        rate = {side: Spread.of([r["samples"] / r["cpu"] for r in times["epochs"][side]]) for side in ("ours", "plain")}
        rows.append(
            (
                name,
                f"{rate['plain'].median:,.0f}",
                f"{rate['ours'].median:,.0f}",
                f"{gain['epochs', 'cpu'].text()}×",
                f"{gain['epochs', 'wall'].text()}×",
                f"{gain['steps', 'cpu'].text()}×",
            )
        )
        figures[name] = {"rounds": times, "gain": gain["epochs", "cpu"].median}
    mean = geometric_mean(gains)
    rows.append(("geometric mean", "", "", f"{mean:.2f}×", "", ""))
    falls = all(values[-1] < values[0] for values in losses.values())
    learned = ", ".join(f"{side} {values[0]:.2f} → {values[-1]:.2f}" for side, values in losses.items())
    return Report(
        title="Throughput of one process (samples per second of CPU time; ratios: median, least … most)",
        columns=[
            ("cell", "left"),
            ("plain", "right"),
            ("ours", "right"),
            ("gain, CPU", "right"),
            ("gain, wall", "right"),
            ("steps alone, CPU", "right"),
        ],
        rows=rows,
        targets=[
            Target("geometric mean of the gains", mean, _LEAST_GAIN, unit="×"),
            Target("least gain of a cell", min(gains), _LEAST_GAIN_OF_A_CELL, unit="×"),
            Target("share of loops that learn (digits)", float(falls), 1.0),
        ],
        notes=[
            "Plain: DataLoader, samples augmented one by one, NCHW, AdamW with its defaults, loss.item() at each step.",
            f"Mean training loss on digits: {learned}.",
        ],
        figures={"cells": figures, "geometric_mean": mean, "losses": dict(losses)},
    )


def ours(name: str, batches: int, epochs: int) -> Answer:
    """Train one of the cases as a search does."""
    case = replace(CASES[name], batches=batches, epochs=epochs)
    keep_freed_memory()

    def train(data: Samples, epochs: int) -> Callable[[], list[float]]:
        network = case.build()
        held = resident(data.x, data.y, data.x_val, data.y_val, CLASSES, torch.device("cpu"))
        settings = _SETTINGS.model_copy(update={"epochs": epochs})
        return lambda: [epoch.training_loss for epoch in loop.train(network, held, settings, seed=0).curve]

    def steps(data: Samples, count: int) -> Callable[[], object]:
        network = case.build().train()
        held = resident(data.x[:BATCH], data.y[:BATCH], data.x_val, data.y_val, CLASSES, torch.device("cpu"))
        step = make_step(network, held, _SETTINGS)
        return partial(_repeat, partial(step, held.x_train, held.y_train), count)

    return _answer(case, train, steps)


def plain_(name: str, batches: int, epochs: int) -> Answer:
    """Train it as everyone does."""
    case = replace(CASES[name], batches=batches, epochs=epochs)

    def train(data: Samples, epochs: int) -> Callable[[], list[float]]:
        return partial(
            plain.train,
            plain.make_plain(case.build()),
            plain.Augmented(data.x, data.y, _SETTINGS.translation),
            TensorDataset(data.x_val, data.y_val),
            batch_size=BATCH,
            epochs=epochs,
            learning_rate=_SETTINGS.learning_rate,
            weight_decay=_SETTINGS.weight_decay,
        )

    def steps(data: Samples, count: int) -> Callable[[], object]:
        network = plain.make_plain(case.build()).train()
        optimizer = plain.make_optimizer(network, _SETTINGS.learning_rate, _SETTINGS.weight_decay)
        step = partial(plain.training_step, network, optimizer, data.x[:BATCH], data.y[:BATCH])
        return partial(_repeat, step, count)

    return _answer(case, train, steps)


def _repeat(step: Callable[[], object], count: int) -> None:
    for _ in range(count):
        step()


def timed(work: Callable[[], object], count: int) -> dict[str, float]:
    """Seconds of CPU time and of wall-clock that `work` on `count` samples takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "samples": count}


def _answer(
    case: Case,
    train: Callable[[Samples, int], Callable[[], list[float]]],
    steps: Callable[[Samples, int], Callable[[], object]],
) -> Answer:
    noise = samples(case)
    count = case.batches * case.epochs

    def answer(what: str) -> Mapping[str, Any]:
        # Each time a new network with the same weights: every round does the same.
        if what == "learn":
            return {"losses": train(digits(), 6)()}
        if what == "steps":
            return timed(steps(noise, count), count * BATCH)
        epochs = 1 if what == "warm-up" else case.epochs
        return timed(train(noise, epochs), case.batches * epochs * BATCH)

    return answer


@contextmanager
def _sides(name: str, tiny: bool = False) -> Iterator[dict[str, Child]]:
    case = replace(CASES[name], batches=2, epochs=1) if tiny else CASES[name]
    amount = {"name": name, "batches": case.batches, "epochs": case.epochs}
    with Child(plain_, **amount) as theirs, Child(ours, **amount) as mine:
        yield {"plain": theirs, "ours": mine}


def _measure(name: str, rounds: int, tiny: bool) -> dict[str, dict[str, list[dict[str, Any]]]]:
    with _sides(name, tiny) as children:
        found = {}
        for what, times in (("warm-up", 1), ("epochs", rounds), ("steps", -(-rounds // 2))):
            sides = {side: partial(child.ask, what=what) for side, child in children.items()}
            found[what] = interleave(sides, times)
    return {what: found[what] for what in ("epochs", "steps")}


def _gain(times: Mapping[str, list[Mapping[str, float]]], clock: str) -> Spread:
    costs = {side: [time[clock] / time["samples"] for time in rounds] for side, rounds in times.items()}
    return Spread.of(ratios(costs["plain"], costs["ours"]))
