"""A .tsv file of the UCR archive: one series a line, its label first; NAME_TEST.tsv beside NAME_TRAIN.tsv.

No header. Series of unequal length end in NaN; NaN within one is a missing value.
"""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.archives import archive_files, holds_archive, label_array
from vilfredo.tasks.raw import Options, Part, Raw

_EXPECTED = "Expected lines of tab-separated values without a header, the label first"


def accepts(source: str) -> bool:
    """Whether it is a ``.tsv`` file, or a folder with a ``NAME_TRAIN.tsv``."""
    return (source.lower().endswith(".tsv") and os.path.isfile(source)) or holds_archive(source, ".tsv")


def read(source: str, options: Options) -> Raw:
    """Read the training part, and the test part beside it where there is one."""
    name, training, test = archive_files(source, ".tsv")
    parts = [_read_part("training", training), *([_read_part("test", test)] if test else [])]
    return Raw(name, str(training), parts[0], parts[1] if test else None, task="series")


def _read_part(name: str, path: Path) -> Part:
    lines = _lines(path)
    rows = [_row(line, number, path.name) for number, line in lines]
    width = max(len(row) for _, row in rows)
    x = np.full((len(rows), 1, width), np.nan, dtype=np.float32)
    for index, (_, row) in enumerate(rows):
        x[index, 0, : len(row)] = row
    return Part(name, x, label_array([label for label, _ in rows]))


def _lines(path: Path) -> list[tuple[int, str]]:
    """Lines with something on them, and their numbers."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path.name} is not a text file. {_EXPECTED}.") from None
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise InputError(f"{path.name} is empty. {_EXPECTED}.")
    return lines


def _row(line: str, number: int, name: str) -> tuple[str, NDArray[np.float64]]:
    label, *values = line.strip("\n\r ").split("\t")
    if not values:
        raise InputError(f"{name}, line {number}: there are no tabs in it. {_EXPECTED}.")
    try:
        return label.strip(), np.array([value.strip() or "nan" for value in values], dtype=np.float64)
    except ValueError as error:
        hint = " Is this a table with a header? Save it as .csv and give --target." if number == 1 else ""
        raise InputError(f"{name}, line {number}: {error}. {_EXPECTED}.{hint}") from None
