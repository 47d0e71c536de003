"""Results as JSON knows them: everything that a table or a figure shows."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from vilfredo.comparison.indicators import REFERENCE, pooled_front
from vilfredo.comparison.results import Metric, Outcome, Results, metrics
from vilfredo.comparison.statistics import Pair
from vilfredo.comparison.words import effect, verdict
from vilfredo.pareto import Points
from vilfredo.trials import MAXIMISED


def as_plain(results: Results, notes: Sequence[str] = ()) -> dict[str, Any]:
    """Everything of one data set that a table or a figure shows, as JSON knows it; see docs/compare.md."""
    subject = results.outcomes[0].run.subject
    score = results.score
    return {
        "name": subject.name,
        "source": subject.source,
        "task": subject.task,
        "recorded": subject.replayed,
        "score": score,
        "trainer": subject.trainer.model_dump(mode="json"),
        "spaces": {name: subject.settings(name, 0).to_table()["space"] for name in results.strategies},
        "notes": list(notes),
        "front": _front(results.pooled),
        "box": {"low": list(results.box.low), "high": list(results.box.high), "reference": REFERENCE},
        "runs": [_run(results, outcome) for outcome in results.outcomes],
        "metrics": {metric.name: _metric(results, metric) for metric in metrics(score)},
    }


def _front(points: Points) -> dict[str, list[float]]:
    return {"loss": points[:, 0].tolist(), "training_time": (10 ** points[:, 1]).tolist()}


def _run(results: Results, outcome: Outcome) -> dict[str, Any]:
    trace, best = outcome.trace, outcome.trace.best
    scored, area = results.best_curve(outcome), results.area_curve(outcome)
    sign = 1.0 if results.score in MAXIMISED else -1.0
    return {
        "strategy": outcome.run.strategy,
        "seed": outcome.run.seed,
        "folder": str(outcome.run.folder),
        "ending": outcome.ending,
        "trained": sum(m.outcome == "complete" for m in trace.measurements),
        "failed": sum(m.outcome != "complete" for m in trace.measurements),
        "wall_seconds": trace.spent,
        "device_seconds": dict(trace.seconds),
        "best": None if best is None else {"architecture": best.architecture, **best.objectives},
        "front": _front(pooled_front([trace.points])),
        "curves": {
            "score": {"seconds": scored.cost.tolist(), "value": (sign * scored.value).tolist()},
            "hypervolume": {"seconds": area.cost.tolist(), "value": area.value.tolist()},
        },
        "test": outcome.test,
    } | {metric.name: results.value(outcome, metric.name) for metric in metrics(results.score) if metric.name != "test"}


def _metric(results: Results, metric: Metric) -> dict[str, Any]:
    values = {name: [results.value(one, metric.name) for one in results.of(name)] for name in results.strategies}
    pairs = results.pairs(metric)
    compared = results.complete(metric)
    paired = {name: [row[place] for place in compared] for name, row in values.items()}
    return {
        "title": metric.title,
        "maximised": metric.maximised,
        "values": values,
        "mean": {name: _mean(row) for name, row in paired.items()},
        "deviation": {name: _deviation(row) for name, row in paired.items()},
        "pairs": [_pair(pair, len(pairs)) for pair in pairs],
    }


def _pair(pair: Pair, pairs: int) -> dict[str, Any]:
    # JSON knows no infinity: what no number of such differences could show is null.
    finite = pair.detectable is not None and math.isfinite(pair.detectable)
    more = {"significant": pair.significant, "effect": effect(pair.superiority), "verdict": verdict(pair, pairs)}
    return {**asdict(pair), "detectable": pair.detectable if finite else None, **more}


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _deviation(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.std(known, ddof=1)) if len(known) > 1 else None
