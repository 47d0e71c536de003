"""Runs of any size in seconds: made-up measurements of real candidates, with all that a run may hold."""

import math
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from vilfredo.search.presets import preset
from vilfredo.search.quality import prediction_quality
from vilfredo.search.run_folder import DATABASE, create_run, writing
from vilfredo.search.settings import SearchSettings, resolve
from vilfredo.search.store import Store
from vilfredo.strategies.predicted import predictions
from vilfredo.strategies.protocol import Problem
from vilfredo.trials import Device, Epoch, Evaluate, Measurement, Proposal

OPERATORS = [
    "identity",
    "3x3 dconv",
    "5x5 dconv",
    "7x7 dconv",
    "1x5-5x1 conv",
    "3x3 conv",
    "3x3 maxpool",
    "3x3 avgpool",
]
_COSTS = dict(zip(OPERATORS, (0.1, 0.6, 0.8, 1.0, 0.7, 0.9, 0.25, 0.2), strict=True))
_DEVICE = Device(kind="cpu", name="made-up processor", threads=1, torch="2.8.0")
_WALL = 12.0
"""Seconds that a candidate is said to have taken."""


def make_run(
    folder: Path,
    count: int = 300,
    *,
    name: str = "synthetic",
    reason: str = "out of memory",
    blocks: int = 5,
    forecast: int = 0,
) -> Path:
    """Make the folder of a finished run.

    Parameters
    ----------
    count
        Of candidates, at least 50; about one in a hundred is infeasible or failed.
    name
        Of the data.
    reason
        Why those failed that did.
    forecast
        How many architectures each step says it predicted.
    """
    rng = np.random.default_rng(count)
    settings = resolve(preset("quick", "image"), {"space": {"operators": OPERATORS, "blocks": blocks}})
    create_run(folder, {**_description(name), "settings": settings.to_table()})
    with writing(folder) as store:
        store.hurry()
        store.begin_session()
        proposals, measured = _steps(store, settings, count, rng, reason, forecast)
        for measurement in measured:
            store.add_measurement(measurement)
        for step in range(2, blocks + 1):
            store.set_quality(step, prediction_quality(proposals, measured, step))
        store.set_meta(finished=f"cells of {blocks} blocks are reached", workers=1)
    _spread_out(folder / DATABASE)
    return folder


def add_measurement(folder: Path, architecture: str = "[(-1, '7x7 dconv', -1, '7x7 dconv')]") -> int:
    """Have a run measure one more network, the best of all; returns its id."""
    with writing(folder) as store:
        number = len(store.proposals())
        step = store.steps()[-1].step + 1
        proposal = Proposal(id=number, architecture=architecture, step=step, origin="front", predicted={})
        store.add_step(step, "{}", Evaluate(proposals=(proposal,)))
        # Measured under the number of one that doesn't fail.
        measurement = _measurement(proposal.model_copy(update={"id": 0}), np.random.default_rng(0), 1.0, "")
        objectives = {**measurement.objectives, "accuracy": 0.9999}
        store.add_measurement(measurement.model_copy(update={"proposal": number, "objectives": objectives}))
    return number


