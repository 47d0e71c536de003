"""What an experiment tracker is: somebody else's place for curves, figures and files."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal, Self

from vilfredo.discovery import named_classes
from vilfredo.errors import InputError, nearest

SEARCH = "search"
"""The record of the search as a whole; all others belong to it."""
Fact = str | int | float | bool
Points = Mapping[int, Mapping[str, float]]
"""Values of curves by step, then by the curve's name, e.g. ``epoch/training_loss``. All are finite."""
Status = Literal["finished", "stopped", "failed"]
"""``stopped``: it may go on some day."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What a record ends with."""

    status: Status
    values: Mapping[str, float] = field(default_factory=dict)
    """What came out, e.g. ``result/accuracy``. All are finite."""
    text: str = ""
    """In Markdown."""
    files: Sequence[Path] = ()
    """Of the result; a tracker that keeps no files leaves them."""


class Tracker(ABC):
    """Keeps records: of the search, of each network that it trained, of each deployment. Final classes in `backends`.

    Nothing here knows what a search is. A record has facts that are known at its beginning, curves, and a closing. A
    tracker is called from one thread, and may raise whatever it likes: it is switched off then, and the search goes on.
    """

    name: ClassVar[str]

    @classmethod
    def missing(cls) -> str:
        """Name the packages that must be installed for it; empty when it can run."""
        return ""

    @classmethod
    @abstractmethod
    def look(cls, folder: Path) -> str:
        """Say by what command one sees what is kept in `folder`."""

    @classmethod
    @abstractmethod
    def open(cls, folder: Path, title: str) -> Self:
        """Begin, or go on with what is kept there.

        Parameters
        ----------
        folder
            For whatever it keeps on this machine; made where it isn't there.
        title
            What the run is called.
        """

    @abstractmethod
    def finished(self) -> frozenset[str]:
        """Records that ended, and not as ``stopped``."""

    @abstractmethod
    def last_step(self, record: str, curve: str) -> int:
        """Last step that a curve had when the tracker was opened; -1 without any."""

    @abstractmethod
    def begin(self, record: str, facts: Mapping[str, Fact]) -> None:
        """Begin a record, or go on with it where there is one of this name."""

    @abstractmethod
    def forget(self, record: str) -> None:
        """Remove a record, to begin it anew; nothing happens where there is none."""

    @abstractmethod
    def log(self, record: str, points: Points) -> None:
        """Add to the curves of a record that was begun."""

    @abstractmethod
    def end(self, record: str, closing: Closing) -> None:
        """Close a record that was begun; all of it is kept when this returns."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files and connections."""


def trackers() -> dict[str, type[Tracker]]:
    """All trackers by name, those too whose packages are missing."""
    found = named_classes("vilfredo.trackers.backends", Tracker)  # type: ignore[type-abstract]
    return dict(sorted(found.items()))


def find_trackers(names: Sequence[str]) -> tuple[type[Tracker], ...]:
    """Return trackers by their names, each once.

    Raises
    ------
    InputError
        When there is none of a name, or its packages are not installed; the message says how to install them.
    """
    known = trackers()
    for name in names:
        if name not in known:
            raise InputError(f"tracker: '{name}' is unknown.{nearest(name, known)} Known: {', '.join(known)}.")
        missing = known[name].missing()
        if missing:
            raise InputError(
                f"tracker: '{name}' needs {missing}, which is not installed. Install it by: "
                f"pip install 'vilfredo[{name}]'"
            )
    return tuple(known[name] for name in dict.fromkeys(names))
