"""``vilfredo export``: a trained model as a file for other runtimes."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from vilfredo.bundle.check_samples import check_samples
from vilfredo.bundle.export_check import Running
from vilfredo.bundle.exports import Exported, exports, find_export
from vilfredo.bundle.exports import export as export_file
from vilfredo.bundle.folder import load_model
from vilfredo.bundle.latency import Latency, measure_answers
from vilfredo.bundle.model import Model
from vilfredo.bundle.source_export import SOURCE, export_source
from vilfredo.cli.model_options import ModelFolder, check_place, writing
from vilfredo.cli.output import print_json, stderr, stdout, table
from vilfredo.cli.runs import AsJson
from vilfredo.errors import InputError, nearest
from vilfredo.tasks.dataset import Samples
from vilfredo.wording import quantity

_SOURCE = "source"


def export(
    model: ModelFolder,
    form: Annotated[
        str, typer.Option("--format", metavar="onnx|torch|source", help="What to write; source needs only PyTorch.")
    ] = "onnx",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="By default NAME.onnx, NAME.pt2 or network.py in the current folder."),
    ] = None,
    data: Annotated[
        str | None, typer.Option(help="Samples to run it on; by default the training data, where they still are.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a model for other runtimes, run the file on samples, and refuse it where it answers otherwise."""
    ending = _ending(form)
    if out is not None:
        check_place(out, (ending,))
    opened = load_model(model)
    place = out or Path(SOURCE if form == _SOURCE else f"{_name(opened.record.name)}{ending}")
    check_place(place, (ending,))
    samples, what = check_samples(opened, data)
    stderr.print(f"  checked with {what}", markup=False)
    with stderr.status(f"exporting to {form} …"), writing(place):
        exported, running = _export(form, opened, samples, place)
    with stderr.status("measuring latency …"):
        latency = measure_answers(running, samples)
    if as_json:
        print_json(
            {
                "model": str(model),
                "format": form,
                "file": str(place),
                "bytes": exported.bytes,
                "seconds": exported.seconds,
                "largest_difference": exported.largest_difference,
                "samples": len(samples),
                "checked_with": what,
                "latency": [one.model_dump(mode="json") for one in latency],
            }
        )
    else:
        _print(place, form, exported, latency)


def _ending(form: str) -> str:
    known = [*exports(), _SOURCE]
    if form not in known:
        raise InputError(f"format: '{form}' is unknown.{nearest(form, known)} Known: {', '.join(known)}.")
    return Path(SOURCE if form == _SOURCE else find_export(form).FILE).suffix


def _name(data: str) -> str:
    """A name of data, which may be anything, as that of a file."""
    return re.sub(r"[^\w-]+", "_", data).strip("_")[:100] or "model"


def _export(form: str, model: Model, samples: Samples, place: Path) -> tuple[Exported, Running]:
    if form == _SOURCE:
        return export_source(model, samples, place)
    exported = export_file(form, model.plain(), samples, place, model.facts())
    return exported, find_export(form).load(place)


def _print(place: Path, form: str, exported: Exported, latency: Sequence[Latency]) -> None:
    with_weights = ", with its weights in model.safetensors beside it" if form == _SOURCE else ""
    stdout.print(f"{place}: {quantity(exported.bytes)}B{with_weights}", markup=False)
    stdout.print(f"probabilities differ from the model's by at most {exported.largest_difference:.1e}")
    stdout.print()
    columns = [("latency by batch size", "left"), *((str(one.batch), "right") for one in latency), ("", "left")]
    of = [f"{1000 * one.seconds:.3g} ms" for one in latency]
    stdout.print(table(columns, [("one CPU thread", *of, "")]))
