"""A comparison as tables and sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

from vilfredo.cli.output import stdout, table

_TOLD = ("validation", "hypervolume", "test")
"""Metrics whose comparisons are told in sentences; the others are in the JSON."""


def print_comparison(found: Mapping[str, Any]) -> None:
    """Print what a comparison found, as its JSON has it."""
    for data in found["data"]:
        _print_data(data, found["seeds"])
    if found["outlook"]:
        stdout.print(f"\n{found['outlook']}", markup=False)
    if found["overall"]:
        _print_overall(found["overall"], found["data"][0]["metrics"])


def _print_data(data: Mapping[str, Any], seeds: int) -> None:
    metrics: Mapping[str, Any] = data["metrics"]
    shown = [name for name in metrics if any(value is not None for value in metrics[name]["mean"].values())]
    headings = {
        "validation": f"validation {data['score']}",
        "hypervolume": "hypervolume",
        "anytime": "anytime",
        "igd_plus": "IGD+",
        "test": f"test {data['score']}",
    }
    columns = [("strategy", "left"), ("networks", "right"), ("failed", "right"), ("device-seconds", "right")]
    columns += [(headings[name], "right") for name in shown]
    rows = [[name, *_counts(data, name), *(_figure(metrics[one], name) for one in shown)] for name in data["spaces"]]
    title = f"{data['name']}: mean{' ± deviation' if seeds > 1 else ''} of {seeds} run{'s' * (seeds > 1)}"
    stdout.print()
    stdout.print(table(columns, rows, title))
    for note in data["notes"]:
        stdout.print(f"  {note}", markup=False)
    for name in _TOLD:
        pairs: Sequence[Mapping[str, Any]] = metrics[name]["pairs"]
        if pairs:
            stdout.print(f"\n{metrics[name]['title']}:", markup=False)
            for line in _verdicts(pairs):
                stdout.print(f"  {line}", markup=False)


def _verdicts(pairs: Sequence[Mapping[str, Any]]) -> list[str]:
    """A sentence for each pair; one for all of them where no difference could have been found."""
    if any(pair["detectable"] is not None for pair in pairs):
        return [pair["verdict"] for pair in pairs]
    means = (f"{pair['first']} − {pair['second']} {pair['difference']:+.4f}" for pair in pairs)
    return [f"no difference beyond seed noise: too few seeds to show any; mean differences {', '.join(means)}"]


def _counts(data: Mapping[str, Any], strategy: str) -> list[str]:
    runs = [run for run in data["runs"] if run["strategy"] == strategy]
    means = (
        sum(run["trained"] for run in runs) / len(runs),
        sum(run["failed"] for run in runs) / len(runs),
        sum(run["device_seconds"]["total"] for run in runs) / len(runs),
    )
    return [f"{value:.1f}" for value in means]


def _figure(metric: Mapping[str, Any], strategy: str) -> str:
    mean, deviation = metric["mean"][strategy], metric["deviation"][strategy]
    if mean is None:
        return "–"
    return f"{mean:.4f}" if deviation is None else f"{mean:.4f} ± {deviation:.4f}"


def _print_overall(overall: Mapping[str, Any], metrics: Mapping[str, Any]) -> None:
    for name in _TOLD:
        if name not in overall:
            continue
        ranking = overall[name]
        ranks = ", ".join(f"{strategy} {rank:.2f}" for strategy, rank in ranking["ranks"].items())
        p = ranking["friedman_p"]
        stdout.print(
            f"\nmean ranks over {ranking['datasets']} data sets, {metrics[name]['title']}: {ranks}; "
            f"critical difference {ranking['critical_difference']:.2f}{'' if p is None else f', Friedman p {p:.3f}'}",
            markup=False,
        )
        told = [f"  not told apart: {', '.join(group)}" for group in ranking["groups"]]
        for line in told or ["  all are told apart"]:
            stdout.print(line, markup=False)
