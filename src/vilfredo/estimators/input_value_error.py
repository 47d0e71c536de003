"""Bad input, as scikit-learn's users expect it."""

from collections.abc import Iterator
from contextlib import contextmanager

from vilfredo.errors import InputError


class InputValueError(InputError, ValueError):
    """Parameters or samples cannot be used: an `InputError` that is a ValueError too, as scikit-learn's are."""


@contextmanager
def value_errors() -> Iterator[None]:
    """Make every InputError a ValueError too."""
    try:
        yield
    except InputError as error:
        raise InputValueError(str(error)) from None
