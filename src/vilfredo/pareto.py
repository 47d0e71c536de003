"""Dominance and fronts. All objectives are minimised; negate those to be maximised."""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

_EQUAL = 1e-9
"""Scaled objectives closer than this are the same: scaling rounds."""


def front(points: Points) -> NDArray[np.int64]:
    """Indices of the non-dominated rows, sorted by the first objective.

    Of rows that are equal in every objective only the first is kept: duplicates carry no new trade-off,
    and letting them eliminate each other would lose it altogether. Rows with a NaN are never on the front.

    Parameters
    ----------
    points
        Shape (n, d), each column minimised, d ≥ 1.

    Returns
    -------
    Indices into `points`, ascending in the first objective.
    """
    rows = np.flatnonzero(~np.isnan(points).any(axis=1))
    if points.shape[1] == 2:
        rows = _undercut_by_none(points, rows)
    order = rows[np.lexsort((rows, *points[rows].T[::-1]))]
    ranked = points[order]
    if points.shape[1] <= 2:
        return order[_improves(ranked[:, -1])]
    return order[_sweep(ranked)]


def _undercut_by_none(points: Points, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Leave out most rows that others dominate, so that few are left to be sorted by everything; in order."""
    order = rows[np.argsort(points[rows, 0])]
    second = points[order, 1]
    return np.sort(order[second <= np.minimum.accumulate(second)])


def _improves(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where a sequence falls strictly below everything before it."""
    best = np.minimum.accumulate(values)
    return np.concatenate(([True], values[1:] < best[:-1]))[: len(values)]


def _sweep(ranked: Points) -> NDArray[np.int64]:
    """Non-dominated rows of lexicographically sorted points: a row can only be dominated by an earlier one."""
    kept: list[int] = []
    members = np.empty_like(ranked)
    for index, point in enumerate(ranked):
        if not (members[: len(kept)] <= point).all(axis=1).any():
            members[len(kept)] = point
            kept.append(index)
    return np.array(kept, dtype=np.int64)


def hypervolume(points: Points, reference: tuple[float, float]) -> float:
    """Area dominated by two-objective `points` (n, 2) and bounded by the `reference` point, both minimised."""
    inside = points[(points < np.asarray(reference)).all(axis=1)]
    area, ceiling = 0.0, reference[1]
    for x, y in inside[front(inside)] if len(inside) else inside:
        area += (reference[0] - x) * (ceiling - y)
        ceiling = y
    return float(area)


def knee(points: Points) -> int | None:
    """The knee of the front of `points`: where giving up a little of one objective stops buying much of another.

    Each objective is scaled to [0, 1] over the front. The knee is the member that lies farthest below the plane through
    the points that have one objective at its worst and the others at their best; in two objectives that is the line
    through the ends of the front (Das 1999, "On characterizing the knee of the Pareto curve", Structural Optimization
    18; with the plane of the scaled objectives instead of that through the extremes, which may be degenerate in three).
    Distance to it differs from the sum of the scaled objectives only by constants, so the least sum wins. Unlike slopes
    or angles between neighbours, it looks at the whole front: two points that nearly coincide make no knee.

    A member above the plane is worse than a mixture of the ends, so that of a front without a bulge an end is the
    answer. Of equals, the member whose worst scaled objective is least; then that which is best in the first objective.

    The ends set the scale: leave out what nobody would take before asking. Nothing is put on a logarithmic scale, whose
    answer would depend on where an objective has its zero; hand over logarithms where ratios are what counts.

    Parameters
    ----------
    points
        Shape (n, d), each column minimised, d ≥ 1. Rows with infinities are chosen only where there are no others.

    Returns
    -------
    Index into `points`; None where the front is empty.
    """
    members = front(points)
    finite = members[np.isfinite(points[members]).all(axis=1)]
    if len(finite) == 0:
        return int(members[0]) if len(members) else None
    scaled = _scaled(points[finite])
    totals, worst = scaled.sum(axis=1), scaled.max(axis=1)
    worst[totals > totals.min() + _EQUAL] = np.inf
    return int(finite[np.flatnonzero(worst <= worst.min() + _EQUAL)[0]])


def _scaled(points: Points) -> Points:
    """Each column shifted and scaled to [0, 1]; to 0 where it has only one value."""
    size = np.abs(points).max(axis=0)
    shifted = points / np.where(size > 0, size, 1.0)  # so that no difference overflows
    shifted -= shifted.min(axis=0)
    extent = shifted.max(axis=0)
    return np.asarray(shifted / np.where(extent > 0, extent, 1.0), dtype=np.float64)
