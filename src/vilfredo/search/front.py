"""The measured Pareto front of a run."""

from collections.abc import Sequence

import numpy as np

from vilfredo import pareto
from vilfredo.trials import Measurement

MAXIMISED = frozenset({"accuracy"})
DEFAULT_OBJECTIVES = ("accuracy", "training_time")


def measured_front(
    measurements: Sequence[Measurement], objectives: Sequence[str] = DEFAULT_OBJECTIVES
) -> list[Measurement]:
    """The non-dominated complete measurements, best in the first objective first.

    Measurements that lack one of the `objectives` are left out.
    """
    known = [m for m in measurements if m.outcome == "complete" and all(name in m.objectives for name in objectives)]
    if not known:
        return []
    rows = [[-m.objectives[name] if name in MAXIMISED else m.objectives[name] for name in objectives] for m in known]
    return [known[index] for index in pareto.front(np.array(rows, dtype=np.float64))]


def most_accurate(measurements: Sequence[Measurement]) -> Measurement | None:
    """The complete measurement of highest accuracy, the faster of equals; None without any."""
    return next(iter(measured_front(measurements)), None)
