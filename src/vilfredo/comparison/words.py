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
    if pair.significant:
        better, worse, superiority = pair.first, pair.second, pair.superiority
        won = f"{pair.wins} of {pair.seeds}"
        if pair.rank_biserial < 0:
            better, worse, superiority = worse, better, 1 - superiority
            won = f"{pair.losses} of {pair.seeds}"
        return (
            f"{better} is better than {worse} (by {abs(pair.difference):.4f}{of} in the mean, on {won} seeds, Holm p "
            f"{pair.p_holm:.3f}; {effect(superiority)} effect: one of its runs beats one of the other's in "
            f"{superiority:.0%} of all pairings)"
        )
    return f"{pair.first} and {pair.second}: no difference beyond seed noise ({size}, {_limits(pair, pairs)})"


def _limits(pair: Pair, pairs: int) -> str:
    tested = f"Holm p {pair.p_holm:.2f}"
    if pair.detectable is None or not math.isfinite(pair.detectable):
        return f"{tested}; {pair.seeds} seeds cannot show one, however large: {seeds_needed(pairs)} at least could"
    return f"{tested}; one below about {pair.detectable:.2g} would mostly have been missed"


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
