"""How good a set of networks is as a whole: hypervolume and IGD+, in one box for all that are compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from vilfredo.pareto import Points, front, hypervolume

REFERENCE = 1.1
"""The reference point of the hypervolume, in both objectives, in the unit box of the pooled front: a little beyond it,
so that the ends of the front count too (Ishibuchi et al. 2018, "How to specify a reference point in hypervolume
calculation for fair performance comparison", Evolutionary Computation 26)."""


@dataclass(frozen=True, slots=True)
class Box:
    """Brings two objectives to one scale: the pooled front's best values become 0, its worst 1."""

    low: tuple[float, float]
    high: tuple[float, float]

    @classmethod
    def around(cls, pooled: Points) -> Self:
        """Take the box of a front (n, 2), n ≥ 1; an objective of one value only has extent 1."""
        low, high = pooled.min(axis=0), pooled.max(axis=0)
        high = np.where(high > low, high, low + 1.0)
        return cls((float(low[0]), float(low[1])), (float(high[0]), float(high[1])))

    def scaled(self, points: Points) -> Points:
        """Points (n, 2) in the unit of the box."""
        low, high = np.asarray(self.low), np.asarray(self.high)
        return np.asarray((points - low) / (high - low), dtype=np.float64)


def pooled_front(sets: Sequence[Points]) -> Points:
    """The non-dominated of all `sets` together, (n, 2), ascending in the first objective."""
    points = np.concatenate([np.empty((0, 2)), *sets])
    return points[front(points)]


def relative_hypervolume(points: Points, box: Box) -> float:
    """Area that `points` (n, 2) dominate in the box, up to the `REFERENCE`, as a share of all of it: 0 to 1."""
    return hypervolume(box.scaled(points), (REFERENCE, REFERENCE)) / REFERENCE**2


def igd_plus(points: Points, pooled: Points, box: Box) -> float:
    """Mean distance from the pooled front (m, 2), m ≥ 1, to `points` (n, 2) in the box; infinite for n = 0.

    Only what is worse counts as distance: IGD+ never prefers a dominated set (Ishibuchi et al. 2015, "Modified distance
    calculation in generational distance and inverted generational distance", EMO).
    """
    if len(points) == 0:
        return float("inf")
    ours, theirs = box.scaled(points), box.scaled(pooled)
    worse = np.maximum(ours[None, :, :] - theirs[:, None, :], 0.0)  # (m, n, 2)
    return float(np.sqrt((worse**2).sum(axis=2)).min(axis=1).mean())
