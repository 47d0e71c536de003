"""What the figures and sections call things: scores on axes, numbers of things."""

from collections.abc import Mapping
from typing import Any

from vilfredo.report.charts.chart import Axis
from vilfredo.report.charts.spelling import told
from vilfredo.trials import MAXIMISED
from vilfredo.wording import duration, objective_text

_TIMES = ("training_time", "latency")
_SCORES = {
    "accuracy": "validation accuracy",
    "balanced_accuracy": "balanced validation accuracy",
    "macro_f1": "macro F1 score in validation",
    "nll": "negative log-likelihood in validation",
}


def score_label(score: str) -> str:
    """What a score is called on an axis, and which way is better where that isn't up."""
    label = _SCORES.get(score, score.replace("_", " "))
    return label if score in MAXIMISED else f"{label} (less is better)"


def score_axis(score: str) -> Axis:
    """Make the axis of a score: fractions of samples, or a number of which less is better."""
    return Axis(score_label(score), "fraction" if score in MAXIMISED else "number")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A number of things: ``1 network``, ``12 networks``, ``1,200 boxes``."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def was(number: int) -> str:
    """The verb after a number of things."""
    return "was" if number == 1 else "were"


def percent(share: float, decimals: int = 0) -> str:
    """A share within a sentence: ``63 %``."""
    return f"{100 * share:.{decimals}f} %"


def span(seconds: float) -> str:
    """A time span within a sentence: ``78.1 ms``, ``2.1 s``, ``45 s``, ``12 min``."""
    return told(seconds, "seconds") if seconds < 10 else duration(seconds)


def objective(name: str, value: float | None) -> str:
    """An objective's value with its unit, times in ms or µs as the axes have them; a dash where it wasn't measured."""
    return told(value, "seconds") if name in _TIMES and value is not None else objective_text(name, value)


def beginning(text: str, longest: int = 60) -> str:
    """A name as far as there is room for it."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def machine(environment: Mapping[str, Any]) -> str:
    """What a run was searched on, as far as it says so: ``AMD EPYC (cpu), 2 cores``."""
    kind, cores = environment.get("device_kind"), environment.get("cores")
    return f"{environment['device']}{f' ({kind})' if kind else ''}{', ' + counted(cores, 'core') if cores else ''}"
