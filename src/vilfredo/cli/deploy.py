"""``vilfredo deploy``: from a run to a model that can be shipped."""

import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from vilfredo.cli.deploy_progress import deploy_progress, network_name
from vilfredo.cli.front import Where
from vilfredo.cli.interrupts import INTERRUPTED, interruptible
from vilfredo.cli.output import print_json, stderr, stdout, table
from vilfredo.cli.parsing import parse_columns
from vilfredo.cli.runs import AsJson, RunFolder
from vilfredo.cli.tracking import Track, chosen_trackers, say_where, warn
from vilfredo.deploy.deployment import deploy as run_deployment
from vilfredo.deploy.writing import Deployed
from vilfredo.durations import parse_duration
from vilfredo.errors import InputError
from vilfredo.search.settings import read_file
from vilfredo.trackers.tracking import together, track_deployment
from vilfredo.training.loop import Abandoned
from vilfredo.wording import quantity

Text = str | None
_FACTORS = {"k": 1e3, "M": 1e6, "G": 1e9}


def deploy(
    run: RunFolder,
    out: Annotated[Path | None, typer.Option(help="Folder of the model; by default `model` in the run.")] = None,
    budget: Annotated[
        Text, typer.Option(help="Wall-clock time to plan for, e.g. 10m; else all that the preset has.")
    ] = None,
    preset_name: Annotated[str, typer.Option("--preset", help="quick, paper-image or paper-series.")] = "quick",
    settings_file: Annotated[Path | None, typer.Option("--settings", help="TOML file laid over the preset.")] = None,
    where: Where = None,
    network: Annotated[
        int | None, typer.Option(help="Number of the network to deploy; by default the best is chosen.")
    ] = None,
    top: Annotated[int | None, typer.Option(help="How many architectures of the search are tried.")] = None,
    parameters: Annotated[
        Text,
        typer.Option(metavar="LOW:HIGH", help="Range of parameters within which M, N and F are tuned, e.g. 1e6:2e6."),
    ] = None,
    tune: Annotated[
        bool | None, typer.Option("--tune/--no-tune", help="Tune M, N and F; by default unless --network is given.")
    ] = None,
    halving: Annotated[
        bool, typer.Option("--halving", help="Successive halving: all are trained shortly, the better ones longer.")
    ] = False,
    epochs: Annotated[int | None, typer.Option(help="Epochs of the final training.")] = None,
    selection_epochs: Annotated[int | None, typer.Option(help="Epochs of the model selection.")] = None,
    formats: Annotated[Text, typer.Option(help="What to export, separated by commas: onnx, torch; or none.")] = None,
    workers: Annotated[
        int | None, typer.Option(help="Networks trained at a time; by default as many as the machine has cores.")
    ] = None,
    executor: Annotated[Text, typer.Option(help="processes, or local: in this process.")] = None,
    restart: Annotated[bool, typer.Option("--restart", help="Forget what a deployment before has done.")] = False,
    track: Track = None,
    as_json: AsJson = False,
) -> None:
    """Choose, train to convergence, test and export a network: from a run to a model folder."""
    settings = _settings(settings_file, top, parameters, halving, epochs, selection_epochs)
    seconds = None if budget is None else parse_duration(budget)
    names = None if formats is None else [] if formats.strip() == "none" else parse_columns(formats)
    trackers = chosen_trackers(track)
    if not as_json:
        say_where(trackers, run)
    following = track_deployment(run, out, trackers, warn)
    try:
        with interruptible() as interrupted, following as log, deploy_progress() as show:
            found = run_deployment(
                run,
                out,
                preset=preset_name,
                settings=settings,
                constraints=where or (),
                network=network,
                tune=tune,
                seconds=seconds,
                workers=workers,
                executor=executor,
                formats=names,
                observe=together(show, log),
                interrupted=interrupted,
                restart=restart,
            )
    except Abandoned:
        stderr.print("interrupted; the same command goes on where it was", markup=False)
        raise typer.Exit(INTERRUPTED) from None
    if as_json:
        print_json(_as_json(found))
    else:
        _print(found)
    if found.refused:
        raise typer.Exit(1)


