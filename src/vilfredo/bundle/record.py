"""``model.json``: all there is to know of a model but its weights."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator

from vilfredo.errors import RunError
from vilfredo.trials import Value

FORMAT = 1
"""Raised whenever an earlier version of Vilfredo would misread what a later one writes."""
RECORD = "model.json"
_LARGEST = 1 << 28
"""Bytes of a record; more is none."""
_OUTSIDE = re.compile(r"[/\\\0]")


class ModelRecord(Value):
    """What is in ``model.json``."""

    format: int = Field(default=FORMAT, ge=1, le=FORMAT)
    vilfredo: str
    """Version that wrote it."""
    created: str
    """When, in UTC."""
    name: str
    """Of the data."""
    labels: tuple[str, ...] = Field(min_length=2)
    """Of the classes, in the order of the network's answers."""
    space: str
    """Kind of the architecture: ``cells``, ``mlp``."""
    architecture: str
    """Its text."""
    networks: Mapping[str, Any]
    """Which network of that architecture; see `Family.to_dict`."""
    layout: Mapping[str, Any]
    """What samples look like; see `InputLayout`."""
    preprocessing: Mapping[str, Any]
    """What is done to them first; see `Preprocessing.to_dict`."""
    objectives: Mapping[str, float]
    """``parameters``, ``flops``, the scores on the test part as ``test_accuracy`` and so on, and ``latency``, seconds
    to answer one sample; ``latency_8`` is that of a batch of 8."""
    origin: Mapping[str, Any]
    """How it came about: run, strategy, seed, settings, samples."""
    files: Mapping[str, str] = {}
    """SHA-256 of each file beside it."""
    checksum: str = ""
    """SHA-256 of all the rest, to notice what was edited or damaged. It proves nothing about who wrote it."""

    @field_validator("labels")
    @classmethod
    def _check_labels(cls, labels: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(labels)) < len(labels):
            raise ValueError("two classes have the same label")
        return labels

    @field_validator("files")
    @classmethod
    def _check_files(cls, files: Mapping[str, str]) -> Mapping[str, str]:
        """Refuse names that lead out of the folder: whoever checks the files would read what is there."""
        strange = next((name for name in files if _OUTSIDE.search(name) or name in ("", ".", "..")), None)
        if strange is not None:
            raise ValueError(f"{strange[:60]!r} is no name of a file")
        return files


def sealed(record: ModelRecord) -> ModelRecord:
    """Fill in the checksum."""
    return record.model_copy(update={"checksum": _checksum(record.model_dump(mode="json"))})


def to_json(record: ModelRecord) -> bytes:
    """Write a record for people and machines."""
    return (json.dumps(record.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n").encode()


def read_record(folder: Path) -> ModelRecord:
    """Read the record of a model folder.

    Raises
    ------
    RunError
        When the folder is no model, of a newer version, or was edited or damaged.
    """
    path = folder / RECORD
    try:
        if not path.is_file():
            raise RunError(_no_model(folder))
        if path.stat().st_size > _LARGEST:
            raise ValueError("it is too large")
        text = path.read_text(encoding="utf-8")
        values = json.loads(text)
        if not isinstance(values, dict):
            raise ValueError("it is no table")
        checksum = _checksum(values)
    except RecursionError:
        raise RunError(f"model: '{path}' is nested too deeply. It is damaged: take it from its source again.") from None
    except (OSError, ValueError) as error:
        raise RunError(
            f"model: '{path}' cannot be read ({error}). It is damaged: take it from its source again."
        ) from None
    found = values.get("format")
    if type(found) is int and found > FORMAT:
        writer = str(values.get("vilfredo", "?"))[:40]
        raise RunError(
            f"model: '{path}' has format {found}, written by Vilfredo {writer!r}; this version reads up to {FORMAT}. "
            "Upgrade Vilfredo; network.py and the exported files beside it work without it."
        )
    if values.get("checksum") != checksum:
        raise RunError(
            f"model: '{path}' was edited or is damaged: its contents and its checksum disagree. Take it from its "
            "source again, or deploy anew."
        )
    try:
        return ModelRecord.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))[:60]
        message = first["msg"].removeprefix("Value error, ")
        raise RunError(f"model: '{path}' is damaged: {place}: {message[:1].lower()}{message[1:]}.") from None


def _no_model(folder: Path) -> str:
    wrote = "Expected a folder that `vilfredo deploy RUN` wrote."
    if folder.is_file():
        inside = f" Did you mean '{folder.parent}'?" if (folder.parent / RECORD).is_file() else ""
        return f"model: '{folder}' is a file. {wrote}{inside}"
    if not folder.exists():
        return f"model: '{folder}' does not exist. {wrote}"
    inside = next((f" Did you mean '{path.parent}'?" for path in sorted(folder.glob(f"*/{RECORD}"))), "")
    return f"model: '{folder}' is not a model: there is no {RECORD}. {wrote}{inside}"


def _checksum(values: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in values.items() if key != "checksum"}
    return hashlib.sha256(json.dumps(rest, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
