"""The state that progressive strategies share: what was proposed step by step, and what came back."""

import math
from collections.abc import Iterable, Mapping, Sequence

from vilfredo.spaces.cells import Cell, parse_cell
from vilfredo.trials import Measurement, Proposal, Value


class Result(Value):
    """What a strategy keeps of a measurement. A failed candidate has no accuracy."""

    accuracy: float | None = None
    training_time: float | None = None

    @property
    def usable(self) -> bool:
        """Whether the candidate was trained to a finite accuracy in a finite time."""
        return self.accuracy is not None and self.training_time is not None


class Progress(Value):
    """State of a progressive search."""

    seed: int
    step: int = -1
    """Last step proposed; -1 before the first."""
    proposals: tuple[Proposal, ...] = ()
    """All so far, in order of their ids (0, 1, …)."""
    results: Mapping[int, Result] = {}
    """By proposal id."""


def awaited(state: Progress) -> tuple[Proposal, ...]:
    """Proposals without a result."""
    return tuple(proposal for proposal in state.proposals if proposal.id not in state.results)


def told(state: Progress, measurements: Iterable[Measurement]) -> Progress:
    """Add what came back; unknown proposals and second results are ignored."""
    known = range(len(state.proposals))
    fresh = {
        measurement.proposal: _result(measurement)
        for measurement in measurements
        if measurement.proposal in known and measurement.proposal not in state.results
    }
    # Sorted by id, so that the order of arrival leaves no trace in the state.
    results = dict(sorted({**state.results, **fresh}.items()))
    return state.model_copy(update={"results": results})


def proposed(
    state: Progress,
    step: int,
    cells: Sequence[Cell],
    origins: Sequence[str],
    predicted: Sequence[Mapping[str, float]] | None = None,
) -> Progress:
    """Add a step's proposals."""
    first = len(state.proposals)
    forecasts = predicted or [{}] * len(cells)
    added = tuple(
        Proposal(id=first + index, architecture=str(cell), step=step, origin=origin, predicted=forecast)
        for index, (cell, origin, forecast) in enumerate(zip(cells, origins, forecasts, strict=True))
    )
    return state.model_copy(update={"step": step, "proposals": state.proposals + added})


def trained(state: Progress, step: int | None = None) -> list[tuple[Cell, Result]]:
    """Cells with usable results, of one step or of all, in order of proposal."""
    return [
        (parse_cell(proposal.architecture), state.results[proposal.id])
        for proposal in state.proposals
        if (step is None or proposal.step == step)
        and proposal.id in state.results
        and state.results[proposal.id].usable
    ]


def _result(measurement: Measurement) -> Result:
    accuracy = measurement.objectives.get("accuracy", math.nan)
    time = measurement.objectives.get("training_time", math.nan)
    if measurement.outcome != "complete" or not (math.isfinite(accuracy) and math.isfinite(time)):
        return Result()
    return Result(accuracy=accuracy, training_time=time)
