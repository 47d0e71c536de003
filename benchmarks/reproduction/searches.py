"""Table 6 of POPNASv3: networks trained, search time and best accuracies, POPNASv3 against PNAS and others."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from benchmarks.reproduction.searched import Searched, accuracies
from benchmarks.reproduction.table import Entry, Table
from vilfredo.strategies.pnas import Pnas
from vilfredo.strategies.popnas_v3 import PopnasV3

FIRST_CHOICE = 2
"""Blocks from which strategies differ: smaller cells are all trained by all but random search."""


def search_table(searches: Sequence[Searched]) -> Table:
    """Means over the seeds, by data and strategy; in brackets what regards cells of two blocks and more."""
    rows: list[list[Entry]] = []
    for data, strategy, found in _groups(searches):
        networks = _both(found, lambda s: len(s.trained()), lambda s: len(s.trained(FIRST_CHOICE)), "{:.0f}".format)
        time = _both(found, lambda s: s.seconds, lambda s: s.seconds_from(FIRST_CHOICE), "{:.0f} s".format)
        top, top_5 = (_mean(found, partial(_top, count=count)) for count in (1, 5))
        tests = [s.test for s in found if s.test is not None]
        test = float(np.mean(tests)) if tests else None
        rows.append([data, strategy, len(found), networks, top, top_5, test, time])
    columns = [("data", ""), ("strategy", ""), ("seeds", "d"), ("networks", ""), ("top accuracy", ".4f")]
    columns += [("top-5", ".4f"), ("test", ".4f"), ("search time", "")]
    return Table("v3-table-6", columns, rows)


def ratio_table(searches: Sequence[Searched]) -> Table:
    """How many times as much PNAS takes as POPNASv3, on the seeds that both have, and how the accuracies differ."""
    rows: list[list[Entry]] = []
    for data in dict.fromkeys(search.data for search in searches):
        ours, theirs = (
            {s.seed: s for s in searches if (s.data, s.strategy) == (data, name)} for name in (PopnasV3.name, Pnas.name)
        )
        seeds = sorted(ours.keys() & theirs.keys())
        if not seeds:
            continue
        pairs = [(ours[seed], theirs[seed]) for seed in seeds]
        ratios: list[Entry] = [
            _ratio(pairs, lambda s: len(s.trained())),
            _ratio(pairs, lambda s: len(s.trained(FIRST_CHOICE))),
            _ratio(pairs, lambda s: s.seconds),
            _ratio(pairs, lambda s: s.seconds_from(FIRST_CHOICE)),
        ]
        gains: list[Entry] = [float(np.mean([_top(a, n) - _top(b, n) for a, b in pairs])) for n in (1, 5)]
        rows.append([data, len(seeds), *ratios, *gains])
    columns = [("data", ""), ("seeds", "d"), ("networks", ".2f"), ("networks, b ≥ 2", ".2f")]
    columns += [("time", ".2f"), ("time, b ≥ 2", ".2f"), ("top accuracy, v3 - PNAS", "+.4f"), ("top-5", "+.4f")]
    return Table("v3-table-6-ratios", columns, rows)


def _groups(searches: Sequence[Searched]) -> list[tuple[str, str, list[Searched]]]:
    keys = dict.fromkeys((search.data, search.strategy) for search in searches)
    return [(*key, [search for search in searches if (search.data, search.strategy) == key]) for key in keys]


def _top(search: Searched, count: int) -> float:
    best = accuracies(search.trained(1))[:count]
    return float(best.mean()) if len(best) else float("nan")


def _mean(found: Sequence[Searched], value: Callable[[Searched], float]) -> float:
    return float(np.mean([value(search) for search in found]))


def _both(
    found: Sequence[Searched],
    whole: Callable[[Searched], float],
    part: Callable[[Searched], float],
    write: Callable[[float], str],
) -> str:
    return f"{write(_mean(found, whole))} ({write(_mean(found, part))})"


def _ratio(pairs: Sequence[tuple[Searched, Searched]], value: Callable[[Searched], float]) -> float:
    """Of the sums over the seeds; NaN where ours is nothing."""
    ours, theirs = (sum(value(pair[place]) for pair in pairs) for place in (0, 1))
    return theirs / ours if ours else float("nan")
