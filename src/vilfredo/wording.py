"""Values as people read them: time spans, counts, objectives with their units."""

from collections.abc import Mapping
from typing import Any

from vilfredo.trials import SCORES

_LETTERS = {"motifs": "M", "normal_cells": "N", "filters": "F"}


def duration(seconds: float | None) -> str:
    """A time span as people say it: ``45 s``, ``12 min``, ``3 h 20 min``."""
    if seconds is None:
        return "?"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def quantity(value: float) -> str:
    """A number with a unit prefix: ``542k``, ``1.31M``."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if abs(value) >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"


def seconds_short(value: float) -> str:
    """A training time per epoch: ``0.21 s``."""
    return f"{value:.3g} s"


def objective_text(name: str, value: float | None) -> str:
    """An objective's value for people; a dash where it wasn't measured."""
    if value is None:
        return "–"
    if name == "latency":
        return f"{value * 1000:.3g} ms"
    if name == "training_time":
        return seconds_short(value)
    if name in SCORES:
        return f"{value:.3f}" if name == "nll" else f"{value:.4f}"
    return quantity(value)


def sizes_text(network: Mapping[str, Any]) -> str:
    """Sizes of a macro-architecture that are other than in the search, in the papers' letters: ``N2 F16``."""
    return " ".join(f"{_LETTERS.get(name, name)}{value}" for name, value in network.items())
