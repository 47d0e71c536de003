"""One line of the comparison of baselines with a front."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Scores = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Row:
    """One classifier of the comparison."""

    name: str
    kind: str
    """``baseline`` or ``front``."""
    validation: Scores = field(default_factory=dict)
    """By `trials.SCORES`; empty where it could not be run."""
    test: Scores | None = None
    """The same on the test part; None unless asked for."""
    seconds: float | None = None
    """Wall-clock seconds of fitting it; None for networks of the front."""
    epoch_seconds: float | None = None
    """Training time of a network of the front, as the search has it; None for baselines."""
    parameters: int | None = None
    reason: str = ""
    """Why it could not be run."""
    architecture: str = ""
