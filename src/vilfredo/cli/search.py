"""``vilfredo search``."""

import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from vilfredo import cli
from vilfredo.cli.data_options import Categorical, Ignore, Resize, Samples, Target, Task, reading_options
from vilfredo.cli.interrupts import INTERRUPTED, interruptible
from vilfredo.cli.output import front_table, print_json, stderr, stdout
from vilfredo.cli.progress import progress
from vilfredo.cli.replaying import announce, begin_in, open_landscape, reopen_in, replays, settings_in
from vilfredo.cli.runs import quality_lines
from vilfredo.cli.search_flags import search_flags
from vilfredo.cli.tracking import Track, chosen_trackers, say_where, warn
from vilfredo.durations import parse_duration
from vilfredo.errors import InputError
from vilfredo.search.adaptation import adapt
from vilfredo.search.evaluation import Evaluator
from vilfredo.search.execution import crew as choose_crew
from vilfredo.search.landscape import SCHEME
from vilfredo.search.landscapes import is_landscape
from vilfredo.search.loop import Ending
from vilfredo.search.presets import preset, preset_tasks
from vilfredo.search.recorded import RecordedRun
from vilfredo.search.replay import replay_crew
from vilfredo.search.run_folder import check_free
from vilfredo.search.session import begin, conduct, reopen, settled
from vilfredo.search.settings import SearchSettings, read_file, resolve
from vilfredo.search.summary import front_of, status_of
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.kinds import find_kind
from vilfredo.tasks.open import open_dataset
from vilfredo.trackers.tracker import Tracker
from vilfredo.trackers.tracking import together, track_search
from vilfredo.wording import duration

Text = str | None


