"""The options that say how data are to be read, the same for every command that reads some."""

from typing import Annotated, Any

import typer

from vilfredo.cli.parsing import parse_columns, parse_size

Task = Annotated[str | None, typer.Option(help="image, series or table, where the file alone doesn't tell.")]
Target = Annotated[str | None, typer.Option(help="Column of a table that holds the classes.")]
Ignore = Annotated[str | None, typer.Option(help="Columns of a table not to learn from, separated by commas.")]
Categorical = Annotated[
    str | None, typer.Option(help="Columns of a table whose numbers are categories, separated by commas.")
]
Samples = Annotated[int | None, typer.Option(help="Use only so many training samples (stratified).")]
Resize = Annotated[str | None, typer.Option(help="Bring all images to HEIGHTxWIDTH, or all series to LENGTH.")]


def reading_options(
    source: str | None,
    task: str | None,
    target: str | None,
    ignore: str | None,
    categorical: str | None,
    samples: int | None,
    resize: str | None,
) -> dict[str, Any]:
    """Arguments of `open_dataset`; those that were not given are None.

    Raises
    ------
    InputError
        When a size or a list cannot be read.
    """
    return {
        "source": source,
        "resize": None if resize is None else parse_size(resize),
        "samples": samples,
        "task": task,
        "target": target,
        "ignore": None if ignore is None else parse_columns(ignore),
        "categorical": None if categorical is None else parse_columns(categorical),
    }
