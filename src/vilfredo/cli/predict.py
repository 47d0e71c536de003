"""``vilfredo predict``: a trained model's answers to new samples."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from vilfredo.bundle.folder import load_model
from vilfredo.bundle.predictions import Predictions
from vilfredo.cli.model_options import (
    ModelFolder,
    NewData,
    NewPart,
    NewTarget,
    answers,
    check_place,
    read_samples,
    tell,
    writing,
)
from vilfredo.cli.output import print_json, stderr
from vilfredo.cli.runs import AsJson
from vilfredo.errors import InputError
from vilfredo.files import write_whole
from vilfredo.tasks.new_samples import NewSamples

_ENDINGS = (".csv", ".json")


def predict(
    model: ModelFolder,
    data: NewData,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write to a .csv or .json file instead of standard output.")
    ] = None,
    part: NewPart = None,
    target: NewTarget = None,
    probabilities: Annotated[
        bool, typer.Option("--probabilities/--no-probabilities", help="Add the probability of every class.")
    ] = False,
    top: Annotated[int, typer.Option(help="How many answers to each sample, the most likely first.")] = 1,
    labels: Annotated[
        bool, typer.Option("--labels/--no-labels", help="Add the true label, where DATA has labels.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Answer new samples: a label and its probability for each, as CSV or JSON."""
    if top < 1:
        raise InputError(f"top: {top} is no number of answers. Expected at least 1.")
    if out is not None:
        check_place(out, _ENDINGS)
        _spare(out, data)
    opened = load_model(model)
    samples = read_samples(opened, data, part, target)
    if labels and samples.y is None:
        raise InputError(f"labels: the samples in '{samples.source}' have none that the model knows. Leave it out.")
    tell(samples)
    found = answers(opened, samples.x)
    accuracy = _accuracy(samples, found.argmax(axis=1))
    shown = Predictions(samples.names, opened.labels, found, samples.y if labels else None, top, probabilities)
    facts = {
        "model": str(model),
        "data": samples.source,
        "samples": len(samples.x),
        "labels": list(opened.labels),
        "accuracy": accuracy,
        "notes": list(samples.notes),
        "out": None if out is None else str(out),
    }
    if out is not None:
        _write(out, shown, facts)
    _print(out, shown, facts, as_json)


def _accuracy(samples: NewSamples, answered: Any) -> float | None:
    """Share of right answers where labels are known; said as well."""
    if samples.y is None or not (samples.y >= 0).any():
        return None
    known = samples.y >= 0
    right, count = int((samples.y == answered)[known].sum()), int(known.sum())
    stderr.print(
        f"  {count:,} of {len(known):,} samples have a label, {right:,} of these were answered rightly: accuracy "
        f"{right / count:.4f} (more by `vilfredo evaluate`)",
        markup=False,
    )
    return right / count


def _write(out: Path, shown: Predictions, facts: dict[str, Any]) -> None:
    text = shown.to_csv() if out.suffix.lower() == ".csv" else shown.to_json_text(facts)
    with writing(out):
        write_whole(out, text.encode())
    stderr.print(f"  {facts['samples']:,} answers in '{out}'", markup=False)


def _print(out: Path | None, shown: Predictions, facts: dict[str, Any], as_json: bool) -> None:
    if out is None:
        sys.stdout.write(shown.to_json_text(facts) if as_json else shown.to_csv())
        sys.stdout.flush()  # a reader that went away is noticed here, where somebody handles it
    elif as_json:
        print_json({**facts, "predictions": None})


def _spare(out: Path, data: str) -> None:
    """Refuse to write over the samples themselves."""
    source = Path(data).expanduser()
    if out.exists() and source.exists() and out.resolve() == source.resolve():
        raise InputError(f"out: '{out}' holds the samples. Write the answers to another file.")
