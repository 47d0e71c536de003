"""What came after the search: model selection, the last training, the test, and the model."""

import math
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from vilfredo.bundle.calibration import Bin
from vilfredo.bundle.report import TestReport
from vilfredo.deploy.kept import Kept, Metrics
from vilfredo.report.charts.chart import Axis, Chart, Line, Numbers, Points, Rule, Symbol
from vilfredo.report.charts.svg import svg
from vilfredo.report.page.templates import fill
from vilfredo.report.sections import Chapter
from vilfredo.report.view import RunView
from vilfredo.report.words import beginning, counted, objective, percent
from vilfredo.trials import Epoch
from vilfredo.wording import quantity, sizes_text

CHAPTER: Chapter = "got"
ORDER = 50
TITLE = "After the search: the model"

_MOST_RANKED = 12
_MOST_CONFUSED = 5
_FEW_ANSWERS = 10
"""In a bin, of which a share of right ones says little."""


def html(view: RunView) -> Markup:
    """Return what deployments have done; nothing where there was none."""
    if not view.deployments:
        return Markup("")
    return fill(
        "model",
        deployments=[_facts(one, view) for one in view.deployments],
        several=len(view.deployments) > 1,
        score=view.score,
        test_samples=view.description["data"]["test_samples"],
    )


def _facts(kept: Kept, view: RunView) -> dict[str, Any]:
    return {
        "kept": kept,
        "tested": kept.tested,
        "confused": [] if kept.tested is None else _confused(kept.tested),
        "chosen": "" if kept.training is None else kept.training.candidate.architecture,
        "sizes": "" if kept.training is None else sizes_text(kept.training.candidate.network),
        "ranking": _ranking(kept, view.score),
        "left_out": max(0, len(kept.ranking) - _MOST_RANKED),
        "panels": [{"picture": svg(chart, 400, 280), "note": chart.note} for chart in _charts(kept)],
        "latency": _latency(kept.metrics),
        "exports": kept.metrics.exports,
    }


def _ranking(kept: Kept, score: str) -> list[dict[str, str]]:
    rows = []
    for measurement in kept.ranking[:_MOST_RANKED]:
        candidate, values = kept.candidate_of(measurement), measurement.objectives
        rows.append(
            {
                "score": objective(score, values.get(score)),
                "time": objective("training_time", values.get("training_time")),
                "latency": objective("latency", values.get("latency")),
                "parameters": objective("parameters", values.get("parameters")),
                "sizes": sizes_text(candidate.network) if candidate else "",
                "architecture": measurement.architecture,
            }
        )
    return rows


def _charts(kept: Kept) -> list[Chart]:
    charts = []
    if kept.training is not None:
        selection = kept.training.measurement.curve if kept.training.measurement else ()
        charts.append(_losses(kept.training.curve, selection))
    if kept.tested is not None:
        charts.append(_calibration(kept.tested))
    return charts


def _losses(final: Sequence[Epoch], selection: Sequence[Epoch]) -> Chart:
    lines = [
        Line(*_loss_by_epoch(selection), "in model selection", "grey", dashed=True) if selection else None,
        Line(*_loss_by_epoch(final), "last training", "blue") if final else None,
    ]
    note = "On all training samples; with no validation part left, the loss is all there is to see."
    layers = tuple(line for line in lines if line is not None)
    return Chart("The last training", Axis("epoch", "count"), Axis("training loss"), layers, note)


def _loss_by_epoch(curve: Sequence[Epoch]) -> tuple[Numbers, Numbers]:
    return tuple(float(epoch.epoch) for epoch in curve), tuple(epoch.training_loss for epoch in curve)


def _calibration(tested: TestReport) -> Chart:
    layers = (
        _answers([one for one in tested.bins if one.count >= _FEW_ANSWERS], "answers of one confidence", "dot"),
        _answers([one for one in tested.bins if 0 < one.count < _FEW_ANSWERS], "fewer than ten answers", "ring"),
    )
    direction = "less" if _overconfident(tested) else "more"
    note = (
        f"On average the two differ by {tested.calibration_error:.2f}; the model is {direction} often right than it "
        "believes. Points on the line: it is right exactly as often as it says."
    )
    axes = (Axis("confidence", "fraction", low=0, high=1), Axis("share of right answers", "fraction", low=0, high=1))
    return Chart("Does it know what it knows?", *axes, (Rule(label="perfect"), *(one for one in layers if one.x)), note)


def _answers(bins: Sequence[Bin], name: str, symbol: Symbol) -> Points:
    filled = [
        (one, one.confidence, one.accuracy) for one in bins if one.confidence is not None and one.accuracy is not None
    ]
    tips = tuple(
        f"{counted(one.count, 'answer')} of confidence {one.low:.2f} to {one.high:.2f}\n"
        f"{percent(accuracy, 1)} of them right"
        for one, _, accuracy in filled
    )
    x, y = tuple(confidence for _, confidence, _ in filled), tuple(accuracy for _, _, accuracy in filled)
    return Points(x, y, name, "orange", symbol, 5, tips)


def _overconfident(tested: TestReport) -> bool:
    return math.fsum(one.count * ((one.confidence or 0) - (one.accuracy or 0)) for one in tested.bins) > 0


def _confused(tested: TestReport) -> list[tuple[str, str, int, float]]:
    """True label, label that was answered, how often, and in which share of the samples; the most frequent first."""
    labels = list(map(beginning, tested.labels))
    known = [
        one for one in tested.confused if 0 <= min(one.true, one.answered) <= max(one.true, one.answered) < len(labels)
    ]
    return [(labels[one.true], labels[one.answered], one.count, one.share) for one in known[:_MOST_CONFUSED]]


def _latency(metrics: Metrics) -> list[tuple[str, list[tuple[int, str, str]]]]:
    """By what answers: batch size, time of a batch, samples per second."""
    return [
        (name, [(row.batch, objective("latency", row.seconds), quantity(row.samples_per_second)) for row in rows])
        for name, rows in metrics.latency.items()
    ]
