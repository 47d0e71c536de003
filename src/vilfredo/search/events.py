"""What a search tells whoever watches it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from vilfredo.trials import Epoch, Measurement, Proposal


@dataclass(frozen=True, slots=True)
class Planning:
    """The strategy is asked for its next step: surrogates are fitted, which may take a while."""

    step: int


@dataclass(frozen=True, slots=True)
class StepBegins:
    """A step's candidates are known."""

    step: int
    last_step: int
    waiting: int
    """Candidates of this step still to measure."""
    total: int
    """Candidates of this step in all."""
    notes: Mapping[str, Any]
    unit: str = "blocks"
    """What steps count: ``blocks`` of cells, ``layers``."""


@dataclass(frozen=True, slots=True)
class EpochEnds:
    """A candidate finished an epoch."""

    proposal: Proposal
    epoch: Epoch
    epochs: int


@dataclass(frozen=True, slots=True)
class CandidateEnds:
    """A measurement is stored."""

    measurement: Measurement
    tally: "Tally"


@dataclass(frozen=True, slots=True)
class Tally:
    """Where the search stands."""

    measured: int
    failures: int
    best: Measurement | None
    """The network of the best score so far."""
    front: int
    """Networks on the measured front."""
    step_seconds: float | None
    """Expected time to the end of this step."""
    search_seconds: float | None
    """Expected time to the end of the search, at most: later steps may hold fewer candidates than planned."""
    score: str = "accuracy"
    """The objective that the search is for, one of the `trials.SCORES`."""


Event = Planning | StepBegins | EpochEnds | CandidateEnds
Observe = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Watch nothing."""
