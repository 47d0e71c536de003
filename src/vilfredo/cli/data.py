"""``vilfredo data``: what the tool understood of the data."""

from collections.abc import Sequence
from typing import Annotated

import numpy as np
import typer

from vilfredo.cli.data_options import Categorical, Ignore, Resize, Samples, Target, Task, reading_options
from vilfredo.cli.output import print_json, stdout, table
from vilfredo.tasks.dataset import Column
from vilfredo.tasks.kinds import find_kind
from vilfredo.tasks.labels import shorten
from vilfredo.tasks.open import open_dataset
from vilfredo.tasks.readers.bundled import NAMES, descriptions

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
data = typer.Typer(no_args_is_help=True, help="Show what is understood of data.")


@data.command("show")
def show(
    source: Annotated[str, typer.Argument(metavar="DATA", help="As for `vilfredo search`.")],
    task: Task = None,
    target: Target = None,
    ignore: Ignore = None,
    categorical: Categorical = None,
    resize: Resize = None,
    samples: Samples = None,
    as_json: AsJson = False,
) -> None:
    """Read data as a search would, and say what was understood."""
    dataset = open_dataset(**reading_options(source, task, target, ignore, categorical, samples, resize))
    kind = find_kind(dataset.task)
    training = np.bincount(dataset.y_train, minlength=dataset.classes)
    test = np.bincount(dataset.y_test, minlength=dataset.classes)
    if as_json:
        found = {
            "name": dataset.name,
            "source": dataset.source,
            "task": dataset.task,
            "input_shape": list(dataset.input_shape),
            "columns": [{"name": column.name, "categories": column.categories} for column in dataset.columns],
            "dtype": str(dataset.x_train.dtype),
            "classes": dataset.classes,
            "labels": list(dataset.labels),
            "training_samples": training.tolist(),
            "test_samples": test.tolist(),
            "fingerprint": dataset.fingerprint,
            "notes": list(dataset.notes),
        }
        print_json(found)
        return
    stdout.print(f"{dataset.name}  ({dataset.source})", markup=False)
    stdout.print(
        f"{len(dataset.y_train)} training and {len(dataset.y_test)} test {kind.SAMPLES} of "
        f"{kind.describe(dataset.input_shape)} ({dataset.x_train.dtype}), {dataset.classes} classes"
    )
    for line in column_lines(dataset.columns):
        stdout.print(f"  {line}", markup=False)
    for note in dataset.notes:
        stdout.print(f"  {note}", markup=False)
    shown = list(zip(dataset.labels, training, test, strict=True))[:20]
    rows = [(label, str(one), str(other)) for label, one, other in shown]
    stdout.print(table([("class", "left"), ("training", "right"), ("test", "right")], rows))
    if dataset.classes > len(shown):
        stdout.print(f"… and {dataset.classes - len(shown)} classes more")


def column_lines(columns: Sequence[Column]) -> list[str]:
    """Which columns of a table are numbers, and which are categories and of how many."""
    numbers = [column.name for column in columns if column.categories is None]
    categories = [f"{column.name} ({len(column.categories)})" for column in columns if column.categories is not None]
    kinds = (("numbers", numbers), ("categories", categories))
    return [f"{kind}: {shorten(names, most=20)}" for kind, names in kinds if names]


@data.command("list")
def list_bundled(as_json: AsJson = False) -> None:
    """List the data sets that come with a dependency."""
    if as_json:
        print_json({"bundled": list(NAMES)})
        return
    stdout.print(table([("name", "left"), ("", "left")], list(descriptions().items())))