def _steps(
    store: Store, settings: SearchSettings, count: int, rng: np.random.Generator, reason: str, forecast: int
) -> tuple[list[Proposal], list[Measurement]]:
    space, proposals, measured = settings.space, list[Proposal](), list[Measurement]()
    first = min(count // 3, 36)
    sizes = [first, *np.full(space.largest - 1, (count - 1 - first) // (space.largest - 1))]
    sizes[-1] += count - 1 - sum(sizes)
    for step, size in enumerate((1, *map(int, sizes))):
        codes = space.sample(step, size, rng) if step else None
        texts = ["[]"] if codes is None else space.texts(codes)
        own = []
        for index, text in enumerate(texts):
            made = Proposal(id=len(proposals), architecture=text, step=step, origin="bootstrap")
            measurement = _measurement(made, rng, step / space.largest, reason)
            if step > 1:
                origin = "exploration" if index % 5 == 4 else "front"
                made = made.model_copy(update={"origin": origin, "predicted": _predicted(measurement, rng)})
            proposals.append(made)
            measured.append(measurement)
            own.append(made)
        notes = {**_notes(step, size), **(_forecast(settings, step, forecast, rng) if step > 1 and forecast else {})}
        store.add_step(step, "{}", Evaluate(proposals=tuple(own), notes=notes))
    return proposals, measured


def _notes(step: int, size: int) -> Mapping[str, Any]:
    if step < 2:
        return {}
    facts = {"parents": size, "expanded": 40 * size, "isomorphs_spared": 9 * size, "candidates": 31 * size}
    return {**facts, "exploration_operators": ["7x7 dconv"], "exploration_inputs": [-2], "operator_costs": _COSTS}


def _forecast(settings: SearchSettings, step: int, count: int, rng: np.random.Generator) -> Mapping[str, Any]:
    """What a step keeps of `count` predictions; the architectures repeat, since only those of the front are kept."""
    some = settings.space.sample(step, 500, rng)
    seconds = np.exp(rng.normal(-1.2 + step / 5, 0.5, count))
    score = np.clip(0.8 + 0.05 * np.log(seconds) + rng.normal(0.05, 0.03, count), 0.0, 0.999)
    return predictions(Problem(space=settings.space), np.resize(some, (count, *some.shape[1:])), score, seconds)


def _measurement(proposal: Proposal, rng: np.random.Generator, share: float, reason: str) -> Measurement:
    text = proposal.architecture
    work = 0.05 + sum(cost * text.count(f"'{name}'") for name, cost in _COSTS.items())
    usual = {"proposal": proposal.id, "architecture": text, "device": _DEVICE, "wall_time": _WALL}
    parameters = round(400 + 9000 * work**1.5)
    if proposal.id % 97 == 50:
        outcome = "failed" if proposal.id % 2 else "infeasible"
        return Measurement(outcome=outcome, reason=reason, objectives={"parameters": float(parameters)}, **usual)
    learnt = rng.random() > 0.02
    accuracy = 0.62 + 0.35 * (1 - math.exp(-work)) + rng.normal(0, 0.012) if learnt else 0.1 + 0.02 * rng.random()
    accuracy = min(round(accuracy * 2880) / 2880, 0.9986)
    seconds = 0.04 * (1 + 3 * work) * math.exp(rng.normal(0, 0.08)) + 0.05 * share
    objectives = {
        "accuracy": accuracy,
        "balanced_accuracy": accuracy - 0.002,
        "macro_f1": max(accuracy - 0.004, 0.01),
        "nll": 3.2 * (1.02 - accuracy),
        "training_time": seconds,
        "latency": seconds / 300,
        "parameters": float(parameters),
        "flops": 22_000.0 * parameters**0.6,
    }
    details = {
        "step": {"seconds": seconds / 18, "contention": 1.02},
        "drift": 1.01,
        "memory_peak": 20_000_000 + 40 * parameters,
    }
    spread = {"training_time": seconds / 20, "latency": seconds / 6000}
    curve = tuple(_epoch(epoch, accuracy) for epoch in range(1, 7))
    return Measurement(outcome="complete", objectives=objectives, spread=spread, curve=curve, details=details, **usual)


def _epoch(epoch: int, accuracy: float) -> Epoch:
    score = accuracy * (1 - 0.5 * math.exp(-epoch / 1.5) + 0.5 * math.exp(-4))
    return Epoch(
        epoch=epoch,
        learning_rate=0.02 * (1 + math.cos(math.pi * epoch / 7)) / 2,
        training_loss=2.3 * math.exp(-epoch / 2),
        validation_accuracy=score,
        validation_nll=3.2 * (1.02 - score),
        validation_balanced_accuracy=score - 0.002,
        validation_macro_f1=max(score - 0.004, 0.01),
    )


def _predicted(measurement: Measurement, rng: np.random.Generator) -> Mapping[str, float]:
    if measurement.outcome != "complete":
        return {"accuracy": 0.9, "training_time": 0.2}
    seconds = measurement.objectives["training_time"] * math.exp(rng.normal(0, 0.1))
    return {"accuracy": min(measurement.objectives["accuracy"] + rng.normal(0, 0.01), 1.0), "training_time": seconds}


def _description(name: str) -> dict[str, Any]:
    data = {"source": "digits", "task": "image", "name": name, "fingerprint": "0", "input_shape": [1, 8, 8]}
    parts = {"training_samples": 1150, "validation_samples": 288, "test_samples": 359, "notes": []}
    environment = {"device": _DEVICE.name, "device_kind": "cpu", "cores": 2, "python": "3.12.1", "platform": "Linux"}
    versions = {"torch": "2.8.0", "numpy": "2.0.0", "catboost": "1.2.7", "scikit-learn": "1.6.0"}
    return {
        "vilfredo": "0.1.0",
        "created": "2026-01-31T12:00:00+00:00",
        "command": ["vilfredo", "search", "digits", "--run", "runs/made-up"],
        "data": {**data, "labels": list("0123456789"), **parts, "reading": {}},
        "environment": {**environment, **versions},
    }


def _spread_out(database: Path) -> None:
    """Date the measurements as if each had taken its time: the store dates them when they are added, all at once."""
    connection = sqlite3.connect(database)
    now = time.time()
    with connection:
        connection.execute("UPDATE measurements SET finished_at = ? + (proposal + 1) * ?", (now, _WALL))
        connection.execute(
            "UPDATE sessions SET started_at = ?, seen_at = (SELECT MAX(finished_at) FROM measurements)", (now,)
        )
    connection.close()
