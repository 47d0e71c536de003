"""The network that gives almost all of the best score for less time."""

import math
from dataclasses import dataclass

from vilfredo.report.view import RunView
from vilfredo.search.choosing import knee
from vilfredo.trials import Measurement


@dataclass(frozen=True, slots=True, eq=False)
class Bargain:
    """A network, and by what it was chosen."""

    network: Measurement
    error: float | None
    """The best accuracy's standard error, within which this one's lies; None where it is the knee of the front."""


def bargain_of(view: RunView) -> Bargain | None:
    """Choose by the rule of one standard error; where the score has no such error, the knee of the front.

    The rule is that of Breiman et al. 1984 (Classification and Regression Trees, section 3.4.3), there for trees: of
    all that lie within one standard error of the best, the cheapest. The error is that of a share of right answers
    among n validation samples.

    Returns
    -------
    None without a front, and where the best network is the bargain too.
    """
    if not view.front:
        return None
    best, error = view.front[0], None
    if view.score == "accuracy":
        error = standard_error(best.objectives["accuracy"], view.description["data"]["validation_samples"])
        within = [m for m in view.front if m.objectives["accuracy"] >= best.objectives["accuracy"] - error]
        chosen = min(within, key=lambda m: m.objectives["training_time"])
    else:
        found = knee(view.front, (view.score, "training_time"))
        assert found is not None, "the front of a front is itself"
        chosen = found
    return None if chosen.proposal == best.proposal else Bargain(chosen, error)


def standard_error(accuracy: float, samples: int) -> float:
    """Standard deviation of a share of right answers among independent samples (binomial).

    The share is shrunk towards one half (Agresti and Coull 1998), so that of no mistake in few samples it isn't zero.
    """
    share = (accuracy * samples + 2) / (samples + 4)
    return math.sqrt(share * (1 - share) / (samples + 4))
