"""A table, .csv or .parquet, with a header; --target names the column of the classes.

The test part is a file called the same but for ``test`` in place of ``train``, beside it, if it has that column.
"""

import csv
import os
import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from vilfredo.errors import InputError, nearest
from vilfredo.tasks.labels import shorten
from vilfredo.tasks.raw import Options, Part, Raw

_EXTENSIONS = (".csv", ".parquet")
_SEPARATORS = ",;\t|"
_SNIFFED = 1 << 16
"""Characters that are looked at to find the separator."""
_TYPICAL = ("target", "class", "label", "y", "species", "quality", "outcome")


def accepts(source: str) -> bool:
    """Whether it is a ``.csv`` or ``.parquet`` file."""
    return source.lower().endswith(_EXTENSIONS) and os.path.isfile(source)


def read(source: str, options: Options) -> Raw:
    """Read the table, and the test part beside it where there is one."""
    path, notes = Path(os.path.abspath(source)), list[str]()
    frame = _frame(path, notes)
    target = _target(frame, options)
    frame = _without(frame, options, target)
    training = _part("training", frame, target, notes)
    test = _test_part(path, training, target, notes)
    return Raw(path.stem, str(path), training, test, notes=tuple(notes), task="table")


def _frame(path: Path, notes: list[str]) -> Any:
    """Read a file as a pandas data frame with text for column names."""
    if path.stat().st_size == 0:
        raise InputError(f"{path.name} is empty. Expected a table with a header.")
    frame = _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path, notes)
    names = [str(name).strip() for name in frame.columns]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InputError(f"{path.name} has several columns called {shorten(repeated)}. Give each a name of its own.")
    if "" in names:
        raise InputError(f"{path.name}: column {names.index('') + 1} has no name. Expected a header with all names.")
    frame.columns = names
    if len(frame) == 0:
        raise InputError(f"{path.name} has a header and no rows. Expected at least a few rows.")
    return frame


def _parquet(path: Path) -> Any:
    if find_spec("pyarrow") is None:
        raise InputError('reading .parquet needs pyarrow: pip install "vilfredo[parquet]", or save the table as .csv.')
    import pandas as pd  # noqa: PLC0415 - half a second that other data need not wait for

    try:
        return pd.read_parquet(path, engine="pyarrow").reset_index(drop=True)
    except Exception as error:  # damaged files raise many kinds
        raise InputError(f"{path.name} is not a parquet file, or is damaged ({_first_line(error)}).") from None


def _csv(path: Path, notes: list[str]) -> Any:
    import pandas as pd  # noqa: PLC0415 - half a second that other data need not wait for

    text, encoding = _decoded(path)
    if encoding != "utf-8":
        notes.append(f"{path.name} is not UTF-8: read as {encoding}")
    separator = _separator(text)
    decimal = "," if separator == ";" and _decimal_commas(text) else "."
    try:
        header = next(csv.reader(text.splitlines()[:1], delimiter=separator))
        frame = pd.read_csv(path, sep=separator, decimal=decimal, encoding=encoding, skipinitialspace=True)
    except Exception as error:  # the parser raises many kinds
        raise InputError(f"{path.name} cannot be read as a table ({_first_line(error)}).") from None
    if len(header) == len(frame.columns):
        frame.columns = header  # pandas renames what is repeated or missing
    if len(header) == 1:
        raise InputError(
            f"{path.name} has a single column ('{header[0][:40]}'). Expected columns separated by commas, semicolons, "
            "tabs or bars, under a header."
        )
    return frame


def _decoded(path: Path) -> tuple[str, str]:
    """Beginning of a text file, and how it is encoded."""
    with path.open("rb") as file:
        raw = file.read(_SNIFFED)
    if b"\0" in raw:
        raise InputError(f"{path.name} is not a text file. Expected a table of separated values.")
    whole = path.read_bytes()
    try:
        return whole.decode("utf-8-sig")[:_SNIFFED], "utf-8" if whole[:3] != b"\xef\xbb\xbf" else "utf-8-sig"
    except UnicodeDecodeError:
        return raw.decode("latin-1"), "latin-1"


def _separator(text: str) -> str:
    """The separator that is there most often in the header, outside quotes."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text.splitlines()[:1]]
    return max(_SEPARATORS, key=lambda sign: sum(line.count(sign) for line in lines))


def _decimal_commas(text: str) -> bool:
    """Whether fields between semicolons look like 1,5 and none like 1.5."""
    body = text.partition("\n")[2]
    return bool(re.search(r"(^|;)-?\d+,\d+(;|$)", body, re.MULTILINE)) and not re.search(r"\d\.\d", body)


def _target(frame: Any, options: Options) -> str:
    names = list(frame.columns)
    if options.target is None:
        likely = next((name for name in names if name.lower() in _TYPICAL), names[-1])
        raise InputError(
            f"say which column holds the classes, e.g. --target {_quoted(likely)}. Columns: {shorten(names, most=30)}."
        )
    if options.target not in names:
        raise InputError(
            f"target: there is no column '{options.target}'.{nearest(options.target, names)} "
            f"Columns: {shorten(names, most=30)}."
        )
    return options.target


def _without(frame: Any, options: Options, target: str) -> Any:
    """Leave out the columns to be ignored; check the names given."""
    for option, asked in (("ignore", options.ignore), ("categorical", options.categorical)):
        for name in asked:
            if name not in frame.columns:
                known = nearest(name, frame.columns)
                raise InputError(f"{option}: there is no column '{name}'.{known}")
            if name == target:
                raise InputError(f"{option}: '{name}' is the target. Name a column to learn from.")
    return frame.drop(columns=list(options.ignore))


def _part(name: str, frame: Any, target: str, notes: list[str]) -> Part:
    known = frame[target].notna()
    if not known.all():
        notes.append(f"{int((~known).sum())} of {len(frame)} {name} rows have no '{target}': left out")
        frame = frame[known]
    if len(frame) == 0:
        raise InputError(f"no {name} row has a value in '{target}'. Expected a class in each.")
    labels = frame[target]
    values = labels.to_numpy() if labels.dtype.kind in "buif" else labels.astype(str).to_numpy(dtype=np.str_)
    return Part(name, frame.drop(columns=[target]).reset_index(drop=True), values)


def _test_part(path: Path, training: Part, target: str, notes: list[str]) -> Part | None:
    changed = re.sub("train", "test", path.stem, flags=re.IGNORECASE)
    wanted = f"{changed}{path.suffix}".lower()
    beside = next((file for file in sorted(path.parent.iterdir()) if file.name.lower() == wanted), None)
    if changed == path.stem or beside is None:
        return None
    frame = _frame(beside, notes)
    if target not in frame.columns:
        notes.append(f"{beside.name} has no column '{target}', and so is no test part: not used")
        return None
    columns: Sequence[str] = list(training.samples.columns)
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise InputError(f"{beside.name} lacks the columns {shorten(missing)}. Expected those of {path.name}.")
    return _part("test", frame[[*columns, target]], target, notes)


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[\w.-]+", name) else f"'{name}'"


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
