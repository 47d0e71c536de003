"""The folder of a model: ``model.json``, ``model.safetensors``, and what else was written beside them.

Nothing in it is a pickle, and nothing of it is executed: a model from a stranger is safe to open.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from vilfredo.bundle.model import Model
from vilfredo.bundle.record import RECORD, ModelRecord, read_record, sealed, to_json
from vilfredo.errors import RunError
from vilfredo.files import write_whole

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
        folder.resolve().parent.mkdir(parents=True, exist_ok=True)
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
    try:
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.resolve().parent))
    except OSError as error:
        raise RunError(
            f"model: '{folder}' cannot be written ({error.strerror}). Choose another place by --out."
        ) from None
    try:
        made.chmod(0o755)
        (made / WEIGHTS).write_bytes(serialise(weights))
        fill(made)
        files = {path.name: _digest(path) for path in sorted(made.iterdir())}
        whole = sealed(record.model_copy(update={"files": files}))
        write_whole(made / RECORD, to_json(whole))
        _put(made, folder)
    except OSError as error:
        raise RunError(f"model: '{folder}' cannot be written ({error.strerror}). Free some space?") from None
    finally:
        shutil.rmtree(made, ignore_errors=True)
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
    except (SafetensorError, ValueError, KeyError) as error:
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


def serialise(weights: Mapping[str, Tensor]) -> bytes:
    """Write weights from any device as safetensors; the same weights give the same bytes."""
    plain = {
        name: weights[name].detach().cpu().clone(memory_format=torch.contiguous_format) for name in sorted(weights)
    }
    return safetensors.torch.save(plain)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _put(made: Path, folder: Path) -> None:
    """Give a finished folder its name; what had it before is removed only then."""
    if folder.exists():
        former = Path(tempfile.mkdtemp(prefix=f".{folder.name}-former-", dir=made.parent))
        folder.replace(former)
        made.rename(folder)
        shutil.rmtree(former, ignore_errors=True)
    else:
        made.rename(folder)
