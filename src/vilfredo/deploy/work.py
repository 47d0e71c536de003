"""The folder in which a deployment keeps what is finished: its plan, its measurements, the last training."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar, final

from pydantic import ValidationError

from vilfredo.deploy.plan import Plan
from vilfredo.errors import RunError
from vilfredo.files import write_whole
from vilfredo.trials import Measurement, Value

FOLDER = "deploy"
"""In the folder of the run."""
_PLAN, _LOCK, _FINISHED, _CHECKPOINTS, _MEASURED = "plan.json", "lock", "final", "checkpoints", "selection"

V = TypeVar("V", bound=Value)


@final
@dataclass(frozen=True, slots=True)
class Work:
    """One deployment of a run. Everything in it is whole or not there."""

    folder: Path

    @classmethod
    def of(cls, run: Path, target: Path) -> Self:
        """The deployment of a run to a model folder: called like it, and marked where it is not in the run."""
        place = target.resolve()
        if place.parent == run.resolve():
            return cls(run / FOLDER / place.name)
        mark = hashlib.sha256(str(place).encode(errors="surrogateescape")).hexdigest()[:8]
        return cls(run / FOLDER / f"{place.name}-{mark}")

    @property
    def checkpoints(self) -> Path:
        """Folder for the state of trainings under way."""
        return self.folder / _CHECKPOINTS

    def plan(self) -> Plan | None:
        """What was planned; None before."""
        return self._read(self.folder / _PLAN, Plan)

    def keep_plan(self, plan: Plan) -> None:
        """Store the plan."""
        self._write(self.folder / _PLAN, plan)

    def measurements(self) -> list[Measurement]:
        """All networks that model selection has trained so far, in the order of their numbers."""
        folder = self.folder / _MEASURED
        paths = folder.glob("[0-9]*.json") if folder.is_dir() else ()
        found = (self._read(path, Measurement) for path in paths)
        return sorted((one for one in found if one is not None), key=lambda one: one.proposal)

    def keep_measurement(self, measurement: Measurement) -> None:
        """Store the measurement of a network; its checkpoint is of no use any more."""
        self._write(self.folder / _MEASURED / f"{measurement.proposal}.json", measurement)
        (self.checkpoints / f"{measurement.proposal}.safetensors").unlink(missing_ok=True)

    def finished(self, part: str, kind: type[V]) -> V | None:
        """A part of the last steps, by name; None where it is not finished."""
        return self._read(self.folder / _FINISHED / f"{part}.json", kind)

    def keep(self, part: str, value: Value) -> None:
        """Store a part of the last steps."""
        self._write(self.folder / _FINISHED / f"{part}.json", value)

    @property
    def weights(self) -> Path:
        """File of the weights that the last training ended with."""
        return self.folder / _FINISHED / "model.safetensors"

    def keep_weights(self, content: bytes) -> None:
        """Store those weights."""
        self._put(self.weights, content)

    def forget_checkpoints(self) -> None:
        """Remove the states of all trainings, once what they led to is kept."""
        shutil.rmtree(self.checkpoints, ignore_errors=True)

    def clear(self) -> None:
        """Forget everything."""
        for part in (_FINISHED, _CHECKPOINTS, _MEASURED, _PLAN):  # while there is a plan, the rest belongs to it
            path = self.folder / part
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep others out.

        Raises
        ------
        RunError
            When another deployment is at work here, or the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise RunError(f"deploy: '{self.folder}' cannot be written ({error.strerror}).") from None
        try:
            _take(lock, self.folder)
            yield
        finally:
            os.close(lock)

    def _read(self, path: Path, kind: type[V]) -> V | None:
        try:
            return kind.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError, ValueError) as error:
            message = " ".join(str(error).split())[:200]
            raise RunError(
                f"deploy: '{path}' is damaged, was edited, or is of another version ({message}). Begin anew by "
                "--restart."
            ) from None

    def _write(self, path: Path, value: Value) -> None:
        self._put(path, (json.dumps(_plain(value), indent=1, ensure_ascii=False) + "\n").encode())

    def _put(self, path: Path, content: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
        except OSError as error:
            raise RunError(
                f"deploy: '{path}' cannot be written ({error.strerror}). Free some space; nothing finished is lost."
            ) from None


def _take(lock: int, folder: Path) -> None:
    try:
        # The kernel releases it when the process dies, however it dies.
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise RunError(
            f"deploy: '{folder}' is in use by another process. Wait for it, or choose another place by --out."
        ) from None


def _plain(value: Value) -> Mapping[str, Any]:
    return value.model_dump(mode="json")
