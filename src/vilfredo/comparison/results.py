"""What came of the runs on one data set: curves, fronts, indicators and what statistics say of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vilfredo.comparison.curves import Staircase, best_so_far, hypervolume_so_far
from vilfredo.comparison.indicators import REFERENCE, Box, igd_plus, pooled_front
from vilfredo.comparison.runs import Run
from vilfredo.comparison.statistics import Pair, compare_all
from vilfredo.comparison.traces import Trace
from vilfredo.errors import RunError, VilfredoError
from vilfredo.pareto import Points
from vilfredo.search.front import check_device
from vilfredo.trials import MAXIMISED

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Metric:
    """A number by which runs are compared."""

    name: str
    title: str
    """For people, with its unit."""
    maximised: bool


def metrics(score: str) -> tuple[Metric, ...]:
    """What runs are compared by, when networks are searched for their `score`."""
    more = score in MAXIMISED
    return (
        Metric("validation", f"best validation {score}", more),
        Metric("hypervolume", "hypervolume at the end", True),
        Metric("anytime", "hypervolume, mean over the budget", True),
        Metric("igd_plus", "IGD+ to the pooled front", False),
        Metric("test", f"test {score} of the finalists", more),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """One run: what it was, what it measured, what became of its finalist."""

    run: Run
    ending: str
    trace: Trace
    test: Mapping[str, Any] | None
    """Of its best network trained again: scores by seed, and their mean; None where there is none."""


@dataclass(frozen=True, eq=False)
class Results:
    """All runs on one data set."""

    outcomes: Sequence[Outcome]
    budget: float
    score: str

    @property
    def strategies(self) -> tuple[str, ...]:
        """In the order asked for."""
        return tuple(name for name in self.outcomes[0].run.subject.asked if self.of(name))

    def of(self, strategy: str) -> list[Outcome]:
        """The runs of a strategy by seed."""
        found = [outcome for outcome in self.outcomes if outcome.run.strategy == strategy]
        return sorted(found, key=lambda outcome: outcome.run.seed)

    @cached_property
    def pooled(self) -> Points:
        """Front of all networks that any run trained, (n, 2): 1 − score and log₁₀ seconds.

        Raises
        ------
        VilfredoError
            When no run trained any.
        """
        found = pooled_front([outcome.trace.points for outcome in self.outcomes])
        if len(found) == 0:
            raise VilfredoError(
                "compare: no run could train any network. `vilfredo status` of a run folder says why; give a larger "
                "budget, or smaller networks."
            )
        return found

    @cached_property
    def box(self) -> Box:
        """The one scale of all hypervolumes and distances."""
        return Box.around(self.pooled)

    def best_curve(self, outcome: Outcome) -> Staircase:
        """The best score, such that more is better, at each cost."""
        return best_so_far(outcome.trace.cost, outcome.trace.gain)

    def area_curve(self, outcome: Outcome) -> Staircase:
        """The hypervolume at each cost."""
        return self._areas[id(outcome)]

    @cached_property
    def _areas(self) -> Mapping[int, Staircase]:
        traces = {id(outcome): outcome.trace for outcome in self.outcomes}
        return {key: hypervolume_so_far(trace.cost, trace.points, self.box) for key, trace in traces.items()}

    def value(self, outcome: Outcome, metric: str) -> float | None:
        """A metric of a run in its own unit; None where there was no test.

        A run that trained no network has the worst there is: no area, the distance of the reference point, and the
        worst score that anything on these data had.
        """
        if metric == "test":
            return None if outcome.test is None else float(outcome.test["mean"])
        area = self.area_curve(outcome)
        if metric == "hypervolume":
            return float(area.value[-1]) if len(area.value) else 0.0
        if metric == "anytime":
            return area.mean(self.budget)
        if metric == "igd_plus":
            return igd_plus(self._points(outcome), self.pooled, self.box)
        best = self.best_curve(outcome).value
        gain = float(best[-1]) if len(best) else self._worst
        return gain if self.score in MAXIMISED else -gain

    def pairs(self, metric: Metric) -> list[Pair]:
        """Compare all strategies by a metric, on the seeds that all have it for; none where there is no such seed."""
        complete = self.complete(metric)
        if not complete:
            return []
        return compare_all(dict(zip(self.strategies, self._table(metric)[:, complete], strict=True)))

    def complete(self, metric: Metric) -> list[int]:
        """Places of the seeds that all strategies have a metric for: the ones that means and tests are of."""
        found: list[int] = np.flatnonzero(~np.isnan(self._table(metric)).any(axis=0)).tolist()
        return found

    def _table(self, metric: Metric) -> Values:
        """Shape (strategies, seeds): such that more is better; NaN where there is none."""
        return np.array([[self._signed(outcome, metric) for outcome in self.of(name)] for name in self.strategies])

    def _signed(self, outcome: Outcome, metric: Metric) -> float:
        value = self.value(outcome, metric.name)
        return float("nan") if value is None else value if metric.maximised else -value

    def _points(self, outcome: Outcome) -> Points:
        points = outcome.trace.points
        known = points[~np.isnan(points).any(axis=1)]
        low, high = np.asarray(self.box.low), np.asarray(self.box.high)
        return known if len(known) else (low + REFERENCE * (high - low))[None, :]

    @cached_property
    def _worst(self) -> float:
        return float(np.nanmin(np.concatenate([outcome.trace.gain for outcome in self.outcomes])))


def check_devices(results: Results) -> None:
    """Refuse times of different devices on one front.

    Raises
    ------
    RunError
        When there are.
    """
    try:
        check_device([m for outcome in results.outcomes for m in outcome.trace.measurements])
    except RunError as error:
        raise RunError(f"compare: {error}") from None
