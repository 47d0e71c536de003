"""The last training: the chosen network, on all training samples, until its learning rate is zero (section 3.4)."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from vilfredo.deploy.events import EpochEnds, FinalBegins, Remark
from vilfredo.deploy.job import Job
from vilfredo.errors import VilfredoError
from vilfredo.networks.counting import Counts
from vilfredo.networks.exits import MAIN
from vilfredo.networks.families import Family, find_family
from vilfredo.networks.weights import serialise
from vilfredo.search.adaptation import changed
from vilfredo.search.settings import SearchSettings
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.kinds import find_kind
from vilfredo.tasks.preprocessing import Preprocessing
from vilfredo.training.checkpoint import Checkpoint
from vilfredo.training.data import TrainingData, resident
from vilfredo.training.device import resolve_device
from vilfredo.training.loop import TrainingError, TrainingResult, train
from vilfredo.training.memory import available_memory, estimate_training_memory, memory_shortage
from vilfredo.training.seeding import derive_seed, seeded
from vilfredo.training.settings import TrainingSettings
from vilfredo.trials import Epoch, Measurement, Proposal, Value

_ATTEMPTS = 3
"""Networks that are tried one after the other, should the last training fail."""
TRAINING = "training"
"""Name of the part that is kept; see `Work.finished`."""
_FAILURES = "failures"


class FinalTraining(Value):
    """What the last training left; its weights are in a file of their own."""

    candidate: Proposal
    measurement: Measurement | None
    """Of model selection; None where there was nothing to select."""
    exit: int
    """Where the network ends: at the exit that was the better one in model selection."""
    networks: Mapping[str, Any]
    """See `Family.to_dict`: the network as it ends."""
    preprocessing: Mapping[str, Any]
    """Fitted on all training samples."""
    curve: tuple[Epoch, ...]
    samples: int
    failures: Mapping[str, str] = {}
    """Why networks that were ranked higher could not be trained, by their names."""


class Failures(Value):
    """Why networks could not be trained, by the number of the candidate."""

    reasons: Mapping[int, str] = {}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A network for the last training."""

    candidate: Proposal
    measurement: Measurement | None
    reason: str
    """Why this one, in words."""

    @property
    def exit(self) -> int:
        """Of the better scores in model selection."""
        return MAIN if self.measurement is None else int(self.measurement.details.get("exit", MAIN))


def order_of(job: Job, ranking: Sequence[Measurement]) -> list[Chosen]:
    """The networks in the order in which they deserve the last training."""
    if not ranking:
        return [Chosen(job.plan.candidates[0], None, job.plan.alone)]
    words, score = job.score.replace("_", " "), job.score
    return [
        Chosen(
            job.candidate_of(m),
            m,
            f"{words} {m.objectives[score]:.4f} in model selection, "
            f"{'tuned' if job.candidate_of(m).network else 'as in the search'}",
        )
        for m in ranking
    ]


def finish(job: Job, order: Sequence[Chosen]) -> FinalTraining:
    """Train the first of the networks that can be trained; after each epoch the state is kept.

    Raises
    ------
    VilfredoError
        When none of the first three can be trained.
    RunError
        When something cannot be written.
    Abandoned
        When the job was interrupted.
    """
    work = job.work
    done = work.finished(TRAINING, FinalTraining)
    if done is not None and work.weights.is_file():
        work.forget_checkpoints()
        return done
    failures = dict((work.finished(_FAILURES, Failures) or Failures()).reasons)
    for chosen in order[:_ATTEMPTS]:
        number = chosen.candidate.id
        if number in failures:
            continue
        training = job.final.model_copy(update={"epochs": job.plan.final_epochs[number]})
        try:
            weights, finished = _trained(job, chosen, training)
        except (TrainingError, RuntimeError, MemoryError) as error:
            failures[number] = " ".join(str(error).split())[:300] or type(error).__name__
            work.keep(_FAILURES, Failures(reasons=failures))
            job.observe(Remark(f"{_name(chosen.candidate)} could not be trained: {failures[number]}"))
            continue
        reasons = {_name(job.plan.candidates[failed]): reason for failed, reason in failures.items()}
        finished = finished.model_copy(update={"failures": reasons})
        work.keep_weights(serialise(weights))
        work.keep(TRAINING, finished)
        work.forget_checkpoints()
        return finished
    raise VilfredoError(f"final training: no network could be trained: {'; '.join(failures.values())}")


