"""The folder of a comparison: its plan, its runs, what is finished, and what came out."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, final

from vilfredo.comparison.plan import Plan
from vilfredo.errors import RunError
from vilfredo.files import write_whole
from vilfredo.search.loop import Ending
from vilfredo.trials import Value

RESULT, PICTURE = "comparison.json", "comparison.png"
_PLAN, _RUNS, _ENDED, _FINALISTS, _RENEWED = "plan.json", "runs", "ended", "finalists", "renewed"

T = TypeVar("T")


class Ended(Value):
    """That a run had its time."""

    ending: Ending
    allotted: float | None = None
    """Seconds it had; None where an earlier version noted that."""


class Renewed(Value):
    """That the baseline's run was made anew, for a strategy that joined later."""

    allotted: float | None
    """Seconds of the run that is gone."""


class Tested(Value):
    """A finalist, trained once more and tested."""

    architecture: str
    seed: int
    reason: str = ""
    """Why it could not be trained; empty where it could."""
    validation: Mapping[str, float] = {}
    test: Mapping[str, float] = {}
    seconds: float = 0.0


@final
@dataclass(frozen=True, slots=True)
class Folder:
    """Where a comparison lives. Everything in it is whole or not there."""

    path: Path

    def plan(self) -> Plan | None:
        """What is to be done; None before."""
        return self._read(self.path / _PLAN, Plan.parse)

    def check(self) -> None:
        """Refuse a folder that holds something else.

        Raises
        ------
        RunError
            When it does, or its plan is damaged.
        """
        path = self.path
        if path.exists() and not (path.is_dir() and (self.plan() is not None or not any(path.iterdir()))):
            raise RunError(f"compare: '{path}' exists and is no comparison. Choose another folder by --out.")

    def keep_plan(self, plan: Plan) -> None:
        """Store the plan."""
        self._write(self.path / _PLAN, plan.to_json())

    def run(self, subject: str, strategy: str, seed: int) -> Path:
        """Folder of one search."""
        return self.path / _RUNS / f"{subject}-{strategy}-{seed}"

    def ended(self, run: Path) -> Ended | None:
        """How a run ended; None where it still has time left, or is not there (any more)."""
        return self._read(self.path / _ENDED / f"{run.name}.json", Ended.model_validate_json) if run.exists() else None

    def keep_ended(self, run: Path, ended: Ended) -> None:
        """Note that a run had its time."""
        self._write(self.path / _ENDED / f"{run.name}.json", ended.model_dump_json())

    def begin(self, run: Path) -> None:
        """Forget how a run ended that is not there any more, lest the one that now begins be taken for it."""
        (self.path / _ENDED / f"{run.name}.json").unlink(missing_ok=True)

    def renewed(self, run: Path) -> Renewed | None:
        """What a run was before it was made anew; None where it never was."""
        return self._read(self.path / _RENEWED / f"{run.name}.json", Renewed.model_validate_json)

    def clear(self, run: Path, renewed: Renewed) -> None:
        """Do away with a run that is to be made anew.

        Stopped at any instant, it is either as before, and cleared again, or no run any more.

        Raises
        ------
        RunError
            When it cannot be done away with.
        """
        self._write(self.path / _RENEWED / f"{run.name}.json", renewed.model_dump_json())
        gone = self.path / _RENEWED / run.name
        try:
            shutil.rmtree(gone, ignore_errors=True)
            run.rename(gone)
            shutil.rmtree(gone)
        except OSError as error:
            raise RunError(
                f"compare: '{run}' is to be made anew and cannot be cleared ({error.strerror}). Remove it by hand."
            ) from None

    def tested(self, subject: str, key: str, seed: int) -> Tested | None:
        """What a finalist reached with a seed; None where it is still to be trained."""
        return self._read(self._finalist(subject, key, seed), Tested.model_validate_json)

    def keep_tested(self, subject: str, key: str, tested: Tested) -> None:
        """Store what a finalist reached."""
        self._write(self._finalist(subject, key, tested.seed), tested.model_dump_json(indent=1))

    def write(self, name: str, content: bytes) -> None:
        """Store what came out.

        Raises
        ------
        RunError
            When it cannot be written.
        """
        path = self.path / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
        except OSError as error:
            raise RunError(
                f"compare: '{path}' cannot be written ({error.strerror}). Free some space, or choose another folder "
                "by --out; nothing finished is lost."
            ) from None

    def _finalist(self, subject: str, key: str, seed: int) -> Path:
        return self.path / _FINALISTS / subject / f"{key}-{seed}.json"

    def _write(self, path: Path, text: str) -> None:
        self.write(str(path.relative_to(self.path)), text.encode())

    def _read(self, path: Path, parse: Callable[[bytes], T]) -> T | None:
        try:
            return parse(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            cause = " ".join(str(error).split())[:200]
            raise RunError(
                f"compare: '{path}' is damaged, was edited, or is of another version ({cause}). Begin anew in another "
                "folder by --out."
            ) from None
