"""A file of JSON lines: for programs of one's own, and where nothing may be installed."""

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Self, final

from vilfredo.files import write_whole
from vilfredo.trackers.tracker import Closing, Fact, Points, Tracker

FILE = "log.jsonl"


@final
class JsonLines(Tracker):
    """Appends a line for whatever happens; each has ``record`` and ``event`` (``begin``, ``log``, ``end``)."""

    name: ClassVar[str] = "jsonl"

    def __init__(self, path: Path, lines: list[dict[str, Any]]) -> None:
        self._path, self._lines = path, lines
        self._file = path.open("a", encoding="utf-8")

    @classmethod
    def look(cls, folder: Path) -> str:
        """Say where the file is."""
        return f"cat {shlex.quote(str(folder / FILE))}"

    @classmethod
    def open(cls, folder: Path, title: str) -> Self:
        """Open the file; a line that was being written when the process died is removed."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        whole = text[: text.rfind("\n") + 1]
        if whole != text:
            write_whole(path, whole.encode())
        return cls(path, [json.loads(line) for line in whole.splitlines()])

    def finished(self) -> frozenset[str]:
        """Records whose last line says so."""
        last = {line["record"]: line for line in self._lines}
        return frozenset(name for name, line in last.items() if line["event"] == "end" and line["status"] != "stopped")

    def last_step(self, record: str, curve: str) -> int:
        """Read it off the lines."""
        own = (line for line in self._lines if line["record"] == record and line["event"] == "log")
        return max((line["step"] for line in own if curve in line["values"]), default=-1)

    def begin(self, record: str, facts: Mapping[str, Fact]) -> None:
        """Write the facts."""
        self._write([{"record": record, "event": "begin", "facts": dict(facts)}])

    def forget(self, record: str) -> None:
        """Write the file anew, without the lines of the record."""
        kept = [line for line in self._lines if line["record"] != record]
        if len(kept) < len(self._lines):
            self._file.close()
            write_whole(self._path, "".join(map(_line, kept)).encode())
            self._lines, self._file = kept, self._path.open("a", encoding="utf-8")

    def log(self, record: str, points: Points) -> None:
        """Write a line for each step."""
        self._write([{"record": record, "event": "log", "step": step, "values": dict(v)} for step, v in points.items()])

    def end(self, record: str, closing: Closing) -> None:
        """Write what came out."""
        files = [str(path) for path in closing.files]
        about = {"status": closing.status, "values": dict(closing.values), "text": closing.text, "files": files}
        self._write([{"record": record, "event": "end", **about}])

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, lines: list[dict[str, Any]]) -> None:
        self._lines += lines
        self._file.write("".join(map(_line, lines)))
        self._file.flush()


def _line(value: Mapping[str, Any]) -> str:
    # In ASCII: there are more ends of lines than one, and paths may hold bytes that are no text.
    return json.dumps(value) + "\n"
