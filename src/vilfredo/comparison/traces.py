"""What a run measured at which cost, read from its folder."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vilfredo.pareto import Points
from vilfredo.search.front import best_scored
from vilfredo.search.run_folder import reading
from vilfredo.spaces.space import EMPTY
from vilfredo.trials import MAXIMISED, Measurement, as_fraction

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One run, measurement by measurement in the order in which they came, up to the end of the budget."""

    score: str
    measurements: tuple[Measurement, ...]
    cost: Values
    """Shape (n,): wall-clock seconds of the run until each was there, all included."""
    spent: float
    """Wall-clock seconds of the run in all."""
    workers: int
    own: float = 0.0
    """Of a replay: the real seconds that strategy and predictors took, which are not on its clock."""

    @property
    def gain(self) -> Values:
        """Shape (n,): each score, such that more is better; NaN for a failure."""
        return np.array([gain_of(m, self.score) for m in self.measurements], dtype=np.float64)

    @property
    def points(self) -> Points:
        """Shape (n, 2): what a front is of, minimised; NaN for a failure, and for the architecture of size zero.

        Progressive strategies train that one to learn what all networks cost, others never do: it would be an end of
        the front, far from all others, that only some can have.

        The score as a fraction, taken from 1, and the decimal logarithm of the training time: that a network trains
        in half the time is worth the same wherever it is, and times scatter by a share of themselves.
        """
        rows = [_point(m, self.score) for m in self.measurements]
        return np.array(rows, dtype=np.float64).reshape(len(rows), 2)

    @property
    def best(self) -> Measurement | None:
        """The network of the best validation score, the faster of equals; None where none was trained."""
        return best_scored(self.measurements, self.score)

    @property
    def seconds(self) -> Mapping[str, float]:
        """Where the device-seconds went: wall-clock times workers, of which training (failures apart).

        Other is the fitting of predictors, waiting for the last of a step, storing, and what the end cut off; in a
        landscape it is the strategy's own real seconds, beside the recorded total.
        """
        failed = sum(m.wall_time for m in self.measurements if m.outcome != "complete")
        trained = sum(m.wall_time for m in self.measurements) - failed
        total = self.spent * self.workers
        other = self.own or max(0.0, total - trained - failed)
        return {"total": total, "training": trained, "failures": failed, "other": other}


def trace_of(folder: Path, score: str = "accuracy", budget: float = math.inf, *, replayed: bool = False) -> Trace:
    """Read a run; what came after the budget is left out.

    Parameters
    ----------
    replayed
        Whether it is one in a landscape: its costs are the recorded seconds of what it looked up, one after the other.

    Raises
    ------
    RunError
        When it is not a readable run.
    """
    with reading(folder) as (_, store):
        seconds, spent, meta = store.seconds_until(), store.seconds_spent(), store.meta()
        known = {measurement.proposal: measurement for measurement in store.measurements()}
    own = 0.0
    if replayed:
        walls = [known[proposal].wall_time for proposal in seconds]
        seconds = dict(zip(seconds, np.cumsum(walls).tolist(), strict=True))
        spent, own = float(sum(walls)), spent
    inside = {proposal: cost for proposal, cost in seconds.items() if cost <= budget}
    return Trace(
        score,
        tuple(known[proposal] for proposal in inside),
        np.array(list(inside.values()), dtype=np.float64),
        spent,
        int(meta.get("workers", 1)),
        own,
    )


def gain_of(measurement: Measurement, score: str) -> float:
    """The score in its unit, its sign such that more is better; NaN for a failure."""
    if measurement.outcome != "complete" or score not in measurement.objectives:
        return float("nan")
    value = measurement.objectives[score]
    return value if score in MAXIMISED else -value


def _point(measurement: Measurement, score: str) -> tuple[float, float]:
    time = measurement.objectives.get("training_time", 0.0)
    usable = measurement.outcome == "complete" and score in measurement.objectives and time > 0
    if not usable or measurement.architecture == EMPTY:
        return float("nan"), float("nan")
    return 1.0 - as_fraction(score, measurement.objectives[score]), float(np.log10(time))
