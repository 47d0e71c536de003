"""Bundled data by name, as scikit-learn and aeon ship them: digits, wine, breast-cancer, iris; GunPoint and others.

``bundled:NAME`` means the bundled one also where a file is called so.
"""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from vilfredo.errors import InputError, nearest
from vilfredo.tasks.raw import Options, Part, Raw
from vilfredo.tasks.readers import ts

_PREFIX = "bundled:"
_TABLES = {"wine": "load_wine", "breast-cancer": "load_breast_cancer", "iris": "load_iris"}
_DESCRIPTIONS = {
    "digits": "1,797 images of 8×8 grey pixels, 10 classes",
    "wine": "178 rows of 13 numbers, 3 classes",
    "breast-cancer": "569 rows of 30 numbers, 2 classes",
    "iris": "150 rows of 4 numbers, 3 classes",
    "ArrowHead": "36 + 175 series of 251 steps, 3 classes (aeon)",
    "BasicMotions": "40 + 40 series of 6 channels × 100 steps, 4 classes (aeon)",
    "GunPoint": "50 + 150 series of 150 steps, 2 classes (aeon)",
    "ItalyPowerDemand": "67 + 1,029 series of 24 steps, 2 classes (aeon)",
    "JapaneseVowels": "270 + 370 series of 12 channels × 7 to 29 steps, 9 classes (aeon)",
    "OSULeaf": "200 + 242 series of 427 steps, 6 classes (aeon)",
}
NAMES = tuple(_DESCRIPTIONS)


def descriptions() -> dict[str, str]:
    """What each bundled data set is, by name."""
    return dict(_DESCRIPTIONS)


def accepts(source: str) -> bool:
    """Whether it is one of the names, or asks for a bundled one."""
    return source in NAMES or source.startswith(_PREFIX)


def read(source: str, options: Options) -> Raw:
    """Load it from the files of the package that has it."""
    name = source.removeprefix(_PREFIX)
    if name not in NAMES:
        raise InputError(f"no data set is bundled by that name.{nearest(name, NAMES)} Known: {', '.join(NAMES)}.")
    if options.target is not None and options.labelled:
        raise InputError(f"target: {name} comes with its classes. Leave --target out.")
    shadowed = f"the bundled data, not the file or folder of that name: write ./{source} for that"
    notes = (shadowed,) if os.path.exists(source) else ()
    if name == "digits":
        return _digits(name, notes)
    return _table(name, notes) if name in _TABLES else _series(name, options, notes)


def _digits(name: str, notes: tuple[str, ...]) -> Raw:
    from sklearn.datasets import load_digits  # noqa: PLC0415 - a second of start-up for other data

    digits = load_digits()
    images = np.asarray(digits.images, dtype=np.float32)  # (1797, 8, 8)
    return Raw(name, name, Part("training", images, np.asarray(digits.target)), notes=notes, task="image")


def _table(name: str, notes: tuple[str, ...]) -> Raw:
    from sklearn import datasets  # noqa: PLC0415 - a second of start-up for other data

    found: Any = getattr(datasets, _TABLES[name])(as_frame=True)
    names = tuple(map(str, found.target_names))
    return Raw(name, name, Part("training", found.data, found.target.to_numpy()), None, names, notes, "table")


def _series(name: str, options: Options, notes: tuple[str, ...]) -> Raw:
    package = find_spec("aeon")
    if package is None or package.origin is None:
        raise InputError(f'{name} comes with the package aeon: pip install "vilfredo[aeon]" to have it.')
    file = Path(package.origin).parent / "datasets" / "data" / name / f"{name}_TRAIN.ts"
    if not file.is_file():
        raise InputError(f"{name} is not among the data of the installed aeon ({file} is missing).")
    raw = ts.read(str(file), options)
    return Raw(name, name, raw.training, raw.test, notes=(*notes, *raw.notes), task="series")
