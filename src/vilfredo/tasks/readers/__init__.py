"""One module per kind of source. The folder is the registry: a module added here is found by scanning."""

from typing import Protocol, cast

from vilfredo.discovery import modules
from vilfredo.tasks.raw import Options, Raw


class Reader(Protocol):
    """What each module here offers. The first line of its docstring says what it reads, for people."""

    def accepts(self, source: str) -> bool:
        """Whether `source` is of this kind, by its name and place; its contents may still be wrong.

        Never raises. At most one reader accepts a path; a bundled name goes before a path of that name.
        """

    def read(self, source: str, options: Options) -> Raw:
        """Read all of it, unchecked but for what the format itself demands.

        `options.resize` is for readers whose samples may differ in size; the others leave resizing to what
        follows. Unless `options.labelled`, samples without labels are read as well; where all have theirs, the outcome
        is the same.

        Raises
        ------
        InputError
            When the contents aren't what the format demands.
        OSError
            When the system doesn't let it be read.
        """


def readers() -> dict[str, Reader]:
    """Return all readers by module name, in alphabetical order."""
    return {module.__name__.rpartition(".")[2]: cast(Reader, module) for module in modules(__name__)}
