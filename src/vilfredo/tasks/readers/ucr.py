"""A .tsv file of the UCR archive: one series a line, its label first; NAME_TEST.tsv beside NAME_TRAIN.tsv.

No header. To predict, the label may be ``?``. Series of unequal length end in NaN; NaN within one is a missing value.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vilfredo.errors import InputError
from vilfredo.tasks.archives import (
    Lines,
    archive_files,
    holds_archive,
    is_missing,
    is_number,
    numbers,
    parts_of,
    text_lines,
)
from vilfredo.tasks.raw import Options, Raw

_EXPECTED = "Expected lines of tab-separated values without a header, the label first"
_TABLE = "These files have no header and no text among the values: save a table as .csv and give --target"


def accepts(source: str) -> bool:
    """Whether it is a ``.tsv`` file, or a folder with a ``NAME_TRAIN.tsv`` but none in ``.ts``, which says more."""
    if source.lower().endswith(".tsv") and os.path.isfile(source):
        return True
    return holds_archive(source, ".tsv") and not holds_archive(source, ".ts")


def read(source: str, options: Options) -> Raw:
    """Read the training part, and the test part beside it where there is one."""
    name, training, test = archive_files(source, ".tsv", options.labelled)
    parts = parts_of([_read_file(path, options.labelled) for path in (training, test) if path])
    return Raw(name, str(training), parts[0], parts[1] if test else None, task="series")


def _read_file(path: Path, labelled: bool) -> Lines:
    rows = [
        _row(line, f"{path.name}, line {number}", labelled)
        for number, line in enumerate(text_lines(path, _EXPECTED), 1)
        if line.strip()
    ]
    labels = [label for label, _ in rows]
    _check_first(labels, path.name)
    x = np.full((len(rows), 1, max(len(values) for _, values in rows)), np.nan, dtype=np.float64)
    for row, (_, values) in zip(x, rows, strict=True):
        row[0, : len(values)] = values
    return Lines(x, labels)


def _row(line: str, where: str, labelled: bool) -> tuple[str | None, list[float]]:
    label, *fields = line.split("\t")
    if not fields:
        raise InputError(f"{where}: there are no tabs in it. {_EXPECTED}.")
    unknown = is_missing(label)
    if unknown and labelled:
        raise InputError(f"{where}: there is no label before the first tab. {_EXPECTED}.")
    if not unknown and is_number(label) and not float(label).is_integer():
        raise InputError(f"{where}: its label is {label}. Expected whole numbers: these are classes, not a regression.")
    try:
        return None if unknown else label.strip(), numbers(fields, where)
    except InputError as error:
        raise InputError(f"{error} {_TABLE}.") from None


def _check_first(labels: Sequence[str | None], name: str) -> None:
    """Tell a header from a series where the names of its columns are numbers, all but the label's."""
    first, *others = labels
    if first is None or is_number(first) or not others:
        return
    if all(label is None or is_number(label) for label in others):
        raise InputError(f"{name}, line 1: {first[:40]!r} is the name of a column, not a label. {_TABLE}.")
