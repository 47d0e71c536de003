"""Candidates as the front shows them: where each came from, what was forecast, which range is of interest."""

from collections.abc import Mapping, Sequence

import numpy as np

from vilfredo import pareto
from vilfredo.report.charts.chart import Colour, Symbol
from vilfredo.report.view import RunView
from vilfredo.strategies.predicted import Predicted
from vilfredo.trials import MAXIMISED, SCORES, Measurement

FOUND, EXPLORATION, BOOTSTRAP = "search", "exploration", "bootstrap"
ORIGINS: Mapping[str, tuple[str, Colour, Symbol]] = {
    FOUND: ("beaten", "grey", "dot"),
    EXPLORATION: ("beaten, from exploration", "orange", "cross"),
    BOOTSTRAP: ("beaten, from the start", "green", "square"),
}
"""What candidates off the front are called, and how they are drawn, by why they were proposed."""

_SPREAD = 2.5
_LEAST = 0.1


def origin_of(view: RunView, proposal: int) -> str:
    """Which of `ORIGINS` a candidate has; whatever a strategy hoped to be good is from the search."""
    origin = view.proposals[proposal].origin
    return origin if origin in ORIGINS else FOUND


def floor_of(front: Sequence[Measurement], score: str) -> float | None:
    """The score from which on the front is worth looking at; None where all of it is.

    Fronts often end in networks that are fast because they learn nothing, and those would squeeze the rest. What is
    cut lies beyond two and a half times the distance from the best to the median, or is the worst tenth.
    """
    values = np.array([m.objectives[score] for m in front]) * (1 if score in MAXIMISED else -1)
    values = values[np.isfinite(values)]
    if len(values) < 4:
        return None
    best = values.max()
    floor = max(np.quantile(values, _LEAST), best - _SPREAD * (best - np.median(values)))
    if floor <= values.min():
        return None
    return float(floor if score in MAXIMISED else -floor)


def is_within(value: float, floor: float | None, score: str) -> bool:
    """Whether a score is at least as good as `floor`."""
    return floor is None or (value >= floor if score in MAXIMISED else value <= floor)


def forecast_front(view: RunView) -> list[tuple[float, float]]:
    """The front of all candidates as they were predicted, trained or not: score and time, ascending in time.

    Steps that didn't keep what was predicted of all have it of those that were trained.
    """
    points = [
        (p.predicted[view.score], p.predicted["training_time"])
        for p in view.proposals.values()
        if _has_both(view, p.predicted)
    ]
    for step in view.steps:
        kept = Predicted.of_notes(step.notes)
        if kept is not None and kept.score == view.score:
            points += [(float(score), float(seconds)) for score, seconds in kept.front]
    if not points:
        return []
    sign = -1 if view.score in MAXIMISED else 1
    values = np.array([(seconds, sign * score) for score, seconds in points], dtype=np.float64)
    return [points[index] for index in pareto.front(values)]


def _has_both(view: RunView, predicted: Mapping[str, float]) -> bool:
    return view.score in predicted and "training_time" in predicted


def objectives_of(view: RunView) -> list[str]:
    """The objectives that any network of the run has, the score of the search first, then the costs."""
    found = {name for measurement in view.trained for name in measurement.objectives}
    costs = ("training_time", "latency", "parameters", "flops")
    return [name for name in dict.fromkeys((view.score, *costs, *SCORES)) if name in found]
