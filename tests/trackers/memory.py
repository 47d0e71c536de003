"""A tracker that remembers, and one that fails."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Self

from vilfredo.trackers.tracker import Closing, Fact, Points, Tracker


class Memory(Tracker):
    """Keeps everything in the class, as a server would: whoever opens it again goes on."""

    name: ClassVar[str] = "memory"
    facts: ClassVar[dict[str, Mapping[str, Fact]]] = {}
    points: ClassVar[dict[str, list[tuple[int, str, float]]]] = {}
    closings: ClassVar[dict[str, Closing]] = {}
    calls: ClassVar[list[str]] = []

    @classmethod
    def look(cls, folder: Path) -> str:
        return "remember"

    @classmethod
    def open(cls, folder: Path, title: str) -> Self:
        cls.calls.append("open")
        return cls()

    @classmethod
    def empty(cls) -> None:
        cls.facts.clear()
        cls.points.clear()
        cls.closings.clear()
        cls.calls.clear()

    @classmethod
    def curve(cls, record: str, name: str) -> list[tuple[int, float]]:
        return [(step, value) for step, curve, value in cls.points[record] if curve == name]

    def finished(self) -> frozenset[str]:
        return frozenset(name for name, one in self.closings.items() if one.status != "stopped")

    def last_step(self, record: str, curve: str) -> int:
        return max((step for step, name, _ in self.points.get(record, []) if name == curve), default=-1)

    def begin(self, record: str, facts: Mapping[str, Fact]) -> None:
        self.facts[record] = facts
        self.points.setdefault(record, [])
        self.closings.pop(record, None)

    def forget(self, record: str) -> None:
        self.facts.pop(record, None)
        self.points.pop(record, None)
        self.closings.pop(record, None)

    def log(self, record: str, points: Points) -> None:
        self.points[record] += [(step, name, value) for step, v in points.items() for name, value in v.items()]

    def end(self, record: str, closing: Closing) -> None:
        self.closings[record] = closing

    def close(self) -> None:
        self.calls.append("close")


class Broken(Memory):
    """Cannot even be opened."""

    name: ClassVar[str] = "broken"

    @classmethod
    def open(cls, folder: Path, title: str) -> Self:
        raise ConnectionError("no route to\nthe host")


class Failing(Memory):
    """Fails with the third network."""

    name: ClassVar[str] = "failing"

    def end(self, record: str, closing: Closing) -> None:
        if len(self.closings) == 2:
            raise OSError("No space left on device")
        super().end(record, closing)
