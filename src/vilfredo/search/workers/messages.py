"""What the search and its workers say to each other, over a connection that only they share."""

from dataclasses import dataclass
from pathlib import Path

from vilfredo.search.workers.shared_data import DataPlan
from vilfredo.tasks.preprocessing import Preprocessing
from vilfredo.trials import Epoch, Measurement


@dataclass(frozen=True, slots=True)
class Job:
    """First of all: what all candidates have in common."""

    settings: str
    """`SearchSettings` as JSON."""
    preprocessing: Preprocessing
    calibration: float | None
    data_descriptor: int
    data: DataPlan
    checkpoints: Path | None


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has read its job and waits for proposals."""


@dataclass(frozen=True, slots=True)
class Alive:
    """The worker is training."""


@dataclass(frozen=True, slots=True)
class Needs:
    """The worker waits for `Granted` before it trains the candidate."""

    size: int
    """Bytes of memory, estimated."""


@dataclass(frozen=True, slots=True)
class Granted:
    """There is memory; go on."""


@dataclass(frozen=True, slots=True)
class EpochEnded:
    """A point of the learning curve."""

    epoch: Epoch


@dataclass(frozen=True, slots=True)
class Done:
    """The candidate is measured."""

    measurement: Measurement
    weights: bytes
    """As safetensors; empty where there are none to keep."""
    last: bool
    """Whether the worker ends now, since its GPU's state is broken."""


FromWorker = Ready | Alive | Needs | EpochEnded | Done