def final_weights(job: Job) -> dict[str, Tensor]:
    """Read the weights that the last training ended with."""
    found: dict[str, Tensor] = safetensors.torch.load_file(job.work.weights)
    return found


def _trained(job: Job, chosen: Chosen, training: TrainingSettings) -> tuple[Mapping[str, Tensor], FinalTraining]:
    """Train a network; its weights, up to the exit at which it ends, and what is known of it."""
    candidate, dataset = chosen.candidate, job.origin.dataset
    preprocessing = find_kind(dataset.task).fit(dataset.x_train, dataset.columns)
    data = _everything(dataset, preprocessing, training)
    family = _family(candidate, job.settings, data)
    exit_number = chosen.exit if training.secondary_exit else MAIN
    ended = family.ending_at(candidate.architecture, exit_number)
    parameters = ended.count(candidate.architecture).parameters
    checkpoint = _checkpoint(job, candidate, training)
    before = checkpoint.load()
    done = 0 if before is None else len(before.curve)
    job.observe(FinalBegins(candidate, training.epochs, len(data.y_train), parameters, chosen.reason, done))
    _refuse_shortage(family.count(candidate.architecture), data, training)
    result, state = _run(job, candidate, family, data, training, checkpoint, done)
    finished = FinalTraining(
        candidate=candidate,
        measurement=chosen.measurement,
        exit=exit_number,
        networks=ended.to_dict(),
        preprocessing=preprocessing.to_dict(),
        curve=result.curve,
        samples=len(data.y_train),
    )
    return family.exit_weights(candidate.architecture, state, exit_number), finished


def _run(
    job: Job,
    candidate: Proposal,
    family: Family,
    data: TrainingData,
    training: TrainingSettings,
    checkpoint: Checkpoint,
    done: int,
) -> tuple[TrainingResult, Mapping[str, Tensor]]:
    seed = _seed(job, candidate)

    def tell(epoch: Epoch) -> None:
        if epoch.epoch > done:
            job.observe(EpochEnds(candidate, epoch, training.epochs, final=True))

    torch.set_num_threads(training.threads)
    with seeded(derive_seed(seed, "weights"), data.device):
        made = family.with_secondary_exit() if training.secondary_exit else family
        network = made.build(candidate.architecture)
    result = train(
        network,
        data,
        training,
        derive_seed(seed, "training"),
        should_stop=job.interrupted,
        deadline=time.monotonic() + (training.time_limit or math.inf),
        on_epoch=tell,
        checkpoint=checkpoint,
    )
    return result, network.state_dict()


def _checkpoint(job: Job, candidate: Proposal, training: TrainingSettings) -> Checkpoint:
    seed, data = _seed(job, candidate), job.origin.dataset.fingerprint
    key = f"{candidate.model_dump_json()} {training.model_dump_json()} {seed} {data}"
    return Checkpoint(job.work.checkpoints / f"final-{candidate.id}.safetensors", key)


def _seed(job: Job, candidate: Proposal) -> int:
    return derive_seed(job.settings.seed, "final", _name(candidate))


def _everything(dataset: Dataset, preprocessing: Preprocessing, training: TrainingSettings) -> TrainingData:
    """All training samples, none for validation."""
    x, y = torch.from_numpy(preprocessing.apply(dataset.x_train)), torch.from_numpy(dataset.y_train)
    return resident(x, y, x[:0], y[:0], dataset.classes, resolve_device(training.device))


def _refuse_shortage(counts: Counts, data: TrainingData, training: TrainingSettings) -> None:
    batch = min(training.batch_size, len(data.y_train))
    need = estimate_training_memory(counts, batch, 0, data.device)
    shortage = memory_shortage(need, available_memory(data.device))
    if shortage:
        raise TrainingError(shortage)


def _family(candidate: Proposal, settings: SearchSettings, data: TrainingData) -> Family:
    own = changed(settings, {"network": candidate.network}) if candidate.network else settings
    return find_family(own.space, own.network, data.sample_shape, data.classes)


def _name(candidate: Proposal) -> str:
    sizes = ", ".join(f"{name} {value}" for name, value in sorted(candidate.network.items()))
    return f"{candidate.architecture} {sizes}".strip()
