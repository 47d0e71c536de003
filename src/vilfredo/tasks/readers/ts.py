"""A .ts file of the UEA archive (sktime, aeon): @ headers, then one series a line; NAME_TEST.ts beside NAME_TRAIN.ts.

Channels are separated by colons, values by commas, ``?`` is a missing one; the class comes last. To predict, it may be
``?``, or missing throughout (@classLabel false).
"""

import os
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
from vilfredo.tasks.dataset import Samples
from vilfredo.tasks.labels import shorten
from vilfredo.tasks.raw import Options, Raw

_EXPECTED = "Expected a .ts file of labelled series, as the UEA archive, sktime and aeon have them"
_COMMENTS = ("#", "%")


def accepts(source: str) -> bool:
    """Whether it is a ``.ts`` file, or a folder with a ``NAME_TRAIN.ts``."""
    return (source.lower().endswith(".ts") and os.path.isfile(source)) or holds_archive(source, ".ts")


def read(source: str, options: Options) -> Raw:
    """Read the training part, and the test part beside it where there is one."""
    name, training, test = archive_files(source, ".ts", options.labelled)
    parts = parts_of([_read_file(path, options.labelled) for path in (training, test) if path])
    return Raw(name, str(training), parts[0], parts[1] if test else None, task="series")


def _read_file(path: Path, labelled: bool) -> Lines:
    lines = text_lines(path, _EXPECTED)
    headers, first = _headers(lines, path.name)
    _check(headers, path.name, labelled)
    classes = headers.get("classlabel", "true").lower().split()[:1] != ["false"]
    samples: list[Samples] = []
    labels: list[str | None] = []
    for number, line in enumerate(lines[first:], first + 1):
        if not line.strip() or line.lstrip().startswith(_COMMENTS):
            continue
        where = f"{path.name}, line {number}"
        series, label = _sample(line, where, classes, labelled)
        if samples and len(series) != len(samples[0]):
            raise InputError(
                f"{where}: it has {len(series)} channels, but the first series {len(samples[0])}. Expected the same "
                "number in all."
            )
        samples.append(series)
        labels.append(label)
    if not samples:
        raise InputError(f"{path.name} has no series after @data. {_EXPECTED}.")
    present = [label for label in labels if label is not None]
    _check_labels(present, headers.get("classlabel", "").split()[1:], path.name)
    return Lines(samples, labels)


def _headers(lines: list[str], name: str) -> tuple[dict[str, str], int]:
    """Header lines by their name in lower case, and the number of the line with ``@data``."""
    headers: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith(_COMMENTS):
            continue
        if not text.startswith("@"):
            raise InputError(f"{name}, line {number}: {text[:40]!r} comes before @data. {_EXPECTED}.")
        key, *value = text[1:].split(None, 1) or [""]
        if key.lower() == "data":
            return headers, number
        headers[key.lower()] = value[0] if value else ""
    raise InputError(f"{name} has no line @data. {_EXPECTED}.")


def _check(headers: dict[str, str], name: str, labelled: bool) -> None:
    if headers.get("targetlabel", "false").lower() != "false":
        raise InputError(f"{name} is for regression (@targetLabel). Expected classes: @classLabel true …")
    classes = headers.get("classlabel", "").split()[:1]
    if classes and classes[0].lower() not in ("true", "false"):
        raise InputError(f"{name} has @classLabel {classes[0][:40]} …. Expected true after it, then the classes.")
    if labelled and classes and classes[0].lower() == "false":
        raise InputError(
            f"{name} has no classes (@classLabel false). Expected @classLabel true, and a class at each line's end."
        )
    if headers.get("timestamps", "false").lower() == "true":
        raise InputError(
            f"{name} has time stamps (@timeStamps true), which cannot be read. Expected values at equal steps: "
            "resample the series and write them without time stamps."
        )


def _sample(line: str, where: str, classes: bool, labelled: bool) -> tuple[Samples, str | None]:
    """Parse one line: channels, then the class where there are `classes`. Shorter channels end in NaN."""
    fields = line.strip().split(":")
    channels, label = (fields[:-1], fields[-1].strip()) if classes else (fields, None)
    unknown = label is not None and is_missing(label)
    if not channels or (unknown and labelled) or (label is not None and "," in label):
        raise InputError(f"{where}: no class after the last colon. Expected values,…:values,…:class.")
    if channels[0].startswith("("):
        raise InputError(f"{where}: it has time stamps, which cannot be read. Expected values separated by commas.")
    values = [numbers(channel.split(","), where) for channel in channels]
    series = np.full((len(values), max(map(len, values))), np.nan, dtype=np.float64)
    for row, channel in zip(series, values, strict=True):
        row[: len(channel)] = channel
    return series, None if unknown else label


def _check_labels(labels: list[str], listed: list[str], name: str) -> None:
    known = {_canonical(label) for label in listed}
    strange = sorted(label for label in set(labels) if _canonical(label) not in known) if listed else []
    if strange:
        raise InputError(
            f"{name} has series of classes that its header does not list: {shorten(list(map(repr, strange)))}. "
            f"Expected those of @classLabel true {' '.join(listed[:10])}{' …' if len(listed) > 10 else ''}; mend one "
            "or the other."
        )


def _canonical(label: str) -> str | float:
    """One value for 1, 1.0 and 1e0, which are the same class."""
    return float(label) if is_number(label) else label
