"""What strategies propose and what trainings report: plain values that survive a trip through JSON."""

import math
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Outcome = Literal["complete", "infeasible", "failed"]

SCORES = ("accuracy", "balanced_accuracy", "macro_f1", "nll")
"""Objectives that tell how good a network is; see `tasks.metrics`."""
MAXIMISED = frozenset({"accuracy", "balanced_accuracy", "macro_f1"})
"""Objectives of which more is better; of all others less is."""


def as_fraction(objective: str, value: float) -> float:
    """Turn a score into a fraction in [0, 1] of which more is better: the likelihood ``exp(-nll)`` for ``nll``."""
    return math.exp(-value) if objective == "nll" else value


def from_fraction(objective: str, fraction: float) -> float:
    """Undo `as_fraction`; a likelihood of zero is an infinite ``nll``."""
    if objective != "nll":
        return fraction
    return -math.log(fraction) if fraction > 0 else math.inf


class Value(BaseModel):
    """Base of the immutable records that are stored and sent between processes."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")


class Proposal(Value):
    """An architecture that a strategy wants measured."""

    id: int = Field(ge=0)
    architecture: str
    """Canonical text form of the architecture."""
    step: int = Field(ge=0)
    """Step of the strategy that proposed it (for progressive searches: the number of blocks)."""
    origin: str = "search"
    """Why it is proposed: e.g. ``bootstrap``, ``front``, ``exploration``."""
    predicted: Mapping[str, float] = {}
    """Objectives as the surrogates predicted them, where there were any."""
    network: Mapping[str, Any] = {}
    """Fields of the macro-architecture that are other than in the search; empty in a search."""


class Epoch(Value):
    """One point of a learning curve."""

    epoch: int
    learning_rate: float
    training_loss: float
    validation_accuracy: float | None = None
    """This and the others are None where nothing was set aside for validation."""
    validation_nll: float | None = None
    validation_balanced_accuracy: float | None = None
    validation_macro_f1: float | None = None
    exit: int = 0
    """Which exit of the network the scores are of, the best: 0 is the main one, 1 the secondary."""

    @property
    def scores(self) -> Mapping[str, float]:
        """The validation scores by their names as objectives (`SCORES`); those never computed are left out."""
        values = {name: getattr(self, f"validation_{name}") for name in SCORES}
        return {name: value for name, value in values.items() if value is not None}


class Device(Value):
    """What a time was measured on. Times from devices that differ are never compared."""

    kind: str
    """``cpu`` or ``cuda``."""
    name: str
    threads: int
    torch: str

    @property
    def description(self) -> str:
        """What must agree for times to be comparable."""
        return f"{self.name} ({self.kind}), {self.threads} thread{'s' * (self.threads > 1)}"


class Measurement(Value):
    """What became of one proposal. A failed candidate is a measurement too."""

    proposal: int
    architecture: str
    outcome: Outcome
    reason: str = ""
    """Why it is infeasible or failed; empty when complete."""
    objectives: Mapping[str, float] = {}
    """`SCORES` on the validation part, ``training_time`` (seconds per epoch), ``latency`` (seconds to answer one sample
    alone), ``parameters``, ``flops``."""
    spread: Mapping[str, float] = {}
    """Dispersion of an objective where it was measured (interquartile range, in the objective's unit)."""
    curve: tuple[Epoch, ...] = ()
    device: Device | None = None
    wall_time: float = 0.0
    """Seconds from start to end of this measurement, training and probe included."""
    details: Mapping[str, Any] = {}
    """Diagnostics that are not objectives, e.g. the probe's step time."""


class Budget(Value):
    """What may still be spent. ``None`` means without limit."""

    seconds: float | None = None
    """Wall-clock seconds left."""
    trials: int | None = None
    """How many more measurements are expected to fit, estimated by the search."""


class Evaluate(Value):
    """A strategy's answer: please measure these (all proposals whose results it still waits for)."""

    proposals: tuple[Proposal, ...]
    notes: Mapping[str, Any] = {}
    """Facts about the step worth keeping: candidates expanded, isomorphs spared, ..."""


class Finished(Value):
    """A strategy's answer: nothing more to measure."""

    reason: str
