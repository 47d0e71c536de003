"""The state that progressive strategies share: what was proposed step by step, and what came back."""

import math
from collections.abc import Iterable, Mapping, Sequence

from pydantic import AliasChoices, Field

from vilfredo.trials import Measurement, Proposal, Value, as_fraction


class Result(Value):
    """What a strategy keeps of a measurement. A failed candidate has no score."""

    score: float | None = Field(default=None, validation_alias=AliasChoices("score", "accuracy"))
    """As a fraction in [0, 1], more is better; see `trials.as_fraction`."""
    training_time: float | None = None

    @property
    def usable(self) -> bool:
        """Whether the candidate was trained to a finite score in a finite time."""
        return self.score is not None and self.training_time is not None


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


def told(state: Progress, measurements: Iterable[Measurement], score: str = "accuracy") -> Progress:
    """Add what came back; unknown proposals and second results are ignored.

    Parameters
    ----------
    score
        The objective that tells how good a candidate is.
    """
    known = range(len(state.proposals))
    fresh = {
        measurement.proposal: _result(measurement, score)
        for measurement in measurements
        if measurement.proposal in known and measurement.proposal not in state.results
    }
    # Sorted by id, so that the order of arrival leaves no trace in the state.
    results = dict(sorted({**state.results, **fresh}.items()))
    return state.model_copy(update={"results": results})


def proposed(
    state: Progress,
    step: int,
    architectures: Sequence[str],
    origins: Sequence[str],
    predicted: Sequence[Mapping[str, float]] | None = None,
) -> Progress:
    """Add a step's proposals, given by their canonical texts."""
    first = len(state.proposals)
    forecasts = predicted or [{}] * len(architectures)
    added = tuple(
        Proposal(id=first + index, architecture=text, step=step, origin=origin, predicted=forecast)
        for index, (text, origin, forecast) in enumerate(zip(architectures, origins, forecasts, strict=True))
    )
    return state.model_copy(update={"step": step, "proposals": state.proposals + added})


def trained(state: Progress, step: int | None = None) -> list[tuple[str, Result]]:
    """Architectures with usable results, of one step or of all, in order of proposal."""
    return [
        (proposal.architecture, state.results[proposal.id])
        for proposal in state.proposals
        if (step is None or proposal.step == step)
        and proposal.id in state.results
        and state.results[proposal.id].usable
    ]


def _result(measurement: Measurement, score: str) -> Result:
    value = measurement.objectives.get(score, math.nan)
    time = measurement.objectives.get("training_time", math.nan)
    if measurement.outcome != "complete" or not (math.isfinite(value) and math.isfinite(time)):
        return Result()
    return Result(score=as_fraction(score, value), training_time=time)
