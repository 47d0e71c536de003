"""From the last training to the folder of the model: tested, exported, timed and described."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch

from vilfredo import __version__
from vilfredo.bundle.card import CardFacts, card
from vilfredo.bundle.export_check import ExportError
from vilfredo.bundle.exports import Exported, export, find_export
from vilfredo.bundle.folder import SOURCE, load_model, write_model
from vilfredo.bundle.latency import BATCH_SIZES, Latency, measure_call, measure_latency
from vilfredo.bundle.model import Model
from vilfredo.bundle.pictures import picture
from vilfredo.bundle.pictures.curves import Curves
from vilfredo.bundle.record import RECORD, ModelRecord
from vilfredo.bundle.report import TestReport, report
from vilfredo.deploy.events import Observe, Remark, Working
from vilfredo.deploy.final import FinalTraining, final_weights
from vilfredo.deploy.plan import Plan
from vilfredo.deploy.request import Origin
from vilfredo.deploy.work import Work
from vilfredo.networks.families import restore_family
from vilfredo.search.settings import SearchSettings
from vilfredo.tasks.layout import InputLayout
from vilfredo.training.settings import TrainingSettings
from vilfredo.trials import SCORES, Measurement

METRICS, CARD, PICTURE = "metrics.json", "README.md", "evaluation.png"
_CHECKED = 4096
"""Samples on which exported files are run, at most."""
_PACKAGES = ("torch", "numpy", "onnxruntime")


@dataclass(frozen=True, slots=True, eq=False)
class Deployed:
    """A model that is ready to be used."""

    folder: Path
    model: Model
    report: TestReport | None
    """On the test part; None where there is none."""
    training: FinalTraining
    plan: Plan
    exported: tuple[Exported, ...]
    refused: Mapping[str, str]
    """Formats whose files could not be made or answered otherwise than the network, and why."""
    latency: Mapping[str, Sequence[Latency]]
    """By what answered."""


def test(origin: Origin, training: FinalTraining, work: Work, settings: SearchSettings) -> TestReport | None:
    """Look at the test part, once: what it showed is kept, and not asked again.

    Returns
    -------
    None where there is no test part.
    """
    done = work.finished("test", TestReport)
    dataset = origin.dataset
    if done is not None or not len(dataset.y_test):
        return done
    model = Model.of(_record(origin, training, settings, None, {}), final_weights(work))
    found = report(model.predict_proba(dataset.x_test), dataset.y_test, dataset.labels)
    work.keep("test", found)
    return found


def write(
    folder: Path,
    origin: Origin,
    plan: Plan,
    ranking: Sequence[Measurement],
    training: FinalTraining,
    tested: TestReport | None,
    settings: SearchSettings,
    final: TrainingSettings,
    work: Work,
    formats: Sequence[str],
    observe: Observe,
) -> Deployed:
    """Export, time and describe the model, and write its folder.

    Raises
    ------
    RunError
        When the folder cannot be written.
    """
    weights = final_weights(work)
    model = Model.of(_record(origin, training, settings, tested, {}), weights)
    samples = _samples(origin)
    exported: list[Exported] = []
    refused: dict[str, str] = {}
    latency: dict[str, Sequence[Latency]] = {}
    observe(Working("measuring latency"))
    latency |= _latencies(model, samples)
    record = _record(origin, training, settings, tested, latency, final)

    def fill(made: Path) -> None:
        (made / SOURCE).write_text(model.source(), encoding="utf-8")
        plain = model.plain()
        for one in formats:
            observe(Working(f"exporting to {one}"))
            try:
                exported.append(export(one, plain, samples, made / find_export(one).FILE, model.facts()))
            except ExportError as error:
                refused[one] = str(error)
                observe(Remark(str(error)))
        if "onnx" in formats and "onnx" not in refused:
            latency["model.onnx"] = _onnx_latency(made / find_export("onnx").FILE, samples)
        observe(Working("describing the model"))
        metrics = _metrics(tested, ranking, training, plan, exported, refused, latency)
        (made / METRICS).write_text(json.dumps(metrics, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        if tested is not None:
            curve = training.measurement.curve if training.measurement else ()
            picture(tested, Curves(curve, training.curve), made / PICTURE)
            files = sorted([*(path.name for path in made.iterdir()), CARD, RECORD])
            facts = _card(origin, record, ranking, training, tested, latency, files)
            (made / CARD).write_text(card(facts), encoding="utf-8")

    write_model(folder, record, weights, fill)
    return Deployed(folder, load_model(folder), tested, training, plan, tuple(exported), refused, latency)


def _record(
    origin: Origin,
    training: FinalTraining,
    settings: SearchSettings,
    tested: TestReport | None,
    latency: Mapping[str, Sequence[Latency]],
    final: TrainingSettings | None = None,
) -> ModelRecord:
    dataset, architecture = origin.dataset, training.candidate.architecture
    counts = restore_family(settings.space.kind, training.networks).count(architecture)
    objectives = {"parameters": float(counts.parameters), "flops": float(counts.flops)}
    if tested is not None:
        objectives |= {f"test_{score}": float(getattr(tested, score)) for score in SCORES}
    if training.measurement is not None:
        scores = training.measurement.objectives
        objectives |= {f"validation_{score}": scores[score] for score in SCORES if score in scores}
    for one in next(iter(latency.values()), ()):
        objectives["latency" if one.batch == 1 else f"latency_{one.batch}"] = one.seconds
    return ModelRecord(
        vilfredo=__version__,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        name=dataset.name,
        labels=dataset.labels,
        space=settings.space.kind,
        architecture=architecture,
        networks=training.networks,
        layout=InputLayout.of(dataset).to_dict(),
        preprocessing=training.preprocessing,
        objectives=objectives,
        origin={
            "run": origin.folder.name,
            "source": dataset.source,
            "strategy": settings.strategy.name,
            "seed": settings.seed,
            "training_samples": training.samples,
            "test_samples": len(dataset.y_test),
            "exit": training.exit,
            "network": training.candidate.network,
            "training": {} if final is None else final.model_dump(mode="json", exclude_none=True),
            "versions": _versions(),
        },
    )


def _versions() -> dict[str, str]:
    return {"vilfredo": __version__, "python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}


def _samples(origin: Origin) -> Any:
    """Real samples to check exported files with: those of the test part, where there is one."""
    dataset = origin.dataset
    return (dataset.x_test if len(dataset.y_test) else dataset.x_train)[:_CHECKED]


def _latencies(model: Model, samples: Any) -> dict[str, Sequence[Latency]]:
    """Of the network alone: on the CPU, and on a GPU where there is one."""
    example = torch.from_numpy(model.preprocessing.apply(samples[:1]))
    found: dict[str, Sequence[Latency]] = {"PyTorch": measure_latency(model.network, example)}
    if torch.cuda.is_available():
        device = torch.device("cuda", torch.cuda.current_device())
        try:
            found["PyTorch on the GPU"] = measure_latency(model.network.to(device), example.to(device))
        finally:
            model.network.to("cpu")
    return found


def _onnx_latency(path: Path, samples: Any) -> Sequence[Latency]:
    """Of the whole file, preprocessing included."""
    run = find_export("onnx").load(path)
    batches = [np.resize(samples, (size, *samples.shape[1:])) for size in BATCH_SIZES]
    return [measure_call(lambda batch=batch: run(batch), len(batch)) for batch in batches]  # type: ignore[misc]


def _metrics(
    tested: TestReport | None,
    ranking: Sequence[Measurement],
    training: FinalTraining,
    plan: Plan,
    exported: Sequence[Exported],
    refused: Mapping[str, str],
    latency: Mapping[str, Sequence[Latency]],
) -> dict[str, Any]:
    """Contents of ``metrics.json``."""
    return {
        "test": None if tested is None else tested.model_dump(mode="json"),
        "selection": [
            {"architecture": m.architecture, "network": dict(_network(plan, m)), **m.objectives, "exit": _exit(m)}
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
        "plan": list(plan.notes),
    }


def _curve(curve: Sequence[Any]) -> list[dict[str, Any]]:
    return [epoch.model_dump(mode="json", exclude_none=True) for epoch in curve]


def _network(plan: Plan, measurement: Measurement) -> Mapping[str, Any]:
    return plan.candidates[measurement.proposal % len(plan.candidates)].network


def _exit(measurement: Measurement) -> int:
    return int(measurement.details.get("exit", 0))


def _card(
    origin: Origin,
    record: ModelRecord,
    ranking: Sequence[Measurement],
    training: FinalTraining,
    tested: TestReport,
    latency: Mapping[str, Sequence[Latency]],
    files: Sequence[str],
) -> CardFacts:
    chosen = "the only network that was to be deployed"
    if training.measurement is not None:
        score = origin.score
        chosen = (
            f"the best of {len(ranking)} networks after {len(training.measurement.curve)} epochs, by a validation "
            f"{score.replace('_', ' ')} of {training.measurement.objectives[score]:.4f}"
        )
    return CardFacts(
        data=record.name,
        layout=InputLayout.from_dict(record.layout),
        training_samples=training.samples,
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
