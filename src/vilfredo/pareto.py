"""Dominance and fronts. All objectives are minimised; negate those to be maximised."""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


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
