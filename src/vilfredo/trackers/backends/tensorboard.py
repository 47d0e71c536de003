"""TensorBoard: a folder for each record, which is what it calls a run."""

import shlex
import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Self, final

from vilfredo.files import write_whole
from vilfredo.trackers.tracker import Closing, Fact, Points, Tracker

_DONE = "finished"
"""File that marks a record as such; TensorBoard reads its own files only."""


@final
class TensorBoard(Tracker):
    """Curves under SCALARS, settings and results under TEXT, the table of all networks under HPARAMS."""

    name: ClassVar[str] = "tensorboard"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers: dict[str, Any] = {}
        self._facts: dict[str, Mapping[str, Fact]] = {}

    @classmethod
    def missing(cls) -> str:
        """Name the package."""
        return "" if find_spec("tensorboard") else "the package tensorboard"

    @classmethod
    def look(cls, folder: Path) -> str:
        """Say how TensorBoard is started."""
        return f"tensorboard --logdir {shlex.quote(str(folder))}"

    @classmethod
    def open(cls, folder: Path, title: str) -> Self:
        """Write there from now on; it is read by whoever looks."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder)

    def finished(self) -> frozenset[str]:
        """Records with the mark."""
        return frozenset(path.parent.name for path in self._folder.glob(f"*/{_DONE}"))

    def last_step(self, record: str, curve: str) -> int:
        """Read the record's files back."""
        if not (self._folder / record).is_dir():
            return -1
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator  # noqa: PLC0415 - optional

        # Of each curve its last point is enough, which is kept always.
        kept = EventAccumulator(str(self._folder / record), size_guidance={"scalars": 1}).Reload()
        known = curve in kept.Tags()["scalars"]
        return max((int(point.step) for point in kept.Scalars(curve)), default=-1) if known else -1

    def begin(self, record: str, facts: Mapping[str, Fact]) -> None:
        """Open a file in the record's folder; the facts are written first, once."""
        from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415 - optional

        new = not (self._folder / record).is_dir()
        (self._folder / record / _DONE).unlink(missing_ok=True)
        self._facts[record] = facts
        self._writers[record] = writer = SummaryWriter(str(self._folder / record))
        if new:
            writer.add_text("facts", _table(facts))
            writer.flush()

    def forget(self, record: str) -> None:
        """Remove the record's folder."""
        self._close(record)
        if (self._folder / record).is_dir():
            shutil.rmtree(self._folder / record)

    def log(self, record: str, points: Points) -> None:
        """Write the points; whoever looks on sees them at once."""
        writer = self._writers[record]
        for step, values in points.items():
            for name, value in values.items():
                writer.add_scalar(name, value, step)
        writer.flush()

    def end(self, record: str, closing: Closing) -> None:
        """Write what came out, and the record's row in the table of all."""
        writer = self._writers[record]
        for name, value in closing.values.items():
            writer.add_scalar(name, value, 0)
        if closing.text:
            writer.add_text("result", closing.text)
        if closing.values:
            self._add_row(record, closing)
        self._close(record)
        if closing.status != "stopped":
            write_whole(self._folder / record / _DONE, b"")

    def close(self) -> None:
        """Close all files."""
        for record in list(self._writers):
            self._close(record)

    def _add_row(self, record: str, closing: Closing) -> None:
        from torch.utils.tensorboard import summary  # noqa: PLC0415 - optional

        untyped: Any = summary
        # Not by `add_hparams`, which would make another record of it.
        for row in untyped.hparams(dict(self._facts[record]), dict(closing.values)):
            self._writers[record].file_writer.add_summary(row)

    def _close(self, record: str) -> None:
        writer = self._writers.pop(record, None)
        if writer is not None:
            writer.close()


def _table(facts: Mapping[str, Fact]) -> str:
    rows = "".join(f"| {name} | `{value}` |\n" for name, value in facts.items())
    return f"| | |\n|---|---|\n{rows}"
