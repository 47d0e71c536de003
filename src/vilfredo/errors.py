"""The error tree. Every message says what was expected, what came, and what to do."""

import difflib
from collections.abc import Iterable


class VilfredoError(Exception):
    """Anything Vilfredo raises on purpose; the command line prints it without a traceback."""


class InputError(VilfredoError):
    """What the user handed over cannot be used: a file, a setting, a cell. Exit code 2."""


class RunError(VilfredoError):
    """A run folder cannot be used as asked: locked, of a newer schema, of other settings. Exit code 2."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the known name closest to `name`, or an empty string."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" Did you mean '{close[0]}'?" if close else ""
