"""From measurements, as executors make them, to the rows of a landscape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vilfredo.search.landscape import CURVE, OBJECTIVES, OUTCOMES, SPREAD, Floats, Rows
from vilfredo.trials import Epoch, Measurement


@dataclass(frozen=True, slots=True)
class Training:
    """One cell trained with one seed."""

    seed: int
    """Of the search that the measurement is from."""
    seconds: float
    """Device-seconds of the measurement: what a budget is to be charged with."""
    measurement: Measurement


def rows_of(trainings: Sequence[Training], epochs: int) -> Rows:
    """Put trainings into rows, by cell and seed; what was not measured is NaN.

    Parameters
    ----------
    epochs
        Of a complete training.
    """
    ordered = sorted(trainings, key=lambda one: (len(one.measurement.architecture), _key(one)))
    measurements = [one.measurement for one in ordered]
    steps: list[Mapping[str, float]] = [m.details.get("step", {}) for m in measurements]
    return Rows(
        texts=tuple(m.architecture for m in measurements),
        seeds=np.array([one.seed for one in ordered], dtype=np.int64),
        outcomes=np.array([OUTCOMES.index(m.outcome) for m in measurements], dtype=np.int64),
        reasons=tuple(m.reason for m in measurements),
        objectives=_table([m.objectives for m in measurements], OBJECTIVES),
        spread=_table([m.spread for m in measurements], SPREAD),
        step_seconds=_table(steps, ("seconds",))[:, 0],
        disturbance=np.column_stack(
            [_table(steps, ("contention",)), _table([m.details for m in measurements], ("drift",))]
        ),
        best_epochs=np.array([m.details.get("best_epoch", 0) for m in measurements], dtype=np.int64),
        seconds=np.array([one.seconds for one in ordered], dtype=np.float64),
        curves=np.stack([_curve(m.curve, epochs) for m in measurements]),
    )


def _key(one: Training) -> tuple[str, int]:
    return one.measurement.architecture, one.seed


def _table(values: Sequence[Mapping[str, float]], names: Sequence[str]) -> Floats:
    """Shape (n, names)."""
    return np.array([[one.get(name, np.nan) for name in names] for one in values], dtype=np.float64)


def _curve(curve: Sequence[Epoch], epochs: int) -> Floats:
    """Shape (epochs, 4): those that were not reached are NaN."""
    found = np.full((epochs, len(CURVE)), np.nan)
    for place, epoch in enumerate(curve[:epochs]):
        found[place] = [np.nan if (value := getattr(epoch, name)) is None else value for name in CURVE]
    return found
