"""``metrics.json`` and the model card of a deployed model."""

from collections.abc import Mapping, Sequence
from typing import Any

from vilfredo.bundle.card import CardFacts
from vilfredo.bundle.exports import Exported
from vilfredo.bundle.latency import Latency
from vilfredo.bundle.record import ModelRecord
from vilfredo.bundle.report import TestReport
from vilfredo.deploy.final import FinalTraining
from vilfredo.deploy.job import Job
from vilfredo.tasks.layout import InputLayout
from vilfredo.trials import Measurement


def metrics(
    job: Job,
    tested: TestReport | None,
    ranking: Sequence[Measurement],
    training: FinalTraining,
    exported: Sequence[Exported],
    refused: Mapping[str, str],
    latency: Mapping[str, Sequence[Latency]],
) -> dict[str, Any]:
    """Contents of ``metrics.json``."""
    return {
        "test": None if tested is None else tested.model_dump(mode="json"),
        "selection": [
            {
                "architecture": m.architecture,
                "network": dict(job.candidate_of(m).network),
                **m.objectives,
                "exit": int(m.details.get("exit", 0)),
            }
            for m in ranking
        ],
        "curves": {
            "selection": [] if training.measurement is None else _curve(training.measurement.curve),
            "final": _curve(training.curve),
        },
        "failures": dict(training.failures),
        "latency": {name: [one.model_dump(mode="json") for one in rows] for name, rows in latency.items()},
        "exports": [
            {"file": one.file, "bytes": one.bytes, "largest_difference": one.largest_difference} for one in exported
        ],
        "refused": dict(refused),
        "plan": list(job.plan.notes),
    }


def _curve(curve: Sequence[Any]) -> list[dict[str, Any]]:
    return [epoch.model_dump(mode="json", exclude_none=True) for epoch in curve]


def card_facts(
    job: Job,
    record: ModelRecord,
    ranking: Sequence[Measurement],
    training: FinalTraining,
    tested: TestReport | None,
    latency: Mapping[str, Sequence[Latency]],
    files: Sequence[str],
) -> CardFacts:
    """Gather what the model card is written from."""
    chosen, origin = f"the first by the search's own scores: {job.plan.alone}", job.origin
    if training.measurement is not None:
        score = job.score
        chosen = (
            f"the best of {len(ranking)} networks after {len(training.measurement.curve)} epochs, by a validation "
            f"{score.replace('_', ' ')} of {training.measurement.objectives[score]:.4f}"
        )
    return CardFacts(
        data=record.name,
        layout=InputLayout.from_dict(record.layout),
        training_samples=training.samples,
        labels=record.labels,
        report=tested,
        architecture=record.architecture,
        parameters=int(record.objectives["parameters"]),
        flops=int(record.objectives["flops"]),
        epochs=len(training.curve),
        seed=record.origin["seed"],
        strategy=record.origin["strategy"],
        run=record.origin["run"],
        candidates=sum(m.outcome == "complete" for m in origin.measurements),
        selection=chosen,
        notes=origin.dataset.notes,
        versions=record.origin["versions"],
        latency=latency,
        files=files,
    )
