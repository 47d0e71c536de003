"""``vilfredo data``: what the tool understood of the data."""

from typing import Annotated

import numpy as np
import typer

from vilfredo.cli.output import print_json, stdout, table
from vilfredo.cli.parsing import parse_size
from vilfredo.tasks.open import open_dataset
from vilfredo.tasks.readers.bundled import NAMES

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
data = typer.Typer(no_args_is_help=True, help="Show what is understood of data.")


@data.command("show")
def show(
    source: Annotated[str, typer.Argument(metavar="DATA", help="As for `vilfredo search`.")],
    resize: Annotated[str | None, typer.Option(help="Bring all images to HEIGHTxWIDTH.")] = None,
    samples: Annotated[int | None, typer.Option(help="Use only so many training samples (stratified).")] = None,
    as_json: AsJson = False,
) -> None:
    """Read data as a search would, and say what was understood."""
    dataset = open_dataset(source, None if resize is None else parse_size(resize), samples)
    channels, height, width = dataset.input_shape
    training = np.bincount(dataset.y_train, minlength=dataset.classes)
    test = np.bincount(dataset.y_test, minlength=dataset.classes)
    if as_json:
        found = {
            "name": dataset.name,
            "source": dataset.source,
            "input_shape": [channels, height, width],
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
        f"{len(dataset.y_train)} training and {len(dataset.y_test)} test images of {height}×{width}×{channels} "
        f"({dataset.x_train.dtype}), {dataset.classes} classes"
    )
    for note in dataset.notes:
        stdout.print(f"  {note}", markup=False)
    shown = list(zip(dataset.labels, training, test, strict=True))[:20]
    rows = [(label, str(one), str(other)) for label, one, other in shown]
    stdout.print(table([("class", "left"), ("training", "right"), ("test", "right")], rows))
    if dataset.classes > len(shown):
        stdout.print(f"… and {dataset.classes - len(shown)} classes more")


@data.command("list")
def list_bundled(as_json: AsJson = False) -> None:
    """List the data sets that come with a dependency."""
    if as_json:
        print_json({"bundled": list(NAMES)})
        return
    for name in NAMES:
        stdout.print(name)