def search(
    data: Annotated[
        Text, typer.Argument(help="A bundled name, a file, a folder, or landscape:NAME; see `vilfredo data --help`")
    ] = None,
    run: Annotated[Path | None, typer.Option(help="Folder of the run.  [default: runs/NAME OF THE DATA]")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --run.")] = False,
    budget: Annotated[Text, typer.Option(help="Wall-clock time for this command, e.g. 20m or 1h30m.")] = None,
    preset_name: Annotated[
        Text, typer.Option("--preset", help="quick, quick-v1, or one of the papers': see the README.  [default: quick]")
    ] = None,
    settings_file: Annotated[Path | None, typer.Option("--settings", help="TOML file laid over the preset.")] = None,
    strategy: Annotated[Text, typer.Option(help="popnas-v3, popnas-v1, pnas or random.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of everything random.  [default: 0]")] = None,
    time_source: Annotated[
        Text, typer.Option(help="measured, or flops: a time derived from FLOPs, exactly repeatable.")
    ] = None,
    operators: Annotated[Text, typer.Option(help="Operators of the space, separated by commas.")] = None,
    blocks: Annotated[int | None, typer.Option(help="Most blocks in a cell.")] = None,
    layers: Annotated[int | None, typer.Option(help="Most hidden layers, for tables.")] = None,
    score: Annotated[
        Text, typer.Option(help="accuracy, balanced_accuracy, macro_f1 or log_loss.  [default: accuracy]")
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Epochs per candidate.")] = None,
    threads: Annotated[int | None, typer.Option(help="CPU threads per training.  [default: 1]")] = None,
    workers: Annotated[
        int | None, typer.Option(help="Candidates trained at a time.  [default: as many as the machine has cores]")
    ] = None,
    executor: Annotated[Text, typer.Option(help="processes, or local: in this process.  [default: processes]")] = None,
    task: Task = None,
    target: Target = None,
    ignore: Ignore = None,
    categorical: Categorical = None,
    samples: Samples = None,
    resize: Resize = None,
    track: Track = None,
    print_settings: Annotated[bool, typer.Option("--print-settings", help="Print the settings as TOML; stop.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object at the end.")] = False,
) -> None:
    """Search for networks along the Pareto front of accuracy and training time."""
    flags = search_flags(strategy, seed, time_source, operators, blocks, layers, score, epochs, threads)
    files = [read_file(settings_file)] if settings_file else []
    seconds = parse_duration(budget) if budget is not None else None
    reading = reading_options(data, task, target, ignore, categorical, samples, resize)
    trackers = chosen_trackers(track)
    if print_settings:
        kind = task or ("table" if target else None)
        stdout.print(_settings(data, reading, kind, preset_name, [*files, flags]).to_toml(), markup=False, end="")
        return
    if data is None and not resume:
        raise InputError("data: say what to search on, e.g. `vilfredo search digits` or `vilfredo search my.npz`.")
    folder = _default_folder(run, data)
    if replays(data, folder, resume):
        crew = replay_crew(executor, workers)
        start = reopen_in if resume else begin_in
        evaluator = start(folder, reading, preset_name, [*files, flags])
        settings = evaluator.settings
        if not resume and not as_json:
            announce(folder, evaluator)
    elif resume:
        presets = [preset(preset_name, RecordedRun.of(folder).task)] if preset_name else []
        settings, evaluator = reopen(folder, lambda stored: resolve(stored, *presets, *files, flags), reading)
        crew = choose_crew(executor, workers, settings.training)
    else:
        check_free(folder)
        dataset = open_dataset(**reading)
        settings = settled(resolve(preset(preset_name or "quick", dataset.task), *files, flags))
        crew = choose_crew(executor, workers, settings.training)
        settings, evaluator = _begin(folder, settings, dataset, reading, seconds, crew, announce=not as_json)
    # Replaying takes no time on the clock of a landscape.
    spent = 0.0 if evaluator.landscape else time.monotonic() - cli.started
    left = None if seconds is None else seconds - spent
    if not as_json:
        say_where(trackers, folder)
    ending = _conduct(folder, settings, evaluator, left, crew, trackers)
    trained = _report(folder, ending, as_json)
    if ending == "interrupted":
        raise typer.Exit(INTERRUPTED)
    if not trained:
        raise typer.Exit(1)


def _settings(
    data: Text, reading: Mapping[str, Any], kind: Text, preset_name: Text, layers: Sequence[Mapping[str, Any]]
) -> SearchSettings:
    """What a search would go by; without data, for the kind of them, or else for what the preset is for."""
    if is_landscape(data):
        return settings_in(open_landscape(reading), preset_name, layers)
    name = preset_name or "quick"
    read = open_dataset(**reading) if data else None
    settings = resolve(preset(name, read.task if read else kind or preset_tasks(name)[0]), *layers)
    if read:
        adapt(settings, read)  # refuses what is not for these data
    return settings


def _too_short(folder: Path, ending: Ending, status: Mapping[str, Any]) -> str:
    """Why nothing was trained, though nothing failed: a user would else try the same again."""
    if ending != "budget" or status["failed"] + status["infeasible"]:
        return "No network has been trained yet."
    return (
        "The budget was spent before the first network was trained: reading the data, planning and starting the "
        "workers took it all. Give it more by --resume."
    )


def _default_folder(run: Path | None, source: Text) -> Path:
    if run is not None:
        return run
    if source is None:
        raise InputError("run: say which run to resume, e.g. `vilfredo search --resume --run runs/digits`.")
    name = Path(source.removeprefix(SCHEME)).resolve().name.split(".")[0] or "data"
    return Path("runs") / (f"landscape-{name}" if is_landscape(source) else name)


def _begin(
    folder: Path,
    settings: SearchSettings,
    dataset: Dataset,
    reading: Mapping[str, Any],
    seconds: float | None,
    crew: tuple[str, int],
    announce: bool,
) -> tuple[SearchSettings, Evaluator]:
    notes = adapt(settings, dataset).notes
    evaluator = begin(folder, settings, dataset, reading, ["vilfredo", *sys.argv[1:]], seconds, crew[1])
    if announce:
        _announce(folder, evaluator, dataset, notes, crew[1], asked=settings.training.epochs)
    return evaluator.settings, evaluator


def _announce(
    folder: Path, evaluator: Evaluator, dataset: Dataset, notes: Sequence[str], workers: int, asked: int
) -> None:
    """Say what is understood of the data and what will be done."""
    settings, data, kind = evaluator.settings, evaluator.data, find_kind(dataset.task)
    stderr.print(
        f"[bold]{escape(dataset.name)}[/]: {len(data.y_train)} training and {len(data.y_val)} validation "
        f"{kind.SAMPLES} of {kind.describe(dataset.input_shape)}, {dataset.classes} classes"
    )
    for note in (*dataset.notes, *notes):
        stderr.print(f"  {note}", markup=False)
    space = settings.space
    operators = f"{len(space.operators)} operators, " if isinstance(space, CellSpace) else ""
    stderr.print(
        f"{settings.strategy.name}, {operators}up to {space.largest} {space.unit}, "
        f"{workers} worker{'s' * (workers > 1)}; run folder {folder}",
        markup=False,
    )
    if settings.training.score != "accuracy":
        stderr.print(f"searching for the best {settings.training.score} instead of accuracy")
    if settings.training.epochs < asked:
        epochs = settings.training.epochs
        stderr.print(f"to fit the budget, {epochs} epoch{'s' * (epochs > 1)} per candidate instead of {asked}")
    if settings.training.precision == "bfloat16":
        stderr.print("trained in mixed precision (bfloat16): tried, and faster on this device")


def _conduct(
    folder: Path,
    settings: SearchSettings,
    evaluator: Evaluator,
    seconds: float | None,
    crew: tuple[str, int],
    trackers: Sequence[type[Tracker]],
) -> Ending:
    executor, workers = crew
    with interruptible() as interrupted, track_search(folder, trackers, warn) as log, progress() as show:
        return conduct(
            folder,
            settings,
            evaluator,
            seconds=seconds,
            observe=together(show, log),
            interrupted=interrupted,
            executor=executor,
            workers=workers,
        )


def _report(folder: Path, ending: Ending, as_json: bool) -> int:
    """Print what came out; returns the number of networks trained."""
    status, front = status_of(folder), front_of(folder)
    trained: int = status["trained"]
    if as_json:
        print_json({**status, "state": "finished" if ending == "finished" else "stopped", "ending": ending} | front)
        return trained
    words = {"finished": "finished", "budget": "the budget is spent", "interrupted": "interrupted"}
    stdout.print()
    if front["front"]:
        stdout.print(front_table(front["front"], f"Pareto front of {folder}", status["score"]))
    else:
        stdout.print("No network could be trained." if ending == "finished" else _too_short(folder, ending, status))
    failed = status["failed"] + status["infeasible"]
    stdout.print(
        f"\n{words[ending]}: {status['trained']} networks trained"
        f"{f', {failed} failed' if failed else ''}, {status['isomorphs_spared']:,} isomorphs spared, "
        f"{duration(status['seconds_spent'])} in all"
    )
    for line in quality_lines(status):
        stdout.print(line)
    stdout.print(f"\nrun folder   {folder}", markup=False)
    if ending != "finished":
        stdout.print(f"go on with   vilfredo search --resume --run {shlex.quote(str(folder))}", markup=False)
    stdout.print(f"look again   vilfredo front {shlex.quote(str(folder))}", markup=False)
    stdout.print(f"how it went  vilfredo status {shlex.quote(str(folder))}", markup=False)
    stdout.print(f"as a page    vilfredo report {shlex.quote(str(folder))}", markup=False)
    return trained
