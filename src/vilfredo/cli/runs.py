"""``vilfredo status``: how far a run is, also while it is searching."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from vilfredo.cli.output import print_json, stdout
from vilfredo.search.summary import status_of
from vilfredo.tasks.kinds import find_kind
from vilfredo.training.memory import gibibytes
from vilfredo.wording import duration

RunFolder = Annotated[Path, typer.Argument(help="Folder of a run, e.g. runs/digits")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def status(run: RunFolder, as_json: AsJson = False) -> None:
    """Show how far a run is and how it went."""
    found = status_of(run)
    if as_json:
        print_json(found)
        return
    shape = find_kind(found["data"]["task"]).describe(tuple(found["data"]["input_shape"]))
    state = found["state"] + (f" in {found['running_in']}" if found["running_in"] else "")
    stdout.print(f"{run}: {state}{': ' + found['reason'] if found['reason'] else ''}", markup=False)
    stdout.print(
        f"  {found['strategy']} on {found['data']['name']} ({shape}, {found['data']['classes']} classes), "
        f"seed {found['seed']}, times {found['time_source']}, {found['device']}",
        markup=False,
    )
    step = "not begun" if found["step"] is None else f"step {found['step']} of {found['last_step']}"
    waiting = f", {found['waiting']} waiting" if found["waiting"] else ""
    stdout.print(f"  {step}: {found['trained']} trained{waiting}, {duration(found['seconds_spent'])} spent")
    if found["best"]:
        stdout.print(f"  best {found['score']} {found['best'][found['score']]:.4f}, front of {found['front_size']}")
    for line in quality_lines(found):
        stdout.print(f"  {line}")
    for line in machine_lines(found):
        stdout.print(f"  {line}")
    for failure in found["failures"]:
        stdout.print(
            f"  {failure['outcome']}: {failure['reason']}  {failure['architecture']}", markup=False, soft_wrap=True
        )


def machine_lines(found: Mapping[str, Any]) -> list[str]:
    """What the machine did to the search."""
    lines = []
    if found["timing"]:
        timing = found["timing"]
        lines.append(
            f"timing: contention ×{timing['median_contention']:.2f}, device drift ×{timing['median_drift']:.2f} "
            f"(largest ×{timing['largest_contention']:.2f} and ×{timing['largest_drift']:.2f})"
        )
        if timing["disturbed"]:
            lines.append(
                f"[yellow]{timing['disturbed']} of {found['trained']} times were taken while others used the machine, "
                "or after its speed had changed[/]"
            )
    if found["largest_memory"] is not None:
        lines.append(f"memory of one training: at most {gibibytes(found['largest_memory'])}")
    if found["worker_deaths"]:
        lines.append(f"[yellow]worker processes died {found['worker_deaths']} times and were replaced[/]")
    return lines


def quality_lines(found: Mapping[str, Any]) -> list[str]:
    """One line per step that was predicted and measured."""
    names = {"training_time": "time"}
    lines = []
    for step in found["steps"]:
        parts = [
            f"{names.get(name, name)} ρ {_figure(value['spearman'], '.2f')} (MAPE {_figure(value['mape'], '.1f')} %)"
            for name, value in step["quality"].items()
        ]
        if parts:
            size = f"{step['step']} {found.get('unit', 'blocks')}"
            lines.append(f"predictors at {size}: {', '.join(parts)}, {step['proposed']} networks")
    return lines


def _figure(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)
