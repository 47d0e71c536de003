"""What ``model.json`` says of a deployed model."""

import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from vilfredo import __version__
from vilfredo.bundle.latency import Latency
from vilfredo.bundle.record import ModelRecord
from vilfredo.bundle.report import TestReport
from vilfredo.deploy.final import FinalTraining
from vilfredo.deploy.job import Job
from vilfredo.networks.families import restore_family
from vilfredo.tasks.layout import InputLayout
from vilfredo.trials import SCORES

_PACKAGES = ("torch", "numpy", "onnxruntime")


def record_of(
    job: Job, training: FinalTraining, tested: TestReport | None, latency: Mapping[str, Sequence[Latency]]
) -> ModelRecord:
    """Describe a model, as far as is known; the checksums of its files come later.

    Parameters
    ----------
    tested
        On the test part; None where that was not looked at.
    latency
        By what answered; the first is that of the objectives.
    """
    settings, dataset, architecture = job.settings, job.origin.dataset, training.candidate.architecture
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
            "run": job.origin.folder.name,
            "source": dataset.source,
            "strategy": settings.strategy.name,
            "seed": settings.seed,
            "training_samples": training.samples,
            "test_samples": len(dataset.y_test),
            "exit": training.exit,
            "network": training.candidate.network,
            "training": {**job.final.model_dump(mode="json", exclude_none=True), "epochs": len(training.curve)},
            "versions": _versions(),
        },
    )


def _versions() -> dict[str, str]:
    return {"vilfredo": __version__, "python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}
