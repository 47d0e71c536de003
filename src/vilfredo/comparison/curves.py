"""What was known when: anytime curves, pure functions of what was measured at which cost."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vilfredo.comparison.indicators import Box, relative_hypervolume
from vilfredo.pareto import Points

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Staircase:
    """A value that changes at certain costs and stays in between."""

    cost: Values
    """Shape (n,), ascending: where it changes."""
    value: Values
    """Shape (n,): from there on."""

    def at(self, costs: Values) -> Values:
        """Its values at `costs`; NaN before the first."""
        place = np.searchsorted(self.cost, costs, side="right") - 1
        known = np.concatenate([self.value, [np.nan]])
        return np.asarray(known[place], dtype=np.float64)  # -1, before the first, is the NaN

    def mean(self, end: float, before: float = 0.0) -> float:
        """Mean over the costs from 0 to `end`; it is `before` until it is first known."""
        inside = self.cost < end
        edges = np.concatenate([[0.0], self.cost[inside], [end]])
        values = np.concatenate([[before], self.value[inside]])
        return float((np.diff(edges) * values).sum() / end)


def best_so_far(cost: Values, value: Values) -> Staircase:
    """The largest value known at each cost.

    Parameters
    ----------
    cost, value
        Shape (n,), of one measurement each, `cost` ascending; a NaN is a failure: it cost, and showed nothing.
    """
    known = ~np.isnan(value)
    cost, best = cost[known], np.maximum.accumulate(value[known])
    return _thinned(cost, best)


def hypervolume_so_far(cost: Values, points: Points, box: Box) -> Staircase:
    """The hypervolume, in `box`, of all that is known at each cost.

    Parameters
    ----------
    cost, points
        Shapes (n,), ascending, and (n, 2), minimised; a row with a NaN is a failure.
    """
    known = ~np.isnan(points).any(axis=1)
    cost, points = cost[known], points[known]
    areas, members = np.zeros(len(points)), np.empty((0, 2))
    for number, point in enumerate(points):
        if (members <= point).all(axis=1).any():
            areas[number] = areas[number - 1]
            continue
        members = np.concatenate([members[~(members >= point).all(axis=1)], point[None, :]])
        areas[number] = relative_hypervolume(members, box)
    # A sum of areas rounds: what is known more can't be worth less.
    return _thinned(cost, np.maximum.accumulate(areas))


def _thinned(cost: Values, value: Values) -> Staircase:
    """Keep the places where something changes; of several at one cost the last."""
    last = np.append(cost[1:] != cost[:-1], True)[: len(cost)]
    cost, value = cost[last], value[last]
    changes = np.concatenate([[True], value[1:] != value[:-1]])[: len(cost)]
    return Staircase(cost[changes], value[changes])


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """Several curves at once: at each cost their median, smallest and largest value."""

    cost: Values
    median: Values
    low: Values
    high: Values


def band(curves: Sequence[Staircase], end: float) -> Band:
    """Summarise `curves`, at least one, up to the cost `end`; from where the last of them is known."""
    known = [curve for curve in curves if len(curve.cost)]
    if len(known) < len(curves) or not known:
        empty = np.empty(0)
        return Band(empty, empty, empty, empty)
    start = max(float(curve.cost[0]) for curve in known)
    places = np.unique(np.concatenate([curve.cost for curve in known] + [np.array([start, end])]))
    places = places[(places >= start) & (places <= max(start, end))]
    values = np.stack([curve.at(places) for curve in known])
    return Band(places, np.median(values, axis=0), values.min(axis=0), values.max(axis=0))
