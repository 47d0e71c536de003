"""Finding the Pareto front, against comparing each point with every other one."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.interleaved import Spread, interleave, ratios
from benchmarks.report import Report, Scale, Target, Tell
from vilfredo import pareto
from vilfredo.pareto import Points

SECONDS = {"full": 50.0, "quick": 25.0, "smoke": 1.0}
_POINTS = {"full": 20_000, "quick": 20_000, "smoke": 300}
_ROUNDS = {"full": 5, "quick": 2, "smoke": 1}
_BLOCK = 64
"""Rows compared with all others at once: what fits in the cache."""
_LEAST_GAIN = 100.0


def quadratic(points: Points) -> NDArray[np.int64]:
    """Front of `points` (n, d), all minimised, by n² comparisons; of equal rows the first, as `pareto.front` has it."""
    kept = np.empty(len(points), dtype=bool)
    columns = [np.ascontiguousarray(column) for column in points.T]
    numbers = np.arange(len(points))
    for start in range(0, len(points), _BLOCK):
        rows = numbers[start : start + _BLOCK, None]
        no_worse = np.ones((len(rows), len(points)), dtype=bool)
        equal = np.ones((len(rows), len(points)), dtype=bool)
        for column in columns:
            no_worse &= column <= column[rows]
            equal &= column == column[rows]
        beaten = no_worse & ~(equal & (numbers >= rows))
        kept[start : start + _BLOCK] = ~beaten.any(axis=1)
    front = numbers[kept]
    return front[np.argsort(points[front, 0], kind="stable")]


def cloud(count: int, objectives: int, rng: np.random.Generator) -> Points:
    """Draw points along a trade-off, as accuracy and time are, some of them equal."""
    points = rng.random((count, objectives))
    points[:, -1] = 1 / (1 + 3 * points[:, :-1].sum(axis=1)) + 0.3 * points[:, -1] ** 2
    return np.round(points, 4)


def run(scale: Scale, tell: Tell) -> Report:
    """Measure two objectives, and three for information."""
    rng = np.random.default_rng(0)
    measured = {}
    for index, objectives in enumerate((2, 3)):
        tell(index / 2, f"{objectives} objectives")
        measured[objectives] = compare(cloud(_POINTS[scale], objectives, rng), _ROUNDS[scale])
    return report(measured)


def compare(points: Points, rounds: int) -> dict[str, Any]:
    """Time both in turns and check that they find the same rows."""
    found = interleave(
        {"quadratic": lambda: _timed(quadratic, points), "ours": lambda: _timed(pareto.front, points)}, rounds
    )
    same = all(
        set(theirs[1].tolist()) == set(ours[1].tolist())
        for theirs, ours in zip(found["quadratic"], found["ours"], strict=True)
    )
    return {
        "points": len(points),
        "front": len(found["ours"][0][1]),
        "same": same,
        **{name: [seconds for seconds, _ in times] for name, times in found.items()},
    }


def report(measured: dict[int, dict[str, Any]]) -> Report:
    """Make the table; only two objectives have a target."""
    rows = []
    for objectives, found in measured.items():
        rows.append(
            (
                str(objectives),
                f"{found['points']:,}",
                f"{found['front']:,}",
                f"{Spread.of(found['quadratic']).median:.3f} s",
                f"{Spread.of(found['ours']).median * 1000:.2f} ms",
                f"{Spread.of(ratios(found['quadratic'], found['ours'])).text(0)}×",
                "yes" if found["same"] else "NO",
            )
        )
    gain = Spread.of(ratios(measured[2]["quadratic"], measured[2]["ours"])).median
    return Report(
        title="Front extraction (wall-clock; ratios: median, least … most)",
        columns=[
            ("objectives", "right"),
            ("points", "right"),
            ("front", "right"),
            ("quadratic", "right"),
            ("ours", "right"),
            ("gain", "right"),
            ("same rows", "left"),
        ],
        rows=rows,
        targets=[
            Target("gain at two objectives", gain, _LEAST_GAIN, unit="×"),
            Target("share of clouds with identical fronts", float(np.mean([f["same"] for f in measured.values()])), 1),
        ],
        notes=["Quadratic: NumPy, blocks of rows compared with all others, one thread."],
        figures={str(objectives): found for objectives, found in measured.items()},
    )


def _timed(find: Callable[[Points], NDArray[np.int64]], points: Points) -> tuple[float, NDArray[np.int64]]:
    start = time.perf_counter()
    found = find(points)
    return time.perf_counter() - start, found
