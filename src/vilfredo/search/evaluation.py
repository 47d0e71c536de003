"""What an executor does with one proposal: build the network, train it, time it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from vilfredo.errors import InputError
from vilfredo.networks.families import Family, find_family
from vilfredo.search.adaptation import changed
from vilfredo.search.landscape import Landscape
from vilfredo.search.settings import SearchSettings
from vilfredo.search.workers.shared_data import SharedData, attach, share
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.preprocessing import Preprocessing
from vilfredo.training.allocator import keep_freed_memory
from vilfredo.training.checkpoint import Checkpoint
from vilfredo.training.data import TrainingData, resident
from vilfredo.training.device import resolve_device
from vilfredo.training.measure import admit_at_once, measure
from vilfredo.training.probe import calibrate
from vilfredo.training.samples import prepare
from vilfredo.trials import Epoch, Measurement, Proposal

_LEAST_SECONDS = 5.0
"""Between two states of a candidate that are kept: epochs of small ones take less than writing them."""

StopCheck = Callable[[], bool]
OnEpoch = Callable[[Proposal, Epoch], None]
Admit = Callable[[int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A measurement, and the weights that it leaves behind."""

    measurement: Measurement
    weights: Mapping[str, Tensor]
    """Trained parameters and buffers by name; empty unless the candidate was trained to the end."""


@dataclass(frozen=True, slots=True, eq=False)
class Evaluator:
    """Everything that all candidates of a search share; made by `make_evaluator`."""

    settings: SearchSettings
    data: TrainingData
    shared: SharedData | None
    """What holds the data, if that can be mapped by other processes."""
    preprocessing: Preprocessing
    calibration: float | None
    """Seconds of one step of the calibration network when the search began; None unless times are measured."""
    checkpoints: Path | None = None
    """Folder for the state of unfinished trainings, for long ones to go on from; None: they begin anew.

    Whoever stores a measurement removes its checkpoint."""
    landscape: Landscape | None = None
    """What is replayed instead of training: there are no samples then, only their shape."""

    @property
    def family(self) -> Family:
        """The networks that proposals stand for."""
        return network_family(self.settings, self.data)

    def family_of(self, proposal: Proposal) -> Family:
        """The networks that this proposal stands for one of: its macro-architecture may be its own."""
        if not proposal.network:
            return self.family
        return network_family(changed(self.settings, {"network": proposal.network}), self.data)

    def checkpoint(self, proposal: Proposal) -> Checkpoint | None:
        """Where the state of a proposal's training is kept."""
        if self.checkpoints is None:
            return None
        key = f"{proposal.model_dump_json()} {self.settings.training.model_dump_json()} {self.settings.seed}"
        return Checkpoint(self.checkpoints / f"{proposal.id}.safetensors", key, _LEAST_SECONDS, vital=False)

    def evaluate(
        self, proposal: Proposal, should_stop: StopCheck, on_epoch: OnEpoch, admit: Admit = admit_at_once
    ) -> Measured:
        """Measure one proposal.

        Parameters
        ----------
        admit
            Told how many bytes the training will need; returns when it may begin.

        Raises
        ------
        Abandoned
            When `should_stop` said so in the middle.
        """
        family = self.family_of(proposal)
        try:
            counts = family.count(proposal.architecture)
        except InputError as error:
            return Measured(
                Measurement(
                    proposal=proposal.id, architecture=proposal.architecture, outcome="infeasible", reason=str(error)
                ),
                {},
            )
        checkpoint = self.checkpoint(proposal)
        built: list[nn.Module] = []

        def build() -> nn.Module:
            built.append(family.build(proposal.architecture))
            return built[-1]

        measurement = measure(
            proposal,
            build,
            self.data,
            self.settings.training,
            seed=self.settings.seed,
            counts=counts,
            time_source=self.settings.time_source,
            should_stop=should_stop,
            on_epoch=lambda epoch: on_epoch(proposal, epoch),
            calibration=self.calibration,
            admit=admit,
            checkpoint=checkpoint,
        )
        if checkpoint and measurement.outcome != "complete":
            checkpoint.remove()
        weights = built[-1].state_dict() if measurement.outcome == "complete" else {}
        return Measured(measurement, weights)


def make_evaluator(settings: SearchSettings, dataset: Dataset) -> Evaluator:
    """Split and standardise the data and put it on the device; readies this process for training.

    Raises
    ------
    InputError
        When no validation part can be split off, or the device is not there.
    """
    training = settings.training
    keep_freed_memory()
    torch.set_num_threads(training.threads)
    device = resolve_device(training.device)
    samples = prepare(dataset, training, settings.seed)
    arrays = (samples.x_train, samples.y_train, samples.x_val, samples.y_val)
    x_train, y_train, x_val, y_val = map(torch.from_numpy, arrays)
    data = resident(x_train, y_train, x_val, y_val, dataset.classes, device)
    shared = None
    if device.type == "cpu":
        shared = share(data)
        data = attach(shared.descriptor, shared.plan)
    calibration = calibrate(device).seconds if settings.time_source == "measured" else None
    return Evaluator(settings, data, shared, samples.preprocessing, calibration)


def network_family(settings: SearchSettings, data: TrainingData) -> Family:
    """Find the networks that the architectures of a search stand for, on its data."""
    family = find_family(settings.space, settings.network, data.sample_shape, data.classes)
    return family.with_secondary_exit() if settings.training.secondary_exit else family
