"""One module per kind of source. The folder is the registry: a module added here is found by scanning."""

import importlib
import pkgutil
from functools import cache
from typing import Protocol, cast

from vilfredo.tasks.raw import Raw


class Reader(Protocol):
    """What each module here offers. The first line of its docstring says what it reads, for people."""

    def accepts(self, source: str) -> bool:
        """Whether `source` is of this kind, by its name and place; its contents may still be wrong.

        Never raises. At most one reader accepts a path; a bundled name goes before a path of that name.
        """

    def read(self, source: str, resize: tuple[int, int] | None) -> Raw:
        """Read all of it, unchecked but for what the format itself demands.

        `resize` = (height, width) is for readers whose images may differ in size; the others leave resizing
        to what follows.

        Raises
        ------
        InputError
            When the contents aren't what the format demands.
        OSError
            When the system doesn't let it be read.
        """


@cache
def readers() -> dict[str, Reader]:
    """Return all readers by module name, in alphabetical order."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: cast(Reader, importlib.import_module(f"{__name__}.{name}")) for name in names}
