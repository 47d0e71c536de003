"""What the files of the UCR and UEA archives have in common: NAME_TRAIN and NAME_TEST beside each other."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError

_PART = re.compile(r"(?P<name>.+)_(?P<part>TRAIN|TEST)", re.IGNORECASE)


def holds_archive(folder: str, extension: str) -> bool:
    """Whether `folder` is one with a file ``NAME_TRAIN`` of that extension; never raises."""
    try:
        return os.path.isdir(folder) and bool(_training_files(Path(folder), extension))
    except (OSError, ValueError):
        return False


def archive_files(source: str, extension: str) -> tuple[str, Path, Path | None]:
    """Find the files behind a path.

    Parameters
    ----------
    source
        A file, or a folder with one ``NAME_TRAIN`` file.
    extension
        E.g. ``.ts``.

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
        files = _training_files(path, extension)
        if len(files) != 1:
            names = ", ".join(file.name for file in files)
            raise InputError(f"the folder holds several data sets: {names}. Give the path of the one that is meant.")
        path = files[0]
    match = _PART.fullmatch(path.stem)
    if match is None:
        return path.stem, path, None
    if match["part"].upper() == "TEST":
        raise InputError(f"this is the test part. Give {match['name']}_TRAIN{extension}; this file is found beside it.")
    wanted = f"{match['name']}_test{extension}".lower()
    test = next((file for file in sorted(path.parent.iterdir()) if file.name.lower() == wanted), None)
    return match["name"], path, test


def label_array(labels: Sequence[str]) -> NDArray[Any]:
    """Labels as numbers where all of them are, so that 2 comes before 10; else as text."""
    try:
        return np.array(labels, dtype=np.float64)
    except ValueError:
        return np.array(labels)


def _training_files(folder: Path, extension: str) -> list[Path]:
    return sorted(
        file
        for file in folder.iterdir()
        if file.suffix.lower() == extension and file.stem.lower().endswith("_train") and file.is_file()
    )
