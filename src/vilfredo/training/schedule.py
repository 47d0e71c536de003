"""Annealing of learning rate and weight decay along a half cosine, with or without restarts."""

import math

from vilfredo.training.settings import Schedule


def periods(schedule: Schedule, epochs: int, first_period: int) -> tuple[int, ...]:
    """Lay out the periods of a schedule, in epochs; they add up to `epochs`.

    ``cosine`` is one period. ``cosine-restart`` doubles each (3, 6, 12 for 21 epochs). Where that doesn't come
    out even, the last one is cut short if at least half of it fits and otherwise added to the one before, so
    that every training ends at rate zero.
    """
    if schedule == "cosine":
        return (epochs,)
    lengths: list[int] = []
    length, left = first_period, epochs
    while left:
        if 2 * left < length and lengths:
            lengths[-1] += left
            break
        lengths.append(min(length, left))
        left -= lengths[-1]
        length *= 2
    return tuple(lengths)


def annealing(step: int, steps_per_epoch: int, lengths: tuple[int, ...]) -> float:
    """Factor of learning rate and weight decay at a step.

    SGDR (Loshchilov & Hutter 2017, equation 5), per step and without loss of amplitude, as POPNASv3 uses it
    (section 3, table 3).

    Parameters
    ----------
    step
        Steps taken so far, from 0; at the end of the last period, and after it, the factor is zero.
    steps_per_epoch
        At least 1.
    lengths
        Of the periods, in epochs.

    Returns
    -------
    In [0, 1]: 1 at the start of each period.
    """
    start = 0
    for length in lengths:
        size = length * steps_per_epoch
        if step < start + size:
            return 0.5 * (1.0 + math.cos(math.pi * (step - start) / size))
        start += size
    return 0.0
