"""Landscapes as files: an ``.npz`` of plain arrays and a description in JSON, with a checksum. No pickles."""

import hashlib
import io
import json
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from vilfredo.errors import InputError
from vilfredo.files import write_whole
from vilfredo.search.landscape import (
    CURVE,
    DISTURBANCE,
    OBJECTIVES,
    OUTCOMES,
    SCHEME,
    SPREAD,
    About,
    Landscape,
    Rows,
    far,
    fewest_cells,
)

FORMAT = 1
MOST_BYTES = 2**26
"""Of an unpacked file: far beyond any landscape, and far below what would hurt."""

Arrays = Mapping[str, NDArray[Any]]

_TYPES: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "seeds": ("<i4", ()),
    "outcomes": ("|u1", ()),
    "objectives": ("<f8", (len(OBJECTIVES),)),
    "spread": ("<f4", (len(SPREAD),)),
    "step_seconds": ("<f8", ()),
    "disturbance": ("<f4", (len(DISTURBANCE),)),
    "best_epochs": ("<i2", ()),
    "seconds": ("<f8", ()),
    "curves": ("<f4", (-1, len(CURVE))),
}
"""Data type, and shape behind the rows, of each array; -1 is any size. The texts are UTF-8, a line each."""
_TEXTS = ("about", "texts", "reasons")
_DAMAGE = (
    *(OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, MemoryError, RuntimeError),
    *(SyntaxError, tokenize.TokenError, zipfile.BadZipFile, zlib.error, ValidationError),
)
"""What damaged bytes may make of reading them; arrays' headers are read as Python literals."""
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What numpy writes. Damaged members of other packings fail each in its own way."""


def write_landscape(path: Path, about: About, rows: Rows) -> Landscape:
    """Write a landscape, whole or not at all; returns it as it will be read.

    Raises
    ------
    OSError
        When it cannot be written.
    InputError
        When it would be refused on reading: rows that make no sense. The file is there all the same.
    """
    arrays: dict[str, NDArray[Any]] = {
        "about": _bytes(json.dumps({"format": FORMAT, **about.model_dump(mode="json")}, sort_keys=True)),
        "texts": _bytes("\n".join(rows.texts)),
        "reasons": _bytes("\n".join(" ".join(reason.split()) for reason in rows.reasons)),
    }
    arrays |= {name: getattr(rows, name).astype(kind) for name, (kind, _) in _TYPES.items()}
    arrays["checksum"] = _bytes(_checksum(arrays))
    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **arrays)
    write_whole(path, content.getvalue())
    return read_landscape(path)


def read_landscape(path: Path) -> Landscape:
    """Read a landscape.

    Raises
    ------
    InputError
        When the file is not there, is no landscape, is damaged, or is of a newer format.
    """
    try:
        arrays = _arrays(path)
        stored = _text(arrays.pop("checksum"))
        if stored != _checksum(arrays):
            raise ValueError("its checksum does not agree")
        about = json.loads(_text(arrays["about"]))
        if about.pop("format") != FORMAT:
            raise InputError(f"landscape: '{path}' is of a newer format. Upgrade Vilfredo to read it.")
        source = f"{SCHEME}{path.resolve()}"
        described, rows = About.model_validate(about), _rows(arrays)
        _check_values(described, rows)
        return Landscape(described, rows, stored, source)
    except FileNotFoundError:
        raise InputError(f"landscape: there is no file '{path}'.") from None
    except _DAMAGE as error:
        reason = "its description is wrong" if isinstance(error, ValidationError) else error
        raise InputError(
            f"landscape: '{path}' is damaged or is no landscape ({reason}). Fetch or record it again."
        ) from None


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        packed = next((entry for entry in entries if entry.compress_type not in _PACKINGS), None)
        if packed is not None:
            raise ValueError(f"'{packed.filename}' in it is neither stored nor deflated")
        size = sum(entry.file_size for entry in entries)
        if size > MOST_BYTES:
            raise ValueError(f"it unpacks to {size:,} bytes")
    with np.load(path, allow_pickle=False) as opened:
        wanted = (*_TEXTS, *_TYPES, "checksum")
        return {name: opened[name] for name in wanted}


def _rows(arrays: Arrays) -> Rows:
    """Check and widen the arrays.

    Raises
    ------
    ValueError
        When they don't fit each other.
    """
    texts, reasons = _lines(arrays["texts"]), _lines(arrays["reasons"])
    count = len(texts)
    if len(reasons) != count:
        raise ValueError(f"{len(reasons)} reasons for {count} rows")
    for name, (kind, shape) in _TYPES.items():
        found = arrays[name]
        fits = found.ndim == 1 + len(shape) and len(found) == count and found.dtype.str == kind
        if not fits or any(side not in (-1, size) for side, size in zip(shape, found.shape[1:], strict=True)):
            raise ValueError(f"'{name}' has type {found.dtype} and shape {found.shape}")
    if count and int(arrays["outcomes"].max()) >= len(OUTCOMES):
        raise ValueError("an outcome is unknown")
    plain: dict[str, Any] = {
        name: arrays[name].astype(np.float64 if "f" in kind else np.int64) for name, (kind, _) in _TYPES.items()
    }
    return Rows(texts=texts, reasons=reasons, **plain)


def _check_values(about: About, rows: Rows) -> None:
    """Refuse what no recording says, and what a search would go wrong on or never come to its end with.

    Raises
    ------
    ValueError
        Saying what was expected.
    """
    if not (np.isfinite(rows.seconds) & (rows.seconds >= 0)).all():
        raise ValueError("seconds of a training are no number from 0")
    complete = rows.objectives[rows.outcomes == OUTCOMES.index("complete")]  # (complete rows, 8)
    if not (np.isfinite(complete) & (complete >= 0)).all():
        raise ValueError("an objective of a complete training is no number from 0")
    if np.isinf(rows.objectives).any():
        raise ValueError("an objective is infinite")
    if len(set(zip(rows.texts, rows.seeds.tolist(), strict=True))) < len(rows):
        raise ValueError("a cell is there twice with one seed")
    for space in about.spaces:
        if fewest_cells(space) > far(len(rows)):
            raise ValueError(f"{len(rows):,} trainings, but a space with at least {fewest_cells(space):,} cells")


def _checksum(arrays: Arrays) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"{name} {array.shape} {array.dtype.str};".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), dtype=np.uint8)


def _text(array: NDArray[Any]) -> str:
    return array.astype(np.uint8).tobytes().decode()


def _lines(array: NDArray[Any]) -> tuple[str, ...]:
    return tuple(_text(array).split("\n"))
