"""What a deployment tells whoever watches it."""

from collections.abc import Callable
from dataclasses import dataclass

from vilfredo.deploy.plan import Plan, Round
from vilfredo.trials import Epoch, Measurement, Proposal


@dataclass(frozen=True, slots=True)
class Planned:
    """What will be done is known; nothing has been trained yet, or, going on, part of it."""

    plan: Plan
    measured: int
    """Networks that model selection has trained already."""


@dataclass(frozen=True, slots=True)
class RoundBegins:
    """A round of model selection begins or goes on."""

    number: int
    """From 0."""
    rounds: int
    round: Round
    waiting: int
    """Networks still to train in it."""


@dataclass(frozen=True, slots=True)
class EpochEnds:
    """A network finished an epoch."""

    proposal: Proposal
    epoch: Epoch
    epochs: int
    final: bool
    """Whether in the last training."""


@dataclass(frozen=True, slots=True)
class NetworkEnds:
    """The measurement of a network of model selection is stored."""

    measurement: Measurement
    proposal: Proposal
    best: Measurement | None
    """Of the best score in this round."""
    done: float
    """Share of the round's work, as it was when the round began or went on, that is done: in (0, 1]."""
    score: str


@dataclass(frozen=True, slots=True)
class FinalBegins:
    """The last training begins or goes on."""

    proposal: Proposal
    epochs: int
    samples: int
    parameters: int
    reason: str
    """Why this network."""
    done: int = 0
    """Epochs that were trained before, and are not told of again."""


@dataclass(frozen=True, slots=True)
class Working:
    """Something else that takes a while."""

    on: str
    """In words, e.g. ``testing``."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that one should know."""

    text: str


Event = Planned | RoundBegins | EpochEnds | NetworkEnds | FinalBegins | Working | Remark
Observe = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Watch nothing."""
