"""``model.json``: all there is to know of a model but its weights."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from vilfredo.errors import RunError
from vilfredo.trials import Value

FORMAT = 1
"""Raised whenever an earlier version of Vilfredo would misread what a later one writes."""
RECORD = "model.json"


class ModelRecord(Value):
    """What is in ``model.json``."""

    format: int = FORMAT
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
    if not path.is_file():
        there = "is not a model" if folder.exists() else "does not exist"
        raise RunError(
            f"model: '{folder}' {there}: there is no {RECORD}. Expected a folder that `vilfredo deploy RUN` wrote."
        )
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(values, dict):
            raise ValueError("it is no table")
    except (OSError, ValueError) as error:
        raise RunError(
            f"model: '{path}' cannot be read ({error}). It is damaged: take it from its source again."
        ) from None
    found = values.get("format")
    if type(found) is int and found > FORMAT:
        raise RunError(
            f"model: '{path}' has format {found}, written by Vilfredo {values.get('vilfredo', '?')}; this version "
            f"reads up to {FORMAT}. Upgrade Vilfredo; network.py and the exported files beside it work without it."
        )
    if values.get("checksum") != _checksum(values):
        raise RunError(
            f"model: '{path}' was edited or is damaged: its contents and its checksum disagree. Take it from its "
            "source again, or deploy anew."
        )
    try:
        return ModelRecord.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise RunError(f"model: '{path}' is damaged: {place}: {first['msg'].lower()}.") from None


def _checksum(values: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in values.items() if key != "checksum"}
    return hashlib.sha256(json.dumps(rest, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
