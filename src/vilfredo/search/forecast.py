"""How long it will still take: wall-clock seconds from what was measured and what the time predictor says."""

from collections.abc import Sequence

from vilfredo.trials import Measurement, Proposal


def seconds_left(
    waiting: Sequence[Proposal], step_size: int, measurements: Sequence[Measurement], workers: int = 1
) -> float | None:
    """Forecast the wall-clock seconds that measuring `waiting` proposals takes; None before any experience.

    Where training times are predicted, the wall-clock time is taken to be proportional to them, at the rate of
    the latest measurements; where they aren't, to be the latest mean.
    """
    recent = [m for m in measurements if m.wall_time > 0][-max(10, step_size // 4) :]
    if not recent:
        return None
    mean = sum(m.wall_time for m in recent) / len(recent)
    timed = [m for m in recent if m.objectives.get("training_time", 0) > 0]
    epoch_seconds = sum(m.objectives["training_time"] for m in timed)
    rate = sum(m.wall_time for m in timed) / epoch_seconds if epoch_seconds > 0 else None
    total = 0.0
    for proposal in waiting:
        predicted = proposal.predicted.get("training_time")
        total += mean if predicted is None or rate is None else max(0.0, predicted) * rate
    return total / workers


def seconds_of_steps(
    plan: Sequence[int], step: int, measurements: Sequence[Measurement], workers: int = 1
) -> float | None:
    """Forecast the wall-clock seconds of the steps after `step`, at most.

    Parameters
    ----------
    plan
        Most candidates per step, as the strategy planned them.
    step
        The current step; cells of step b have b blocks, and cost is taken to grow with them.
    """
    recent = [m.wall_time for m in measurements if m.wall_time > 0][-30:]
    if not recent or step < 1:
        return None
    mean = sum(recent) / len(recent)
    return sum(count * mean * later / step for later, count in enumerate(plan) if later > step) / workers


def trials_left(seconds: float | None, step: int, measurements: Sequence[Measurement], workers: int = 1) -> int | None:
    """How many candidates of the steps after `step` fit in `seconds`; None for no limit or no experience."""
    recent = [m.wall_time for m in measurements if m.wall_time > 0][-30:]
    if seconds is None or not recent or step < 1:
        return None
    mean = sum(recent) / len(recent) * (step + 1) / step
    return int(max(0.0, seconds) * workers / mean)
