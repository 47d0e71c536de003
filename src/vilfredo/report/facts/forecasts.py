"""What the search predicted of the networks that it then trained, beside what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import final

import numpy as np

from vilfredo.predictors.quality import Floats, mape, spearman
from vilfredo.predictors.seed_noise import Ceiling
from vilfredo.report.facts.repeats import ceiling_of
from vilfredo.report.view import RunView
from vilfredo.trials import Measurement, Proposal

FEWEST = 4
"""Networks below which nothing is said of their order."""
_GOOD, _FAIR = 0.8, 0.5
"""Rank correlations from which the order counts as well, and as roughly foreseen."""
_CLOSE, _NEAR = 10.0, 25.0
"""Relative errors in percent up to which predictions are called close, and fair."""


@final
@dataclass(frozen=True, eq=False)
class Forecasts:
    """One objective of the networks of one step that were predicted and trained."""

    step: int
    objective: str
    networks: Sequence[tuple[Proposal, Measurement]]
    predicted: Floats
    """Shape (n,), n ≥ 1."""
    measured: Floats
    """Shape (n,)."""
    ceiling: Ceiling | None
    """What a perfect predictor would reach; None where it isn't known."""

    @cached_property
    def spearman(self) -> float:
        """Rank correlation ρ; NaN for too few networks, and where all were predicted, or measured, the same."""
        return spearman(self.predicted, self.measured) if len(self.networks) >= FEWEST else float("nan")

    @cached_property
    def mape(self) -> float:
        """Mean absolute error in percent of what was measured."""
        return mape(self.predicted, self.measured)

    @property
    def luck(self) -> float:
        """ρ that one in twenty random orders exceeds: 1.645 standard deviations, 1 / √(n - 1), of theirs."""
        return 1.645 / float(np.sqrt(max(1, len(self.networks) - 1)))


@lru_cache(maxsize=1)
def forecasts(view: RunView) -> Sequence[Forecasts]:
    """All that can be compared: by step, of each the score before the time. Kept, as ceilings take their time."""
    by_step = dict[int, list[tuple[Proposal, Measurement]]]()
    for measurement in view.trained:
        proposal = view.proposals[measurement.proposal]
        by_step.setdefault(proposal.step, []).append((proposal, measurement))
    found = [
        _compared(view, step, objective, by_step[step])
        for step in sorted(by_step)
        for objective in (view.score, "training_time")
    ]
    return tuple(one for one in found if one is not None)


def _compared(
    view: RunView, step: int, objective: str, networks: Sequence[tuple[Proposal, Measurement]]
) -> Forecasts | None:
    known = [
        (proposal, measurement)
        for proposal, measurement in networks
        if np.isfinite([proposal.predicted.get(objective, np.nan), measurement.objectives.get(objective, np.nan)]).all()
    ]
    if not known:
        return None
    measured = [measurement.objectives[objective] for _, measurement in known]
    return Forecasts(
        step=step,
        objective=objective,
        networks=known,
        predicted=np.array([proposal.predicted[objective] for proposal, _ in known]),
        measured=np.array(measured),
        ceiling=ceiling_of(view, objective, measured),
    )


def order_verdict(one: Forecasts) -> str:
    """Say whether the order was foreseen, as the rest of a sentence about the predictor."""
    if np.isnan(one.spearman):
        return _unknown(one)
    if one.spearman < one.luck:
        return _undecided(one)
    if one.spearman >= _GOOD:
        return "the order was foreseen well"
    if one.ceiling is not None and one.spearman >= one.ceiling.low:
        return "the order was foreseen as well as seed noise allows"
    return "the order was roughly foreseen" if one.spearman >= _FAIR else "the order was foreseen a little"


def _unknown(one: Forecasts) -> str:
    if len(one.networks) < FEWEST:
        return "too few networks to tell whether the order was foreseen"
    if np.ptp(one.measured) == 0:
        return "all networks came out the same: there was no order to foresee"
    return "no order was foreseen: the same was predicted of all networks"


def _undecided(one: Forecasts) -> str:
    if one.ceiling is not None and one.ceiling.spearman < one.luck:
        return "the networks are too much alike: seed noise would hide their order from a perfect predictor too"
    if one.spearman >= _FAIR:
        return "the order may have been foreseen, or it is luck: too few networks to tell"
    return "the order was not foreseen: chance does as well"


def error_verdict(one: Forecasts) -> str:
    """Say how far off the values were, as the rest of a sentence."""
    if np.isnan(one.mape):
        return "the values cannot be compared"
    word = "close" if one.mape <= _CLOSE else "fair" if one.mape <= _NEAR else "far off"
    return f"the values were {word}"


def signed(correlation: float) -> str:
    """Spell a correlation, with a true minus sign."""
    return f"{correlation:.2f}".replace("-", "\N{MINUS SIGN}")
