"""The sections of the report, one module each. The folder is the registry: a module added here is found by scanning."""

from operator import attrgetter
from typing import Literal, Protocol, cast

from markupsafe import Markup

from vilfredo.discovery import modules
from vilfredo.report.view import RunView

Chapter = Literal["got", "trust", "why", "next"]


class Section(Protocol):
    """What each module here offers."""

    CHAPTER: Chapter
    """Which of the reader's questions it helps to answer: what did I get, can I trust it, why these, what next."""
    ORDER: int
    """Place within the chapter, lowest first."""
    TITLE: str

    def html(self, view: RunView) -> Markup:
        """Return the section's content, without its title; nothing at all where the run has nothing to show."""


def sections() -> tuple[Section, ...]:
    """All sections, in the order within their chapters."""
    found = [cast(Section, module) for module in modules(__name__)]
    return tuple(sorted(found, key=attrgetter("ORDER")))