def _settings(
    file: Path | None,
    top: int | None,
    parameters: Text,
    halving: bool,
    epochs: int | None,
    selection_epochs: int | None,
) -> dict[str, Any]:
    """Settings from a file with the flags laid over them."""
    tables = read_file(file) if file else {}
    selection: dict[str, Any] = dict(tables.get("selection", {}))
    final: dict[str, Any] = dict(tables.get("final", {}))
    if top is not None:
        selection["top"] = top
    if parameters is not None:
        selection["parameters"] = _range(parameters)
    if halving:
        selection["halving"] = True
    if selection_epochs is not None:
        selection["training"] = {**selection.get("training", {}), "epochs": selection_epochs}
    if epochs is not None:
        final["training"] = {**final.get("training", {}), "epochs": epochs}
    return {**tables, "selection": selection, "final": final}


def _range(text: str) -> list[float]:
    try:
        low, high = (_count(part) for part in text.split(":"))
    except ValueError:
        raise InputError(f"parameters: '{text}' is not a range. Write LOW:HIGH, e.g. 1e6:2e6 or 500k:2M.") from None
    if not 0 <= low < high:
        raise InputError(f"parameters: '{text}' is not a range: expected the first number below the second.")
    return [low, high]


def _count(text: str) -> float:
    """A number such as 1e6, 1_000_000, 500k or 2M."""
    plain = text.strip().replace("_", "")
    factor = _FACTORS.get(plain[-1:], 1.0)
    return factor * float(plain if factor == 1.0 else plain[:-1])


def _print(found: Deployed) -> None:
    record, report = found.model.record, found.report
    objectives = record.objectives
    stdout.print()
    if report is not None:
        low, high = report.accuracy_interval
        stdout.print(
            f"[bold]test accuracy {report.accuracy:.4f}[/] (95 % interval {low:.4f} to {high:.4f}, {report.samples} "
            f"samples)   balanced {report.balanced_accuracy:.4f}   macro F1 {report.macro_f1:.4f}   "
            f"NLL {report.nll:.3f}   calibration error {report.calibration_error:.3f}"
        )
    stdout.print(
        f"{quantity(objectives['parameters'])} parameters, {quantity(objectives['flops'])} FLOPs: "
        f"{network_name(found.training.candidate)}",
        markup=False,
    )
    rows = [(name, *(f"{1000 * one.seconds:.3g} ms" for one in measured)) for name, measured in found.latency.items()]
    batches = [one.batch for one in next(iter(found.latency.values()))]
    stdout.print()
    stdout.print(table([("latency by batch size", "left"), *((str(batch), "right") for batch in batches)], rows))
    stdout.print()
    for one in found.exported:
        stdout.print(f"{one.file}: checked, differs by at most {one.largest_difference:.1e}", markup=False)
    for name, reason in found.refused.items():
        stdout.print(f"[yellow]{name} refused[/]: ", end="")
        stdout.print(reason, markup=False)
    folder = shlex.quote(str(found.folder))
    stdout.print(f"\nmodel       {folder}", markup=False)
    stdout.print(f"read about  {folder}/README.md", markup=False)
    stdout.print(f"use it      vilfredo predict {folder} DATA", markup=False)


def _as_json(found: Deployed) -> dict[str, Any]:
    training = found.training
    return {
        "model": str(found.folder),
        "architecture": training.candidate.architecture,
        "network": dict(training.candidate.network),
        "exit": training.exit,
        "epochs": len(training.curve),
        "objectives": dict(found.model.record.objectives),
        "test": None if found.report is None else found.report.model_dump(mode="json"),
        "latency": {name: [one.model_dump(mode="json") for one in rows] for name, rows in found.latency.items()},
        "exports": [
            {"file": one.file, "bytes": one.bytes, "largest_difference": one.largest_difference}
            for one in found.exported
        ],
        "refused": dict(found.refused),
        "plan": list(found.plan.notes),
    }
