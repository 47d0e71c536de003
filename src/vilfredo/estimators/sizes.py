"""Sizes among the parameters of estimators."""

from collections.abc import Sequence
from numbers import Integral
from typing import Any

from vilfredo.errors import InputError


def sizes_of(value: Any, name: str, counts: Sequence[int]) -> tuple[int, ...]:
    """Read a parameter that is a number, or a few; `counts` says how many there may be.

    Raises
    ------
    InputError
        When there are more or fewer, or one is not a whole number above zero.
    """
    single = isinstance(value, Integral) and 1 in counts
    sizes = (value,) if single else tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else ()
    whole = all(isinstance(size, Integral) and not isinstance(size, bool) and int(size) > 0 for size in sizes)
    if len(sizes) not in counts or not whole:
        expected = " or ".join(map(str, counts))
        raise InputError(f"{name}: expected {expected} whole number{'s' * (list(counts) != [1])}, not {value!r}.")
    return tuple(int(size) for size in sizes)
