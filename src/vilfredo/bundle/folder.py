"""The folder of a model: ``model.json``, ``model.safetensors``, and what else was written beside them.

Nothing in it is a pickle, and nothing of it is executed: a model from a stranger is safe to open.
"""

import errno
import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

from vilfredo.bundle.model import Model
from vilfredo.bundle.record import RECORD, ModelRecord, read_record, sealed, to_json
from vilfredo.bundle.swapping import put_in_place
from vilfredo.errors import RunError
from vilfredo.files import write_whole
from vilfredo.networks.weights import serialise

WEIGHTS = "model.safetensors"
SOURCE = "network.py"

Fill = Callable[[Path], None]
"""Writes further files into a folder."""


def is_model(folder: Path) -> bool:
    """Whether `folder` looks like a model."""
    return (folder / RECORD).is_file()


def check_writable(folder: Path) -> None:
    """Refuse a place where a model cannot be written; a model that is there will be replaced.

    Raises
    ------
    RunError
        When there is something else.
    """
    try:
        if folder.exists() and not is_model(folder) and (not folder.is_dir() or any(folder.iterdir())):
            raise RunError(f"model: '{folder}' exists and is not a model. Choose another place by --out.")
        parent = folder.resolve().parent
        parent.mkdir(parents=True, exist_ok=True)
        # Before hours of work are for nothing.
        Path(tempfile.mkdtemp(prefix=f".{folder.name[:80]}-", dir=parent)).rmdir()
    except OSError as error:
        raise RunError(
            f"model: '{folder}' cannot be written ({error.strerror}). Choose another place by --out."
        ) from None


def write_model(folder: Path, record: ModelRecord, weights: Mapping[str, Tensor], fill: Fill) -> ModelRecord:
    """Write a model folder, complete or not at all; one that was there is replaced.

    Parameters
    ----------
    fill
        Called with the folder in the making, to add what else belongs there.

    Returns
    -------
    The record as it was written, with the checksums of all files.

    Raises
    ------
    RunError
        When it cannot be written.
    """
    check_writable(folder)
    place = folder.resolve()  # what a link leads to is replaced, not the link
    try:
        _tidy(place)
        made = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    except OSError as error:
        raise RunError(
            f"model: '{folder}' cannot be written ({error.strerror}). Choose another place by --out."
        ) from None
    former = None
    try:
        made.chmod(0o755)
        (made / WEIGHTS).write_bytes(serialise(weights))
        fill(made)
        files = {path.name: _digest(path) for path in sorted(made.iterdir())}
        whole = sealed(record.model_copy(update={"files": files}))
        write_whole(made / RECORD, to_json(whole))
        former = put_in_place(made, place)
    except OSError as error:
        raise RunError(f"model: '{folder}' cannot be written ({error.strerror}). Free some space?") from None
    finally:
        for rest in (made, former):
            if rest is not None:
                shutil.rmtree(rest, ignore_errors=True)
    return whole


def load_model(folder: str | Path) -> Model:
    """Read a model folder.

    Raises
    ------
    RunError
        When it is no model, of a newer version, or was edited or damaged.
    """
    place = Path(folder)
    record = read_record(place)
    try:
        if not (place / WEIGHTS).is_file():  # nor a pipe, which would keep us waiting
            raise FileNotFoundError(errno.ENOENT, "there is no such file")
        content = (place / WEIGHTS).read_bytes()
    except OSError as error:
        raise RunError(
            f"model: '{place / WEIGHTS}' cannot be read ({error.strerror}). The folder is incomplete."
        ) from None
    if hashlib.sha256(content).hexdigest() != record.files.get(WEIGHTS):
        raise RunError(
            f"model: '{place / WEIGHTS}' was changed or is damaged: it is not the file that {RECORD} was written for. "
            "Take the folder from its source again, or deploy anew."
        )
    try:
        weights = safetensors.torch.load(content)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"model: '{place / WEIGHTS}' is damaged ({error}).") from None
    return Model.of(record, weights)


def changed_files(folder: Path, record: ModelRecord) -> tuple[str, ...]:
    """Names of files that are missing or other than when the model was written."""
    changed = []
    for name, digest in record.files.items():
        found = None
        with suppress(OSError):
            found = _digest(folder / name)
        if found != digest:
            changed.append(name)
    return tuple(changed)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _tidy(folder: Path) -> None:
    """Remove what a process left behind that was killed while it wrote this folder."""
    # The name is escaped and the random part has no dash: a folder whose name begins alike is another's.
    litter = re.compile(rf"\.{re.escape(folder.name)}-[a-z0-9_]{{8}}")
    for path in folder.parent.iterdir():
        if litter.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
