"""Plain values out of files that a stranger may have edited, checked one by one; all raise ValueError."""

import math
from collections.abc import Mapping, Sequence
from typing import Any


def text_of(values: Mapping[str, Any], key: str) -> str:
    """The text under `key`."""
    value = values.get(key)
    if not isinstance(value, str):
        raise ValueError(f"{key} is {_shown(value)}, which is no text")
    return value


def optional_text_of(values: Mapping[str, Any], key: str) -> str | None:
    """The text under `key`, or None where there is no such key."""
    return text_of(values, key) if key in values else None


def list_of(values: Mapping[str, Any], key: str, needed: bool = True) -> Sequence[Any]:
    """The list under `key`; empty where it is missing and not `needed`."""
    value = values.get(key) if needed else values.get(key, [])
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"{key} is {_shown(value)}, which is no list")
    return value


def texts_of(values: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The texts listed under `key`; none where it is missing."""
    texts = tuple(list_of(values, key, needed=False))
    wrong = [text for text in texts if not isinstance(text, str)]
    if wrong:
        raise ValueError(f"{key} holds {_shown(wrong[0])}, which is no text")
    return texts


def count_from(value: Any, key: str, most: int) -> int:
    """Take `value` for a whole number from 1 to `most`."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise ValueError(f"{key} holds {_shown(value)}, which is no whole number from 1 to {most:,}")
    return value


def flag_of(values: Mapping[str, Any], key: str) -> bool:
    """What is true or false under `key`; False where it is missing."""
    value = values.get(key, False)
    if not isinstance(value, bool):
        raise ValueError(f"{key} is {_shown(value)}, which is neither true nor false")
    return value


def range_from(values: Sequence[Any], key: str) -> tuple[float, float] | None:
    """Take `values` for the least and the largest of some finite numbers; None where it is empty."""
    if not values:
        return None
    numeric = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
    if not numeric or len(values) != 2 or not all(map(math.isfinite, values)) or values[0] > values[1]:
        raise ValueError(f"{key} is {_shown(values)}, which is no least and largest number")
    return float(values[0]), float(values[1])


def _shown(value: Any) -> str:
    return repr(value)[:40]
