"""What statistics mean, in plain words."""

import math

from vilfredo.comparison.statistics import LEVEL, Pair, seeds_needed

_SIZES = ((0.56, "negligible"), (0.64, "small"), (0.71, "medium"))
"""Vargha and Delaney's limits of Â₁₂ (2000)."""


def effect(superiority: float) -> str:
    """Name the size of an effect: ``large`` where a run of one strategy nearly always beats one of the other."""
    larger = max(superiority, 1 - superiority)
    return next((word for limit, word in _SIZES if larger < limit), "large")


def verdict(pair: Pair, pairs: int, unit: str = "") -> str:
    """Say in a sentence what the comparison of two strategies shows.

    Parameters
    ----------
    pairs
        How many pairs were tested together.
    unit
        What the values are, e.g. ``accuracy``.
    """
    of = f" in {unit}" if unit else ""
    size = f"mean difference {pair.difference:+.4f}{of}"
    if pair.p_holm is None:
        return f"{pair.first} against {pair.second}: {size}; one seed, so nobody knows whether that is luck"
    if pair.wins == pair.losses == 0:
        return f"{pair.first} and {pair.second}: the same on every seed"
    if pair.significant:
        return _difference(pair, of)
    return f"{pair.first} and {pair.second}: no difference beyond seed noise ({size}, {_limits(pair, pairs)})"


def _difference(pair: Pair, of: str) -> str:
    """Say which is better, from its own view; the test goes by ranks, with which the mean need not agree."""
    better, worse, superiority = pair.first, pair.second, pair.superiority
    mean, won, lost = pair.difference, pair.wins, pair.losses
    if pair.rank_biserial < 0:
        better, worse, superiority = worse, better, 1 - superiority
        mean, won, lost = -mean, lost, won
    tail = (
        f"on {won} of {pair.seeds} seeds, Holm p {pair.p_holm:.3f}; {effect(superiority)} effect: one of its runs "
        f"beats one of the other's in {superiority:.0%} of all pairings)"
    )
    if mean > 0:
        return f"{better} is better than {worse} (by {mean:+.4f}{of} in the mean, {tail}"
    more = "wins more often than" if won > lost else "wins by higher ranks than"
    return f"{better} {more} {worse}, though the mean is the other way ({mean:+.4f}{of} in the mean, better {tail}"


def _limits(pair: Pair, pairs: int) -> str:
    tested = f"Holm p {pair.p_holm:.2f}"
    if pair.detectable is None or not math.isfinite(pair.detectable):
        return f"{tested}; {pair.seeds} seeds cannot show one, however large: {seeds_needed(pairs)} at least could"
    return f"{tested}; one of about {pair.detectable:.2g} would have been found four times in five"


def outlook(seeds: int, strategies: int) -> str | None:
    """Say beforehand what so many seeds cannot show; None where they can show something."""
    pairs = strategies * (strategies - 1) // 2
    if seeds == 1:
        return "one seed only: no statistics possible, for nothing tells a difference from luck; try --seeds 5 or more"
    needed = seeds_needed(pairs)
    if seeds >= needed:
        return None
    return (
        f"{seeds} seeds cannot show a difference at {LEVEL:.0%} among {strategies} strategies "
        f"({pairs} pair{'s' * (pairs > 1)}, Holm): {needed} at least could"
    )
