"""What a run amounts to, as plain values for the command line and for JSON."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from vilfredo.search.front import best_scored, measured_front
from vilfredo.search.run_folder import WEIGHTS, locked_by, reading
from vilfredo.search.settings import read_space
from vilfredo.search.store import Step, Store
from vilfredo.strategies.predicted import NOTE
from vilfredo.trials import Measurement, Proposal

CONTENTION = 1.5
"""Wall-clock over CPU time from which a measured time is called disturbed: others wanted the same core."""
DRIFT = 0.15
"""Deviation of the calibration network's time from that at the start, likewise."""


def front_of(run: str | Path, objectives: Sequence[str] | None = None) -> dict[str, Any]:
    """The measured front of a run; by default, of its score and training time.

    Raises
    ------
    RunError
        When the folder is not a readable run.
    """
    folder = Path(run)
    with reading(folder) as (description, store):
        proposals = {proposal.id: proposal for proposal in store.proposals()}
        measurements = store.measurements()
        objectives = objectives or (score_of(description), "training_time")
    rows = [row_of(m, proposals[m.proposal], folder) for m in measured_front(measurements, objectives)]
    return {"run": str(folder), "objectives": list(objectives), "front": rows}


def status_of(run: str | Path) -> dict[str, Any]:
    """How far a run is and how it went.

    Raises
    ------
    RunError
        When the folder is not a readable run.
    """
    folder = Path(run)
    with reading(folder) as (description, store):
        return _status(folder, description, store)


def score_of(description: Mapping[str, Any]) -> str:
    """The objective that a run is for, from its ``run.toml``."""
    return str(description["settings"]["training"].get("score", "accuracy"))


def row_of(measurement: Measurement, proposal: Proposal, folder: Path) -> dict[str, Any]:
    """One network of the run in `folder`: its objectives, where it came from, and where its weights are."""
    weights = folder / WEIGHTS / f"{measurement.proposal}.safetensors"
    return {
        "id": measurement.proposal,
        "architecture": measurement.architecture,
        **measurement.objectives,
        "step": proposal.step,
        "origin": proposal.origin,
        "weights": str(weights) if weights.is_file() else None,
    }


def is_disturbed(measurement: Measurement) -> bool:
    """Whether a time was taken while others used the machine, or after its speed had changed."""
    contention, drift = (
        measurement.details.get("step", {}).get("contention", 1.0),
        measurement.details.get("drift", 1.0),
    )
    return bool(contention > CONTENTION or abs(drift - 1) > DRIFT)


def _status(folder: Path, description: Mapping[str, Any], store: Store) -> dict[str, Any]:
    owner = locked_by(folder)  # first: a search that ends meanwhile is called running, not stopped before its end
    steps, proposals, measurements = store.steps(), store.proposals(), store.measurements()
    meta, settings = store.meta(), description["settings"]
    score, space = score_of(description), read_space(settings["space"])
    best = best_scored(measurements, score)
    by_id = {proposal.id: proposal for proposal in proposals}
    measured = {m.proposal for m in measurements}
    return {
        "run": str(folder),
        "state": "running" if owner else "finished" if "finished" in meta else "stopped",
        "reason": meta.get("finished", ""),
        "running_in": owner,
        "data": {key: description["data"][key] for key in ("name", "source", "input_shape")}
        | {"classes": len(description["data"]["labels"]), "task": description["data"].get("task", "image")},
        "strategy": settings["strategy"]["name"],
        "space": space.kind,
        "unit": space.unit,
        "score": score,
        "seed": settings["seed"],
        "time_source": settings["time_source"],
        "device": description["environment"]["device"],
        "step": steps[-1].step if steps else None,
        "last_step": space.largest,
        "waiting": len(proposals) - len(measured),
        "trained": sum(m.outcome == "complete" for m in measurements),
        "infeasible": sum(m.outcome == "infeasible" for m in measurements),
        "failed": sum(m.outcome == "failed" for m in measurements),
        "failures": [
            {"id": m.proposal, "outcome": m.outcome, "reason": m.reason, "architecture": m.architecture}
            for m in measurements
            if m.outcome != "complete"
        ],
        "isomorphs_spared": sum(step.notes.get("isomorphs_spared", 0) for step in steps),
        "best": None if best is None else row_of(best, by_id[best.proposal], folder),
        "front_size": len(measured_front(measurements, (score, "training_time"))),
        "seconds_spent": store.seconds_spent(),
        "workers": meta.get("workers"),
        "timing": _timing(measurements),
        "largest_memory": _memory(measurements),
        "worker_deaths": sum(len(m.details.get("worker_deaths", ())) for m in measurements),
        "steps": [_step(step, proposals, measured) for step in steps],
    }


def _step(step: Step, proposals: Sequence[Proposal], measured: set[int]) -> dict[str, Any]:
    own = [proposal for proposal in proposals if proposal.step == step.step]
    return {
        "step": step.step,
        "proposed": len(own),
        "measured": sum(proposal.id in measured for proposal in own),
        "exploration": sum(proposal.origin == "exploration" for proposal in own),
        # What was predicted of all candidates is for pictures: some kilobytes of counts tell people nothing.
        "notes": {name: note for name, note in step.notes.items() if name != NOTE},
        "quality": step.quality,
    }


def _timing(measurements: Sequence[Measurement]) -> Mapping[str, float] | None:
    """How quiet the machine was while times were measured; None where none were."""
    contention = [m.details["step"]["contention"] for m in measurements if "step" in m.details]
    drift = [m.details["drift"] for m in measurements if "drift" in m.details]
    if not contention or not drift:
        return None
    return {
        "median_contention": median(contention),
        "largest_contention": max(contention),
        "median_drift": median(drift),
        "largest_drift": max(drift, key=lambda one: abs(one - 1)),
        "disturbed": sum(is_disturbed(m) for m in measurements),
    }


def _memory(measurements: Sequence[Measurement]) -> int | None:
    """Largest measured peak of one training, in bytes; None where the system doesn't tell."""
    peaks = [m.details["memory_peak"] for m in measurements if m.details.get("memory_peak") is not None]
    return max(peaks, default=None)
