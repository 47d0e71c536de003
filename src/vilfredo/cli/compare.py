"""``vilfredo compare``: strategies side by side, with statistics."""

import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from vilfredo.cli.compare_tables import print_comparison
from vilfredo.cli.data_options import Categorical, Ignore, Resize, Samples, Target, Task, reading_options
from vilfredo.cli.interrupts import INTERRUPTED, interruptible
from vilfredo.cli.output import print_json, stderr, stdout
from vilfredo.cli.parsing import parse_columns
from vilfredo.cli.progress import progress
from vilfredo.cli.search_flags import search_flags
from vilfredo.comparison.compare import Watch
from vilfredo.comparison.compare import compare as conduct_comparison
from vilfredo.comparison.figures import picture
from vilfredo.comparison.folder import PICTURE, Folder, Tested
from vilfredo.comparison.materials import open_material
from vilfredo.comparison.plan import Plan, chosen_strategies
from vilfredo.comparison.planning import Request, joined, make_plan
from vilfredo.comparison.remarks import remarks
from vilfredo.comparison.runs import Run
from vilfredo.comparison.words import outlook
from vilfredo.durations import parse_duration
from vilfredo.errors import InputError, RunError
from vilfredo.search.events import Observe, ignore
from vilfredo.search.landscape import SCHEME
from vilfredo.search.landscapes import is_landscape
from vilfredo.search.settings import read_file
from vilfredo.wording import duration

Text = str | None
_DEFAULT_STRATEGIES = "popnas-v3,pnas,random"


def compare(
    data: Annotated[
        list[str], typer.Argument(help="As for `vilfredo search`, or landscape:NAME; several for ranks over data sets.")
    ],
    strategies: Annotated[
        str, typer.Option(help="Names, separated by commas; random is always among them.")
    ] = _DEFAULT_STRATEGIES,
    seeds: Annotated[int, typer.Option(min=1, help="Runs of each strategy on each data set.")] = 5,
    budget: Annotated[str, typer.Option(help="Time of each run, e.g. 10m.")] = "10m",
    finalist_seeds: Annotated[
        int,
        typer.Option(min=0, help="Times that the best network of each run is trained again and tested; 0 for none."),
    ] = 3,
    out: Annotated[Path | None, typer.Option(help="Folder.  [default: comparisons/NAME OF THE DATA]")] = None,
    preset_name: Annotated[Text, typer.Option("--preset", help="Settings to start from.  [default: quick]")] = None,
    settings_file: Annotated[Path | None, typer.Option("--settings", help="TOML file laid over the preset.")] = None,
    time_source: Annotated[Text, typer.Option(help="measured, or flops.")] = None,
    operators: Annotated[Text, typer.Option(help="Operators of the space, separated by commas.")] = None,
    blocks: Annotated[int | None, typer.Option(help="Most blocks in a cell.")] = None,
    layers: Annotated[int | None, typer.Option(help="Most hidden layers, for tables.")] = None,
    score: Annotated[Text, typer.Option(help="As for `vilfredo search`.  [default: accuracy]")] = None,
    epochs: Annotated[int | None, typer.Option(help="Epochs per candidate.")] = None,
    threads: Annotated[int | None, typer.Option(help="CPU threads per training.  [default: 1]")] = None,
    workers: Annotated[int | None, typer.Option(help="Candidates trained at a time.")] = None,
    executor: Annotated[Text, typer.Option(help="processes or local.  [default: processes]")] = None,
    task: Task = None,
    target: Target = None,
    ignore: Ignore = None,
    categorical: Categorical = None,
    samples: Samples = None,
    resize: Resize = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object at the end.")] = False,
) -> None:
    """Compare strategies on the same data, trainer and budget, with several seeds and statistics."""
    names, added = chosen_strategies(parse_columns(strategies))
    flags = search_flags(None, None, time_source, operators, blocks, layers, score, epochs, threads)
    files = [read_file(settings_file)] if settings_file else []
    request = Request(names, parse_duration(budget), preset_name or "quick", [*files, flags], executor, workers)
    reading = reading_options(None, task, target, ignore, categorical, samples, resize)
    del reading["source"]
    folder = Folder(out or _default_folder(data))
    folder.check()
    _check_reading(data, reading)
    materials = [(source, open_material(source, reading)) for source in dict.fromkeys(data)]
    before = folder.plan()
    if before is not None:
        stderr.print("the comparison goes on where it was")
    elif not all(is_landscape(source) for source in data):
        stderr.print("a short trial comes first …")
    plan = make_plan(request, materials, before)
    folder.keep_plan(joined(before, plan))
    _announce(plan, folder, seeds, finalist_seeds, added)
    by_name = {subject.name: material for subject, (_, material) in zip(plan.subjects, materials, strict=True)}
    with interruptible() as interrupted:
        watch = Watch(_watched, _tested)
        found = conduct_comparison(plan, folder, by_name, seeds, finalist_seeds, watch, interrupted)
    if found is None:
        stderr.print(f"interrupted; go on by the same command: {shlex.join(['vilfredo', *sys.argv[1:]])}", markup=False)
        raise typer.Exit(INTERRUPTED)
    _draw(found, folder)
    if as_json:
        print_json(found)
        return
    print_comparison(found)
    stdout.print(f"\nall figures   {folder.path / 'comparison.json'}", markup=False)
    stdout.print(f"as a picture  {folder.path / PICTURE}", markup=False)


