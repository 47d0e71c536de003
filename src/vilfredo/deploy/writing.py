"""From the last training to the folder of the model: tested, exported, timed and described."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from vilfredo.bundle.card import card
from vilfredo.bundle.export_check import ExportError
from vilfredo.bundle.exports import Exported, export, find_export
from vilfredo.bundle.folder import SOURCE, load_model, write_model
from vilfredo.bundle.latency import Latency, measure_answers, measure_latency
from vilfredo.bundle.model import Model
from vilfredo.bundle.pictures import picture
from vilfredo.bundle.pictures.curves import Curves
from vilfredo.bundle.record import RECORD
from vilfredo.bundle.report import TestReport, report
from vilfredo.deploy.describing import card_facts, metrics
from vilfredo.deploy.events import Remark, Working
from vilfredo.deploy.final import FinalTraining, final_weights
from vilfredo.deploy.job import Job
from vilfredo.deploy.plan import Plan
from vilfredo.deploy.recording import record_of
from vilfredo.deploy.request import Origin
from vilfredo.deploy.sizes import checked_samples
from vilfredo.trials import Measurement

METRICS, CARD, PICTURE = "metrics.json", "README.md", "evaluation.png"
TEST = "test"
"""Name of the part that is kept; see `Work.finished`."""


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


def test(job: Job, training: FinalTraining) -> TestReport | None:
    """Look at the test part, once: what it showed is kept, and not asked again.

    Returns
    -------
    None where there is no test part.
    """
    done, dataset = job.work.finished(TEST, TestReport), job.origin.dataset
    if done is not None or not len(dataset.y_test):
        return done
    job.observe(Working("testing"))
    model = Model.of(record_of(job, training, None, {}), final_weights(job))
    found = report(model.predict_proba(dataset.x_test), dataset.y_test, dataset.labels)
    job.work.keep(TEST, found)
    return found


def write(
    job: Job,
    folder: Path,
    ranking: Sequence[Measurement],
    training: FinalTraining,
    tested: TestReport | None,
    formats: Sequence[str],
    timed: bool,
) -> Deployed:
    """Export, time (where `timed`) and describe the model, and write its folder.

    Raises
    ------
    RunError
        When the folder cannot be written.
    """
    weights, observe = final_weights(job), job.observe
    model = Model.of(record_of(job, training, tested, {}), weights)
    samples = _samples(job.origin, int(model.record.objectives["flops"]))
    exported: list[Exported] = []
    refused: dict[str, str] = {}
    latency: dict[str, Sequence[Latency]] = {}
    if timed:
        observe(Working("measuring latency"))
        latency |= _latencies(model, samples)
    record = record_of(job, training, tested, latency)

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
        if timed and "onnx" in formats and "onnx" not in refused:
            latency["model.onnx"] = measure_answers(find_export("onnx").load(made / find_export("onnx").FILE), samples)
        observe(Working("describing the model"))
        found = metrics(job, tested, ranking, training, exported, refused, latency)
        (made / METRICS).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        if tested is not None:
            curve = training.measurement.curve if training.measurement else ()
            picture(tested, Curves(curve, training.curve), made / PICTURE)
        files = sorted([*(path.name for path in made.iterdir()), CARD, RECORD])
        facts = card_facts(job, record, ranking, training, tested, latency, files)
        (made / CARD).write_text(card(facts), encoding="utf-8")

    write_model(folder, record, weights, fill)
    return Deployed(folder, load_model(folder), tested, training, job.plan, tuple(exported), refused, latency)


def _samples(origin: Origin, flops: int) -> Any:
    """Real samples to check exported files with: those of the test part, where there is one."""
    dataset = origin.dataset
    return (dataset.x_test if len(dataset.y_test) else dataset.x_train)[: checked_samples(flops)]


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
