"""What was predicted of all candidates of a step, small enough to be kept: a grid of counts, and the predicted front.

A step may predict hundreds of thousands of architectures, of which a few hundred are trained. Kept of all of them is
how many lie where in score and time, and which none beats in both. Values are in the units that measurements have.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, final

import numpy as np
from numpy.typing import NDArray

from vilfredo import pareto
from vilfredo.spaces.codes import Cells
from vilfredo.strategies.protocol import Problem
from vilfredo.strategies.surrogates import in_its_unit
from vilfredo.thinning import some

NOTE = "predicted"
"""Name of the note of a step that holds this."""
BINS = 48
"""Along each side of the grid."""
MOST_OF_FRONT = 200
"""Members of the predicted front that are kept; of more, evenly spaced ones with both ends."""
_WIDE = 10.0
"""Ratio of the greatest to the least value from which bins are of equal ratio."""
_EQUAL = 1e-9
"""Values whose relative difference is less have nothing between them that bins could show."""

Floats = NDArray[np.float64]


@final
@dataclass(frozen=True)
class Scale:
    """Bins of equal width, or of equal ratio."""

    low: float
    high: float
    logarithmic: bool

    @classmethod
    def of(cls, values: Floats, *, ratios: bool) -> Self:
        """Cover finite `values` (n,), n > 0; in bins of equal ratio where those are allowed and values differ much."""
        low, high = float(values.min()), float(values.max())
        size = max(abs(low), abs(high))
        if high - low <= _EQUAL * size:
            margin = 0.01 * size or 1e-9
            return cls(low - margin, high + margin, logarithmic=False)
        return cls(low, high, ratios and low > 0 and high / low > _WIDE)

    @property
    def edges(self) -> Floats:
        """Shape (`BINS` + 1,), ascending."""
        return (
            np.geomspace(self.low, self.high, BINS + 1)
            if self.logarithmic
            else np.linspace(self.low, self.high, BINS + 1)
        )

    def places(self, values: Floats) -> NDArray[np.int64]:
        """Bin of each value (n,), from 0 to `BINS` - 1."""
        low, high = self.low, self.high
        if self.logarithmic:
            values, low, high = np.log(values), math.log(low), math.log(high)
        return np.clip(((values - low) * (BINS / (high - low))).astype(np.int64), 0, BINS - 1)

    def plain(self) -> list[float | bool]:
        """Write as JSON knows it."""
        return [self.low, self.high, self.logarithmic]


@final
@dataclass(frozen=True, eq=False)
class Predicted:
    """The predictions of one step."""

    score: str
    """The objective that tells how good an architecture is."""
    count: int
    """How many were predicted."""
    scores: Scale
    times: Scale
    """Of training times, in seconds per epoch."""
    counts: NDArray[np.int64]
    """Shape (`BINS`, `BINS`): how many lie in each bin of the score (rows) and of the time (columns)."""
    front_size: int
    front: Floats
    """Shape (f, 2): score and time of members of the predicted front, best score first."""
    architectures: Sequence[str]
    """Texts of these members."""

    @classmethod
    def of_notes(cls, notes: Mapping[str, Any]) -> Self | None:
        """Read the predictions from the notes of a step; None where there are none, as in steps of earlier versions."""
        found = notes.get(NOTE)
        if found is None:
            return None
        counts = np.zeros(BINS * BINS, dtype=np.int64)
        counts[np.cumsum(np.array(found["gaps"], dtype=np.int64))] = found["counts"]
        front = np.array([found["front"]["scores"], found["front"]["times"]], dtype=np.float64)  # (2, f)
        return cls(
            score=found["score"],
            count=found["count"],
            scores=Scale(*found["score_scale"]),
            times=Scale(*found["time_scale"]),
            counts=counts.reshape(BINS, BINS),
            front_size=found["front"]["size"],
            front=front.T,
            architectures=found["front"]["architectures"],
        )


def predictions(problem: Problem, candidates: Cells, score: Floats, time: Floats) -> Mapping[str, Any]:
    """Sum up what was predicted of `candidates` (n, b, 4), as plain values for the notes of a step.

    Parameters
    ----------
    score
        Shape (n,), as fractions of which more is better.
    time
        Shape (n,), seconds per epoch.

    Returns
    -------
    By `NOTE`; nothing where no prediction is finite.
    """
    rows = np.flatnonzero(np.isfinite(score) & np.isfinite(time))
    if not len(rows):
        return {}
    points = np.stack([-score[rows], time[rows]], axis=1)
    front = rows[pareto.front(points)]
    kept = front[some(len(front), MOST_OF_FRONT)]
    values, seconds = in_its_unit(problem, score), time
    scores, times = Scale.of(values[rows], ratios=problem.score == "nll"), Scale.of(seconds[rows], ratios=True)
    cells = scores.places(values[rows]) * BINS + times.places(seconds[rows])
    counts = np.bincount(cells, minlength=BINS * BINS)
    filled = np.flatnonzero(counts)
    return {
        NOTE: {
            "score": problem.score,
            "count": len(rows),
            "score_scale": scores.plain(),
            "time_scale": times.plain(),
            # Bins in use, row by row, each by its distance from the one before: small numbers are short in JSON.
            "gaps": np.diff(filled, prepend=0).tolist(),
            "counts": counts[filled].tolist(),
            "front": {
                "size": len(front),
                "scores": _short(values[kept]),
                "times": _short(seconds[kept]),
                "architectures": problem.space.texts(candidates[kept]),
            },
        }
    }


def _short(values: Floats) -> list[float]:
    return [float(f"{value:.6g}") for value in values.tolist()]
