"""A .ts file of the UEA archive (sktime, aeon): @ headers, then one series a line; NAME_TEST.ts beside NAME_TRAIN.ts.

Channels are separated by colons, values by commas, ``?`` is a missing one; the class comes last.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.archives import archive_files, holds_archive, label_array
from vilfredo.tasks.labels import shorten
from vilfredo.tasks.ragged import Series
from vilfredo.tasks.raw import Options, Part, Raw

_EXPECTED = "Expected a .ts file of labelled series, as the UEA archive, sktime and aeon have them"


def accepts(source: str) -> bool:
    """Whether it is a ``.ts`` file, or a folder with a ``NAME_TRAIN.ts``."""
    return (source.lower().endswith(".ts") and os.path.isfile(source)) or holds_archive(source, ".ts")


def read(source: str, options: Options) -> Raw:
    """Read the training part, and the test part beside it where there is one."""
    name, training, test = archive_files(source, ".ts")
    parts = [_read_part("training", training), *([_read_part("test", test)] if test else [])]
    return Raw(name, str(training), parts[0], parts[1] if test else None, task="series")


def _read_part(name: str, path: Path) -> Part:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InputError(f"{path.name} is not a text file. {_EXPECTED}.") from None
    headers, first = _headers(lines, path.name)
    _check(headers, path.name)
    samples: list[Series] = []
    labels: list[str] = []
    for number, line in _data(lines, first):
        series, label = _sample(line, f"{path.name}, line {number}")
        samples.append(series)
        labels.append(label)
    if not samples:
        raise InputError(f"{path.name} has no series after @data. {_EXPECTED}.")
    listed = headers.get("classlabel", "").split()[1:]
    strange = sorted(set(labels) - set(listed)) if listed else []
    if strange:
        raise InputError(
            f"{path.name}: {shorten(strange)} is not among the classes of its header (@classLabel {shorten(listed)}). "
            "Mend one or the other."
        )
    equal = len({series.shape for series in samples}) == 1
    return Part(name, np.stack(samples) if equal else samples, label_array(labels))


def _headers(lines: list[str], name: str) -> tuple[dict[str, str], int]:
    """Header lines by their name in lower case, and the number of the first line after ``@data``."""
    headers: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if not text.startswith("@"):
            raise InputError(f"{name}, line {number}: '{text[:40]}' comes before @data. {_EXPECTED}.")
        key, _, value = text[1:].partition(" ")
        if key.lower() == "data":
            return headers, number
        headers[key.lower()] = value.strip()
    raise InputError(f"{name} has no line @data. {_EXPECTED}.")


def _check(headers: dict[str, str], name: str) -> None:
    if "targetlabel" in headers:
        raise InputError(f"{name} is for regression (@targetLabel). Expected classes: @classLabel true …")
    if headers.get("classlabel", "true").split()[:1] == ["false"]:
        raise InputError(
            f"{name} has no classes (@classLabel false). Expected @classLabel true, and a class per series."
        )
    if headers.get("timestamps", "false").lower() == "true":
        raise InputError(
            f"{name} has time stamps (@timeStamps true), which cannot be read. Expected values at equal steps: "
            "resample the series and write them without time stamps."
        )


def _data(lines: list[str], first: int) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines[first:], first + 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line.strip()


def _sample(line: str, where: str) -> tuple[Series, str]:
    """Parse one line: channels, then the class."""
    *channels, label = line.split(":")
    if not channels or not label.strip() or "," in label:
        raise InputError(f"{where}: no class after the last colon. Expected values,…:values,…:class.")
    values = [_values(channel, where) for channel in channels]
    series = np.full((len(values), max(map(len, values))), np.nan, dtype=np.float32)
    for row, channel in zip(series, values, strict=True):
        row[: len(channel)] = channel
    return series, label.strip()


def _values(channel: str, where: str) -> NDArray[np.float64]:
    if channel.lstrip().startswith("("):
        raise InputError(f"{where}: it has time stamps, which cannot be read. Expected values separated by commas.")
    try:
        return np.array(channel.replace("?", "nan").split(","), dtype=np.float64)
    except ValueError as error:
        raise InputError(f"{where}: {error}. Expected numbers separated by commas, ? for a missing one.") from None
