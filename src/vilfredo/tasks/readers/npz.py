"""An .npz file with x_train and y_train (x_test and y_test too where there is a test part), or x and y.

To predict, also samples alone: x_train, x, x_test or the only array of an .npz file, or an .npy file.

Images are (N, H, W) or (N, H, W, C), series (N, channels, length); ``class_names`` (or ``original_labels``) may name
the classes. Pickles are never loaded.
"""

import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.raw import Options, Part, Raw, unlabelled

_EXPECTED = "x_train and y_train (with x_test and y_test where there is a test part), or x and y"
_Pair = tuple[str, str | None]
_NAMES = ("class_names", "original_labels")


def accepts(source: str) -> bool:
    """Whether it is a file whose name ends in ``.npz`` or ``.npy``."""
    return source.lower().endswith((".npz", ".npy")) and os.path.isfile(source)


def read(source: str, options: Options) -> Raw:
    """Load the arrays that are needed, and only those."""
    path = Path(source)
    if path.stat().st_size == 0:
        raise InputError("the file is empty. Expected an .npz file written by numpy.savez.")
    if path.suffix.lower() == ".npy":
        return _samples_alone(path, options)
    with path.open("rb") as file:
        if not zipfile.is_zipfile(file):
            raise InputError(
                "this is not an .npz file, or only part of one. Expected a file written by numpy.savez; write or "
                "copy it again."
            )
    with _archive(path) as archive:
        found = list(archive.files)
        pairs = _choose_keys(found, options.labelled)
        used = [key for pair in pairs for key in pair if key is not None]
        arrays = {key: _load(archive, key) for key in used}
        naming = next((key for key in _NAMES if key in found), None)
        names = None if naming is None else _load(archive, naming)
    training = _part("training", arrays, *pairs[0])
    test = _part("test", arrays, *pairs[1]) if len(pairs) == 2 else None
    others = [key for key in found if key not in (*used, naming)]
    notes = (f"arrays not used: {', '.join(others)}",) if others else ()
    return Raw(path.stem, os.path.abspath(source), training, test, _texts(names, naming), notes)


def _samples_alone(path: Path, options: Options) -> Raw:
    """Load a file of one array."""
    if options.labelled:
        raise InputError(
            f"an .npy file holds one array, samples without labels. Expected an .npz file with {_EXPECTED}; "
            "numpy.savez writes it."
        )
    with path.open("rb") as file:
        try:
            array: NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
        except Exception as error:  # damaged headers raise many kinds
            raise _unreadable(path.name, error) from None
    return Raw(path.stem, os.path.abspath(path), _part("training", {path.name: array}, path.name, None))


def _part(name: str, arrays: dict[str, NDArray[Any]], x: str, y: str | None) -> Part:
    """Samples and their labels, or samples alone."""
    if y is not None:
        return Part(name, arrays[x], arrays[y])
    if arrays[x].ndim == 0:
        raise InputError(f"{x} is a single value. Expected samples (N, …).")
    return unlabelled(name, arrays[x])


def _archive(path: Path) -> np.lib.npyio.NpzFile:
    try:
        archive = np.load(path, allow_pickle=False)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # broken archives raise many kinds
        raise _corrupt(str(error)) from None
    if not isinstance(archive, np.lib.npyio.NpzFile):
        raise InputError("this is a single array, not an .npz file. Expected several, written by numpy.savez.")
    return archive


def _choose_keys(found: list[str], labelled: bool) -> list[_Pair]:
    """Names of the samples and of their labels; of the training part, and of the test part where there is one."""
    if not labelled and (pairs := _with_or_without_labels(found)):
        return pairs
    for pair in (("x_train", "y_train"), ("x", "y")):
        if pair[0] in found and pair[1] in found:
            test = ["x_test", "y_test"] if pair[0] == "x_train" else []
            present = [key for key in test if key in found]
            if len(present) == 1:
                missing = next(key for key in test if key not in found)
                raise InputError(f"it has {present[0]} but no {missing}. Expected both or neither.")
            return [pair, ("x_test", "y_test")] if present else [pair]
        for one, other in (pair, pair[::-1]):
            if one in found:
                raise InputError(f"it has {one} but no {other}. Expected {_EXPECTED}; found: {', '.join(found)}.")
    lacking = "arrays to learn from" if labelled else "samples"
    or_else = "" if labelled else ", or samples alone: a single array, or x"
    raise InputError(f"it lacks the {lacking}. Expected {_EXPECTED}{or_else}; found: {', '.join(found) or 'none'}.")


def _with_or_without_labels(found: list[str]) -> list[_Pair]:
    """The samples there are; none where there are several arrays of other names."""
    named = next((key for key in ("x_train", "x", "x_test") if key in found), None)
    others = [key for key in found if key not in _NAMES]
    if named is None:
        return [(others[0], None)] if len(others) == 1 else []
    parts = [named, "x_test"] if named == "x_train" and "x_test" in found else [named]
    return [(x, y if (y := f"y{x[1:]}") in found else None) for x in parts]


def _load(archive: np.lib.npyio.NpzFile, key: str) -> NDArray[Any]:
    try:
        array = archive[key]
    except Exception as error:  # zip, zlib and the array header each raise their own kinds
        raise _unreadable(key, error) from None
    if not isinstance(array, np.ndarray):
        raise InputError(f"{key} is not an array. Expected a file written by numpy.savez.")
    return array


def _unreadable(key: str, error: Exception) -> InputError:
    """What is wrong with one array."""
    if "allow_pickle" in str(error) or "Object arrays" in str(error):
        return InputError(
            f"{key} is an array of Python objects, which could run code when loaded, and is refused. Expected "
            "numbers (or text for labels); convert it with .astype before saving."
        )
    if isinstance(error, MemoryError):
        return InputError(f"{key} does not fit in memory, or is damaged ({error}).")
    return _corrupt(f"{key}: {error}")


def _corrupt(reason: str) -> InputError:
    return InputError(f"the file is damaged or incomplete ({reason}). Write or copy it again.")


def _texts(names: NDArray[Any] | None, key: str | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    if names.ndim != 1 or names.dtype.kind not in "USbuif":
        raise InputError(f"{key} has shape {names.shape} and type {names.dtype}. Expected a list of texts.")
    return tuple(map(_text, names.tolist()))


def _text(name: object) -> str:
    if isinstance(name, bytes):
        return name.decode("utf-8", "backslashreplace")
    return str(int(name)) if isinstance(name, float) and name.is_integer() else str(name)  # class 3, not 3.0
