"""What the files of the UCR and UEA archives have in common: NAME_TRAIN and NAME_TEST beside each other."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Samples
from vilfredo.tasks.raw import Part

_PART = re.compile(r"(?P<name>.+)_(?P<part>TRAIN|TEST)", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n?|\n")  # str.splitlines ends lines at form feeds and the like, too
_EXACT = 2.0**53


@dataclass(frozen=True, eq=False)
class Lines:
    """What one file holds."""

    samples: Samples | list[Samples]
    """(N, channels, length), or each (channels, length) by itself."""
    labels: list[str | None]
    """As they are written, one for each sample; None where it is missing."""


def holds_archive(folder: str, *extensions: str) -> bool:
    """Whether `folder` is one with a file ``NAME_TRAIN`` of one of the extensions; never raises."""
    try:
        return os.path.isdir(folder) and any(_training_files(Path(folder), extension) for extension in extensions)
    except (OSError, ValueError):
        return False


def archive_files(source: str, extension: str, labelled: bool = True) -> tuple[str, Path, Path | None]:
    """Find the files behind a path.

    Parameters
    ----------
    source
        A file, or a folder with one ``NAME_TRAIN`` file, or with one that is called like the folder.
    extension
        E.g. ``.ts``.
    labelled
        Whether it is to be learnt from; if not, the test file may be given.

    Returns
    -------
    Name of the data set, the training file, the test file beside it or None.

    Raises
    ------
    InputError
        When a folder holds several data sets, or the test file was given.
    """
    path = Path(os.path.abspath(source))
    if path.is_dir():
        path = _only(_training_files(path, extension), path.name)
    match = _PART.fullmatch(path.stem)
    if match is None:
        return path.stem, path, None
    if match["part"].upper() == "TEST" and not labelled:
        return match["name"], path, None
    if match["part"].upper() == "TEST":
        raise InputError(
            f"this is the test part by its name. Give {match['name']}_TRAIN{path.suffix}, beside which this one is "
            "found; if it is all there is, rename it."
        )
    wanted = f"{match['name']}_test{extension}".lower()
    test = next((file for file in sorted(path.parent.iterdir()) if file.name.lower() == wanted), None)
    return match["name"], path, test


def text_lines(path: Path, expected: str) -> list[str]:
    """Lines of a text file; comments may be of any encoding, so what isn't UTF-8 is escaped.

    Raises
    ------
    InputError
        When it is empty or no text; the message ends in `expected`.
    """
    contents = path.read_bytes()
    if b"\0" in contents:
        raise InputError(f"{path.name} is not a text file. {expected}.")
    if not contents.strip():
        raise InputError(f"{path.name} is empty. {expected}.")
    return _LINE_END.split(contents.decode("utf-8-sig", "backslashreplace"))


def numbers(fields: list[str], where: str) -> list[float]:
    """Parse values; ``?``, NaN and an empty field are missing ones, and become NaN.

    Raises
    ------
    InputError
        Naming `where`, when one is no number.
    """
    try:
        if "_" not in "".join(fields):
            return list(map(float, fields))
    except ValueError:
        pass
    known = ["nan" if is_missing(field) else field for field in fields]
    wrong = next((field for field in known if not is_number(field)), None)
    if wrong is not None:
        raise InputError(
            f"{where}: {wrong.strip()[:40]!r} is no number. Expected numbers only, and ? or NaN for a missing one."
        )
    return list(map(float, known))


def parts_of(found: Sequence[Lines]) -> list[Part]:
    """The training part from the first file, and the test part from the second where there is one."""
    labels = label_arrays(*([label for label in lines.labels if label is not None] for lines in found))
    parts = []
    for name, lines, present in zip(("training", "test"), found, labels, strict=False):
        known = np.array([label is not None for label in lines.labels], dtype=np.bool_)
        parts.append(Part(name, lines.samples, present, None if known.all() else known))
    return parts


def label_arrays(*parts: Sequence[str]) -> list[NDArray[Any]]:
    """Labels of all parts as numbers where all are whole ones below 2^53, so that 2 comes before 10; else as text."""
    if all(_is_whole(label) for part in parts for label in set(part)):
        return [np.array(list(map(float, part))) for part in parts]
    return [np.array(part, dtype=np.str_) for part in parts]


def is_number(text: str) -> bool:
    """Whether it is written as a number; NaN is one, 1_000 isn't, though Python takes it for one."""
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def is_missing(text: str) -> bool:
    """Whether it stands for what is unknown: ``?``, NaN or nothing."""
    return text.strip().lower() in ("", "?", "nan")


def _is_whole(text: str) -> bool:
    return is_number(text) and float(text).is_integer() and abs(float(text)) < _EXACT


def _training_files(folder: Path, extension: str) -> list[Path]:
    return sorted(
        file
        for file in folder.iterdir()
        if file.suffix.lower() == extension and file.stem.lower().endswith("_train") and file.is_file()
    )


def _only(files: list[Path], folder: str) -> Path:
    namesake = [file for file in files if file.stem.lower() == f"{folder}_train".lower()]
    if len(files) != 1 and len(namesake) != 1:
        names = ", ".join(file.name for file in files)
        raise InputError(f"the folder holds several data sets: {names}. Give the path of the one that is meant.")
    return (namesake or files)[0]
