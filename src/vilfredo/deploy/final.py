"""The last training: the chosen network, on all training samples, until its learning rate is zero (section 3.4)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from vilfredo.bundle.folder import serialise
from vilfredo.deploy.events import EpochEnds, FinalBegins, Observe, Remark
from vilfredo.deploy.plan import Plan
from vilfredo.deploy.selection import candidate_of
from vilfredo.deploy.work import Work
from vilfredo.errors import VilfredoError
from vilfredo.networks.exits import MAIN
from vilfredo.networks.families import Family, find_family
from vilfredo.search.adaptation import changed
from vilfredo.search.settings import SearchSettings
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.kinds import find_kind
from vilfredo.training.checkpoint import Checkpoint
from vilfredo.training.data import TrainingData, resident
from vilfredo.training.device import resolve_device
from vilfredo.training.loop import Abandoned, TrainingResult, train
from vilfredo.training.seeding import derive_seed, seeded
from vilfredo.training.settings import TrainingSettings
from vilfredo.trials import Epoch, Measurement, Proposal, Value

_ATTEMPTS = 3
"""Networks that are tried one after the other, should the last training fail."""


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
    """Why networks that were ranked higher could not be trained, by their architecture."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A network for the last training."""

    candidate: Proposal
    measurement: Measurement | None

    @property
    def exit(self) -> int:
        """Of the better scores in model selection."""
        return MAIN if self.measurement is None else int(self.measurement.details.get("exit", MAIN))


def order_of(plan: Plan, ranking: Sequence[Measurement]) -> list[Chosen]:
    """The networks in the order in which they deserve the last training."""
    if not ranking:
        return [Chosen(plan.candidates[0], None)]
    return [Chosen(candidate_of(plan, m), m) for m in ranking]


def finish(
    plan: Plan,
    order: Sequence[Chosen],
    reason: str,
    settings: SearchSettings,
    training: TrainingSettings,
    dataset: Dataset,
    work: Work,
    observe: Observe,
    interrupted: Callable[[], bool],
) -> FinalTraining:
    """Train the first of the networks that can be trained; after each epoch the state is kept.

    Raises
    ------
    VilfredoError
        When none of the first three can be trained.
    Abandoned
        When `interrupted` said so.
    """
    done = work.finished("training", FinalTraining)
    if done is not None and work.weights.is_file():
        work.forget_checkpoints()
        return done
    failures: dict[str, str] = {}
    for chosen in order[:_ATTEMPTS]:
        own = training.model_copy(update={"epochs": plan.final_epochs[chosen.candidate.id]})
        try:
            return _trained(chosen, failures, reason, settings, own, dataset, work, observe, interrupted)
        except Abandoned:
            raise
        except (VilfredoError, RuntimeError, MemoryError) as error:
            message = " ".join(str(error).split())[:300] or type(error).__name__
            failures[_name(chosen.candidate)] = message
            observe(Remark(f"{_name(chosen.candidate)} could not be trained: {message}"))
    raise VilfredoError(f"final training: no network could be trained: {'; '.join(failures.values())}")


def _trained(
    chosen: Chosen,
    failures: Mapping[str, str],
    reason: str,
    settings: SearchSettings,
    training: TrainingSettings,
    dataset: Dataset,
    work: Work,
    observe: Observe,
    interrupted: Callable[[], bool],
) -> FinalTraining:
    candidate = chosen.candidate
    preprocessing = find_kind(dataset.task).fit(dataset.x_train, dataset.columns)
    torch.set_num_threads(training.threads)
    data = _everything(preprocessing.apply(dataset.x_train), dataset, training)
    family = _family(candidate, settings, data)
    trained = family.with_secondary_exit() if training.secondary_exit else family
    exit_number = chosen.exit if training.secondary_exit else MAIN
    ended = family.ending_at(candidate.architecture, exit_number)
    parameters = ended.count(candidate.architecture).parameters
    observe(FinalBegins(candidate, training.epochs, len(data.y_train), parameters, reason))
    checkpoint = Checkpoint(
        work.checkpoints / "final.safetensors",
        f"{candidate.model_dump_json()} {training.model_dump_json()} {settings.seed} {dataset.fingerprint}",
    )
    seed = derive_seed(settings.seed, "final", _name(candidate))
    with seeded(derive_seed(seed, "weights"), data.device):
        network = trained.build(candidate.architecture)
    result: TrainingResult = train(
        network,
        data,
        training,
        derive_seed(seed, "training"),
        should_stop=interrupted,
        on_epoch=lambda epoch: observe(EpochEnds(candidate, epoch, training.epochs, final=True)),
        checkpoint=checkpoint,
    )
    weights = family.exit_weights(candidate.architecture, network.state_dict(), exit_number)
    work.keep_weights(serialise(weights))
    finished = FinalTraining(
        candidate=candidate,
        measurement=chosen.measurement,
        exit=exit_number,
        networks=ended.to_dict(),
        preprocessing=preprocessing.to_dict(),
        curve=result.curve,
        samples=len(data.y_train),
        failures=failures,
    )
    work.keep("training", finished)
    work.forget_checkpoints()
    return finished


def final_weights(work: Work) -> dict[str, Tensor]:
    """Read the weights that the last training ended with."""
    found: dict[str, Tensor] = safetensors.torch.load_file(work.weights)
    return found


def _everything(x: Any, dataset: Dataset, training: TrainingSettings) -> TrainingData:
    """All training samples, none for validation."""
    inputs, y = torch.from_numpy(x), torch.from_numpy(dataset.y_train)
    return resident(inputs, y, inputs[:0], y[:0], dataset.classes, resolve_device(training.device))


def _family(candidate: Proposal, settings: SearchSettings, data: TrainingData) -> Family:
    own = changed(settings, {"network": candidate.network}) if candidate.network else settings
    return find_family(own.space, own.network, data.sample_shape, data.classes)


def _name(candidate: Proposal) -> str:
    sizes = ", ".join(f"{name} {value}" for name, value in sorted(candidate.network.items()))
    return f"{candidate.architecture} {sizes}".strip()
