"""``vilfredo baseline``: what one would otherwise pick, next to what a search has found."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from vilfredo.baselines.comparison import Comparison
from vilfredo.baselines.keeping import BASELINES, keep
from vilfredo.baselines.model import Baseline, baselines, find_baseline
from vilfredo.baselines.row import Row
from vilfredo.cli.data_options import Categorical, Ignore, Resize, Samples, Target, Task, reading_options
from vilfredo.cli.output import print_json, stderr, stdout, table
from vilfredo.cli.parsing import parse_columns
from vilfredo.errors import InputError
from vilfredo.search.adaptation import adapt, changed
from vilfredo.search.presets import preset
from vilfredo.search.recorded import RecordedRun
from vilfredo.search.settings import resolve
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.open import open_dataset
from vilfredo.training.settings import TrainingSettings
from vilfredo.trials import as_fraction
from vilfredo.wording import duration, quantity, seconds_short


def baseline(
    data: Annotated[str | None, typer.Argument(help="As for `vilfredo search`; not needed with --run.")] = None,
    run: Annotated[Path | None, typer.Option(help="Folder of a run whose front to show beside them.")] = None,
    only: Annotated[str | None, typer.Option(help="Names of baselines, separated by commas.")] = None,
    test: Annotated[
        bool, typer.Option("--test", help="Score on the test part too. Look once, at the end: it is for judging.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of the split and of all that is random.  [default: 0]")
    ] = None,
    task: Task = None,
    target: Target = None,
    ignore: Ignore = None,
    categorical: Categorical = None,
    samples: Samples = None,
    resize: Resize = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Train what one would otherwise pick, on the split of a search, and compare."""
    if run is not None:
        if data is not None:
            raise InputError("baseline: give DATA or --run, not both: a run knows its data.")
        if any(value is not None for value in (seed, task, target, ignore, categorical, samples, resize)):
            raise InputError("baseline: a run knows its seed and how its data are read. Leave those options out.")
        recorded = RecordedRun.of(run)
        settings, dataset = recorded.planned, recorded.open_data()
    elif data is not None:
        dataset = open_dataset(**reading_options(data, task, target, ignore, categorical, samples, resize))
        settings = resolve(preset("quick", dataset.task), {"seed": seed or 0})
        adaptation = adapt(settings, dataset)
        settings = changed(settings, adaptation.changes)
        for note in (*dataset.notes, *adaptation.notes):
            stderr.print(f"  {note}", markup=False)
    else:
        raise InputError("baseline: say on which data, e.g. `vilfredo baseline wine`, or beside which run: --run DIR.")
    models = _chosen(only, dataset.task)
    comparison = Comparison.of(settings, dataset, test)
    rows = comparison.front(run) if run is not None else []
    rows += _fit(comparison, models)
    if run is not None:
        _keep(run, rows)
    if as_json:
        print_json(_as_json(rows, dataset, comparison, run))
        return
    stdout.print(_table(rows, settings.training, test))
    for row in rows:
        if row.reason:
            stdout.print(f"{row.name}: not run: {row.reason}", markup=False)
    if not test:
        stdout.print(f"\non the {len(comparison.samples.y_val)} validation samples; --test: on the test part too")


def _chosen(only: str | None, task: str) -> list[type[Baseline]]:
    known = baselines(task)
    if only is None:
        return list(known.values())
    chosen = [find_baseline(name) for name in parse_columns(only)]
    for model in chosen:
        if model.name not in known:
            raise InputError(
                f"baseline: '{model.name}' is not for data of the kind '{task}'. Choose among: {', '.join(known)}."
            )
    return chosen


def _fit(comparison: Comparison, models: Sequence[type[Baseline]]) -> list[Row]:
    rows: list[Row] = []
    with stderr.status("") as status:
        for model in models:
            status.update(f"{model.name} … ({len(rows)} of {len(models)} done)")
            rows.append(comparison.row(model))
    return rows


def _keep(run: Path, rows: Sequence[Row]) -> None:
    try:
        keep(run, rows)
    except OSError as error:
        stderr.print(f"not kept in {run / BASELINES} for the report: {error.strerror}", markup=False)


def _table(rows: Sequence[Row], training: TrainingSettings, test: bool) -> Table:
    columns = [("", "left"), ("validation accuracy", "right"), ("balanced", "right"), ("macro F1", "right")]
    columns += [("NLL", "right"), *([("test accuracy", "right"), ("test NLL", "right")] if test else [])]
    columns += [("params", "right"), ("time", "right"), ("architecture", "left")]
    score = training.score

    def rank(row: Row) -> float:
        return -as_fraction(score, row.validation[score]) if score in row.validation else 1.0

    ranked = sorted(rows, key=rank)
    return table(columns, [_cells(row, test) for row in ranked if not row.reason])


def _cells(row: Row, test: bool) -> list[str]:
    tested: Mapping[str, float] = row.test or {}
    shown = [row.name, *(_figure(row.validation.get(name)) for name in ("accuracy", "balanced_accuracy", "macro_f1"))]
    shown.append(_figure(row.validation.get("nll"), ".3f"))
    if test:
        shown += [_figure(tested.get("accuracy")), _figure(tested.get("nll"), ".3f")]
    shown.append("" if row.parameters is None else quantity(row.parameters))
    shown.append(_time(row))
    return [*shown, row.architecture]


def _time(row: Row) -> str:
    if row.epoch_seconds is not None:
        return f"{seconds_short(row.epoch_seconds)}/epoch"
    if row.seconds is None:
        return ""
    return f"{row.seconds:.1f} s" if row.seconds < 90 else duration(row.seconds)


def _figure(value: float | None, form: str = ".4f") -> str:
    return "–" if value is None else format(value, form)


def _as_json(rows: Sequence[Row], dataset: Dataset, comparison: Comparison, run: Path | None) -> dict[str, Any]:
    return {
        "data": dataset.name,
        "task": dataset.task,
        "run": None if run is None else str(run),
        "training_samples": len(comparison.samples.y_train),
        "validation_samples": len(comparison.samples.y_val),
        "test_samples": len(dataset.y_test),
        "rows": [asdict(row) for row in rows],
    }