def _check_reading(sources: Sequence[str], reading: Mapping[str, Any]) -> None:
    given = [name for name, value in reading.items() if value is not None]
    if given and all(is_landscape(source) for source in sources):
        raise InputError(f"{given[0]}: landscapes are as they were recorded. Leave --{given[0]} out.")


def _default_folder(sources: Sequence[str]) -> Path:
    names = []
    for source in dict.fromkeys(sources):
        name = Path(source.removeprefix(SCHEME)).resolve().name.split(".")[0] or "data"
        names.append(f"{name}-recorded" if is_landscape(source) else name)
    return Path("comparisons") / "-".join(names)


def _announce(plan: Plan, folder: Folder, seeds: int, finalist_seeds: int, added: bool) -> None:
    """Say what will be done, and what it cannot show."""
    if added:
        stderr.print("random is compared with too, as always")
    for subject in plan.subjects:
        trainer = subject.trainer
        stderr.print(
            f"{subject.name}: {trainer.epochs} epoch{'s' * (trainer.epochs > 1)} per candidate, {trainer.precision}, "
            f"{subject.workers} worker{'s' * (subject.workers > 1)} ({subject.executor}), {subject.device}",
            markup=False,
        )
        for remark in remarks(subject):
            stderr.print(f"  {remark}", markup=False)
    live = sum(not subject.replayed for subject in plan.subjects)
    count = len(plan.strategies) * seeds
    then = f", then the finalists {finalist_seeds} times each" if finalist_seeds and live else ""
    longest = f": {duration(live * count * plan.budget)} at most" if live else ", replayed"
    stderr.print(
        f"{len(plan.subjects) * count} runs ({len(plan.strategies)} strategies, {seeds} seed{'s' * (seeds > 1)}) of "
        f"{plan.budget:g} s{longest}{then}; folder {folder.path}",
        markup=False,
    )
    if words := outlook(seeds, len(plan.strategies)):
        stderr.print(words, markup=False)


@contextmanager
def _watched(run: Run, number: int, count: int) -> Iterator[Observe]:
    stderr.print(f"run {number} of {count}: {run.strategy} on {run.subject.name}, seed {run.seed}", markup=False)
    if run.subject.replayed:  # over before anybody could read what it does
        yield ignore
        return
    with progress() as observe:
        yield observe


def _tested(tested: Tested) -> None:
    result = tested.reason or f"test accuracy {tested.test['accuracy']:.4f}"
    stderr.print(f"  finalist, seed {tested.seed}: {result}  |  {tested.architecture}", markup=False)


def _draw(found: Mapping[str, Any], folder: Folder) -> None:
    try:
        picture(found, folder.path / PICTURE)
    except OSError as error:
        raise RunError(f"compare: '{folder.path / PICTURE}' cannot be written ({error.strerror}).") from None
