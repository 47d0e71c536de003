"""The measured Pareto front of a run."""

from collections.abc import Sequence

import numpy as np

from vilfredo import pareto
from vilfredo.errors import RunError
from vilfredo.trials import MAXIMISED, Measurement

DEFAULT_OBJECTIVES = ("accuracy", "training_time")


def measured_front(
    measurements: Sequence[Measurement], objectives: Sequence[str] = DEFAULT_OBJECTIVES
) -> list[Measurement]:
    """The non-dominated complete measurements, best in the first objective first.

    Measurements that lack one of the `objectives` are left out.

    Raises
    ------
    RunError
        When training times are compared that were measured on different devices.
    """
    known = [m for m in measurements if m.outcome == "complete" and all(name in m.objectives for name in objectives)]
    if not known:
        return []
    if "training_time" in objectives:
        check_device(known)
    return [known[index] for index in pareto.front(as_minimised(known, objectives))]


def as_minimised(measurements: Sequence[Measurement], objectives: Sequence[str]) -> pareto.Points:
    """The `objectives`, which all `measurements` must have, as points (n, d) of which less is better."""
    rows = [
        [-m.objectives[name] if name in MAXIMISED else m.objectives[name] for name in objectives] for m in measurements
    ]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(objectives))


def check_device(measurements: Sequence[Measurement]) -> None:
    """Refuse to compare training times that were measured on different devices.

    Raises
    ------
    RunError
        When they were.
    """
    # Times derived from FLOPs depend on no device; measured ones come with the time of a step.
    devices = {m.device.description for m in measurements if m.device and "step" in m.details}
    if len(devices) > 1:
        raise RunError(
            f"front: training times of this run were measured on different devices ({'; '.join(sorted(devices))}). "
            "Times are comparable only on one device: start a run of its own for each."
        )


def best_scored(measurements: Sequence[Measurement], score: str = "accuracy") -> Measurement | None:
    """The complete measurement of the best score, the faster of equals; None without any."""
    return next(iter(measured_front(measurements, (score, "training_time"))), None)
