"""A table, .csv or .parquet, with a header; --target names the column of the classes.

The test part is a file called the same but for ``test`` in place of ``train``, beside it, if it has that column.
To predict, the column may be missing.
"""

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError, nearest
from vilfredo.tasks.labels import shorten
from vilfredo.tasks.raw import Options, Part, Raw, unlabelled
from vilfredo.tasks.table_files import read_frame

_EXTENSIONS = (".csv", ".parquet")
_TYPICAL = ("target", "class", "label", "labels", "y", "species", "quality", "outcome")


def accepts(source: str) -> bool:
    """Whether it is a ``.csv`` or ``.parquet`` file."""
    return source.lower().endswith(_EXTENSIONS) and os.path.isfile(source)


def read(source: str, options: Options) -> Raw:
    """Read the table, and the test part beside it where there is one."""
    path, notes = Path(os.path.abspath(source)), list[str]()
    frame = read_frame(path, options.target, notes, 2 if options.labelled else 1)
    if not options.labelled and options.target not in frame.columns:
        return Raw(path.stem, str(path), unlabelled("training", frame), notes=tuple(notes), task="table")
    target = _target(list(frame.columns), options)
    training = _part("training", frame, target, options, notes)
    test = _test_part(path, training, options, notes)
    if test is not None and training.labels.dtype.kind != test.labels.dtype.kind:
        # Where one part happens to hold numbers only, they are names all the same.
        training, test = (replace(part, labels=_as_text(part.labels)) for part in (training, test))
    return Raw(path.stem, str(path), training, test, notes=tuple(notes), task="table")


def _target(names: list[str], options: Options) -> str:
    if options.target is None:
        likely = next((name for name in names if name.lower() in _TYPICAL), names[-1])
        quoted = likely if re.fullmatch(r"[\w.-]+", likely) else f'"{likely}"'
        raise InputError(
            f"say which column holds the classes, e.g. --target {quoted}. Columns: {shorten(names, most=30)}."
        )
    if options.target not in names:
        raise InputError(
            f"target: there is no column '{options.target}'.{nearest(options.target, names)} Columns: "
            f"{shorten(names, most=30)}."
        )
    for option, asked in (("ignore", options.ignore), ("categorical", options.categorical)):
        if options.target in asked:
            raise InputError(f"{option}: '{options.target}' is the target. Name columns to learn from only.")
    return options.target


def _part(name: str, frame: Any, target: str, options: Options, notes: list[str]) -> Part:
    """Divide a frame into samples and labels; rows without a label are left out where one is needed."""
    known = frame[target].notna() & (frame[target].astype(str).str.strip() != "?")
    if not options.labelled and not known.all():
        samples = frame.drop(columns=[target]).reset_index(drop=True)
        labels = _labels(frame[target][known], target) if known.any() else np.empty(0, dtype=np.str_)
        return Part(name, samples, labels, known.to_numpy(dtype=np.bool_))
    if not known.any():
        raise InputError(f"no {name} row has a value in '{target}'. Expected a class in each.")
    if not known.all():
        notes.append(f"{int((~known).sum()):,} of {len(frame):,} {name} rows have no '{target}': left out")
        frame = frame[known]
    return Part(name, frame.drop(columns=[target]).reset_index(drop=True), _labels(frame[target], target))


def _labels(values: Any, target: str) -> NDArray[Any]:
    """Labels (N,) as whole numbers or text."""
    if values.dtype.kind not in "iuf":
        return np.array([str(value).strip() for value in values], dtype=np.str_)
    if values.dtype.kind == "u" and values.max() > np.iinfo(np.int64).max:
        return np.array([str(value) for value in values], dtype=np.str_)
    labels: NDArray[Any] = values.to_numpy(dtype=np.float64 if values.dtype.kind == "f" else np.int64)
    broken = labels[labels != np.round(labels)]
    if len(broken):
        raise InputError(
            f"target: '{target}' holds fractions, such as {broken[0]}, which are no classes; regression is not "
            "possible. Expected whole numbers or text: name another column, or cut this one into ranges (pandas.cut) "
            "first."
        )
    return labels


def _as_text(labels: NDArray[Any]) -> NDArray[Any]:
    return labels.astype(np.int64).astype(np.str_) if labels.dtype.kind in "iuf" else labels


def _test_part(path: Path, training: Part, options: Options, notes: list[str]) -> Part | None:
    changed = re.sub("train", "test", path.stem, flags=re.IGNORECASE)
    wanted = f"{changed}{path.suffix}".lower()
    beside = next((file for file in sorted(path.parent.iterdir()) if file.name.lower() == wanted), None)
    if changed == path.stem or beside is None:
        return None
    target, found = str(options.target), list[str]()
    frame = read_frame(beside, target, found)
    if target not in frame.columns:
        notes.append(f"{beside.name} has no column '{target}', and so is no test part: not used")
        return None
    notes += [f"{beside.name}, which lies beside it, is the test part", *found]
    columns = [name for name in training.samples.columns if name not in options.ignore]
    missing = [f"'{name}'" for name in columns if name not in frame.columns]
    if missing:
        raise InputError(
            f"{beside.name} lacks the columns {shorten(missing)}. Expected those of {path.name}: add them, leave them "
            "out by --ignore, or rename the file if it is no test part."
        )
    further = [f"'{name}'" for name in frame.columns if name not in (*columns, *options.ignore, target)]
    if further:
        notes.append(f"columns that only {beside.name} has are not used: {shorten(further)}")
    return _part("test", frame[[*columns, target]], target, options, notes)
