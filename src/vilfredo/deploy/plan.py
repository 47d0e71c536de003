"""What a deployment will do, decided before it begins: which networks, how many epochs, how long that will take."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vilfredo.deploy.settings import SelectionSettings
from vilfredo.trials import Measurement, Proposal, Value

_PLANNED_SHARE = 0.9
"""Of the budget: a forecast is one."""
_SELECTION_SHARE = 0.55
"""Of the time for training."""
_RESERVE_SHARE = 0.4
"""Of the budget, at most, for what follows the trainings."""
_OVERHEAD = 1.5
"""Seconds per candidate outside training: building it, the probes of time and latency, storing."""
_START = 5.0
"""Seconds until worker processes train."""


class Round(Value):
    """One round of model selection; there is one only, unless it is halved."""

    networks: int
    """How many are trained; those of the best score in the round before."""
    epochs: int


class Plan(Value):
    """A deployment as planned. It is kept, so that going on is going on with the same."""

    rounds: tuple[Round, ...]
    """Of model selection; none where there is one network only."""
    candidates: tuple[Proposal, ...]
    """The networks that are tried; at least one. A candidate's number is its place."""
    final_epochs: tuple[int, ...]
    """Of the last training, for each candidate."""
    notes: tuple[str, ...]
    """What was planned, for people."""
    seconds: float | None
    """Forecast of the whole; None where nobody knows."""
    alone: str = ""
    """Why nothing is compared, where there is no round."""
    asked: Mapping[str, Any]
    """What was asked for, and of which search: other wishes make another deployment."""
    calibration: float | None = None
    """Of the search; see `Evaluator`."""

    def candidate_of(self, measurement: Measurement) -> Proposal:
        """The candidate that was measured, whatever the round."""
        return self.candidates[measurement.proposal % len(self.candidates)]


@dataclass(frozen=True, slots=True)
class Costs:
    """Forecast seconds of one epoch, for each candidate."""

    selection: tuple[float, ...]
    """On the training part, with validation."""
    final: tuple[float, ...]
    """On all samples."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What fits."""

    chosen: tuple[int, ...]
    """Places of the candidates that are tried, in their order."""
    rounds: tuple[Round, ...]
    final_epochs: tuple[int, ...]
    """For each chosen one."""
    selection_seconds: float | None
    final_seconds: float | None
    """Of the one that takes longest."""


def schedule(
    count: int,
    settings: SelectionSettings,
    epochs: tuple[int, int],
    costs: Costs | None,
    seconds: float | None,
    workers: int,
    reserve: float = 40.0,
) -> Schedule:
    """Find out how many of the candidates, and how many epochs, fit in a budget.

    Networks are left out from the end, and shorter training is preferred to fewer networks down to half of the epochs
    asked for. Where not even two networks can be trained for `SelectionSettings.least_epochs`, none are compared: the
    first one is trained at once.

    Parameters
    ----------
    count
        Candidates, at least one, in the order in which they deserve to be tried.
    epochs
        Of model selection and of the last training, as asked for: the most that is planned.
    costs
        None where nobody knows; then nothing can be fitted.
    seconds
        The budget; None: all candidates, all epochs.
    reserve
        Seconds that testing, exporting and describing the model will take.
    """
    everything = tuple(range(count))
    if seconds is None or costs is None:
        rounds = _rounds(count, epochs[0], settings)
        selection = None if costs is None else _selection_seconds(costs.selection, rounds, workers)
        final = None if costs is None else max(costs.final) * epochs[1]
        return Schedule(everything, rounds, (epochs[1],) * count, selection, final)
    training = max(0.0, _PLANNED_SHARE * seconds - min(reserve, _RESERVE_SHARE * seconds))
    final_wanted = max(costs.final) * epochs[1]
    selection_wanted = _selection_seconds(costs.selection, _rounds(count, epochs[0], settings), workers)
    # What one of them doesn't need, the other gets.
    for_selection = max(_SELECTION_SHARE * training, training - final_wanted)
    for_final = max((1 - _SELECTION_SHARE) * training, training - selection_wanted)
    least = min(settings.least_epochs, epochs[0])
    usable = [place for place in everything if costs.final[place] * least <= for_final]
    for target in (max(least, math.ceil(epochs[0] / 2)), least):
        chosen, rounds = _most(usable, target, settings, epochs[0], costs, for_selection, workers)
        if len(chosen) > 1:
            break
    else:
        chosen, rounds, for_final = [usable[0] if usable else _cheapest(costs)], (), training
    final_epochs = tuple(max(1, min(epochs[1], int(for_final / costs.final[place]))) for place in chosen)
    return Schedule(
        tuple(chosen),
        rounds,
        final_epochs,
        _selection_seconds([costs.selection[place] for place in chosen], rounds, workers),
        max(count * costs.final[place] for count, place in zip(final_epochs, chosen, strict=True)),
    )


def _most(
    usable: Sequence[int],
    least: int,
    settings: SelectionSettings,
    most: int,
    costs: Costs,
    seconds: float,
    workers: int,
) -> tuple[list[int], tuple[Round, ...]]:
    """The most candidates that can be trained for `least` epochs, and the most epochs, up to `most`, for these."""
    for count in range(len(usable), 1, -1):
        chosen = list(usable[:count])
        own = [costs.selection[place] for place in chosen]
        fitting = [
            epochs
            for epochs in range(most, least - 1, -1)
            if _selection_seconds(own, _rounds(count, epochs, settings), workers) <= seconds
        ]
        if fitting:
            return chosen, _rounds(count, fitting[0], settings)
    return [], ()


def _rounds(count: int, epochs: int, settings: SelectionSettings) -> tuple[Round, ...]:
    """All networks for all epochs; or, halving, fewer and fewer of them for longer and longer."""
    if count < 2:
        return ()
    if not settings.halving:
        return (Round(networks=count, epochs=epochs),)
    sizes = [count]
    while sizes[-1] // settings.reduction >= 2 and epochs // settings.reduction ** len(sizes) >= 1:
        sizes.append(sizes[-1] // settings.reduction)
    shortened = [epochs // settings.reduction**left for left in reversed(range(len(sizes)))]
    return tuple(Round(networks=size, epochs=own) for size, own in zip(sizes, shortened, strict=True))


def _selection_seconds(costs: Sequence[float], rounds: Sequence[Round], workers: int) -> float:
    """Wall-clock of all rounds; which networks get further nobody knows: a mean one does."""
    if not rounds:
        return 0.0
    mean = sum(costs) / len(costs)
    total = _START
    for one in rounds:
        trained = one.networks * (mean * one.epochs + _OVERHEAD) / workers
        total += max(trained, (max(costs) if one.networks == len(costs) else mean) * one.epochs)
    return total


def _cheapest(costs: Costs) -> int:
    return min(range(len(costs.final)), key=lambda place: costs.final[place])
