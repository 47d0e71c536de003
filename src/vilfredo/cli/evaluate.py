"""``vilfredo evaluate``: how a trained model does on labelled samples."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from vilfredo.bundle.folder import load_model
from vilfredo.bundle.pictures import picture as draw
from vilfredo.bundle.pictures.curves import Curves
from vilfredo.bundle.record import ModelRecord
from vilfredo.bundle.report import ClassScores, TestReport, report
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
from vilfredo.cli.output import print_json, stdout, table
from vilfredo.cli.runs import AsJson

_MOST_CLASSES = 20
_MOST_PAIRS = 5
_ENDINGS = (".png", ".svg")


def evaluate(
    model: ModelFolder,
    data: NewData,
    part: NewPart = None,
    target: NewTarget = None,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw confusion matrix, scores and calibration: .png or .svg.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare a model's answers with the labels of samples: scores, classes, confusions, calibration."""
    if picture is not None:
        check_place(picture, _ENDINGS, "picture")
    opened = load_model(model)
    samples = read_samples(opened, data, part, target).labelled()
    tell(samples)
    assert samples.y is not None
    found = report(answers(opened, samples.x), samples.y, opened.labels)
    if picture is not None:
        with writing(picture, "picture"):
            draw(found, Curves(), picture)
    if as_json:
        facts = {"model": str(model), "data": samples.source, "notes": list(samples.notes)}
        drawn = {"picture": None if picture is None else str(picture)}
        print_json({**facts, **drawn, **found.model_dump(mode="json")})
    else:
        _print(found, opened.record, picture)


def _print(found: TestReport, record: ModelRecord, picture: Path | None) -> None:
    low, high = found.accuracy_interval
    lines = [
        ("accuracy", f"{found.accuracy:.4f}", f"95 % interval {low:.4f} to {high:.4f}"),
        ("balanced accuracy", f"{found.balanced_accuracy:.4f}", "mean recall of the classes"),
        ("macro F1", f"{found.macro_f1:.4f}", "mean F1 of the classes"),
        ("NLL", f"{found.nll:.4f}", "negative log-likelihood, nats; less is better"),
        ("Brier score", f"{found.brier:.4f}", "0 to 2; less is better"),
        ("calibration error", f"{found.calibration_error:.4f}", "how far confidence is off accuracy; less is better"),
    ]
    stdout.print(table([(f"{found.samples:,} samples", "left"), ("", "right"), ("", "left")], lines))
    tested = record.objectives.get("test_accuracy")
    if tested is not None:
        stdout.print(f"\nwhen the model was made, its accuracy on its test part was {tested:.4f}")
    stdout.print()
    stdout.print(_classes(found.classes))
    if found.confused:
        stdout.print(f"\nmost often confused: {'; '.join(_confusions(found))}", markup=False)
    if picture is not None:
        stdout.print(f"\npicture     {picture}", markup=False)


def _classes(classes: Sequence[ClassScores]) -> Table:
    # Those without a score come last; of equals, first those of which more samples say so.
    worst = sorted(classes, key=lambda each: (each.f1 is None, each.f1 or 0.0, -each.support))
    columns = [("class", "left"), ("samples", "right"), ("answered", "right")]
    columns += [("precision", "right"), ("recall", "right"), ("F1", "right"), ("", "left")]
    rows = [
        (
            each.label,
            f"{each.support:,}",
            f"{each.answered:,}",
            *map(_score, (each.precision, each.recall, each.f1)),
            "",
        )
        for each in worst[:_MOST_CLASSES]
    ]
    of = f"the {_MOST_CLASSES} worst of {len(worst)} classes" if len(worst) > _MOST_CLASSES else "worst first"
    columns[0] = (f"class ({of})", "left")
    return table(columns, rows)


def _confusions(found: TestReport) -> list[str]:
    return [
        f"{found.labels[pair.true]!r} taken for {found.labels[pair.answered]!r} ({pair.count} of "
        f"{found.classes[pair.true].support})"
        for pair in found.confused[:_MOST_PAIRS]
    ]


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
