"""Data within a page: JSON that no content can break out of, and texts of architectures that say names only once."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
"""What could end a script or a line of one; within the strings of JSON these may be spelt so."""
_QUOTED = re.compile(r"'([^']*)'")


def embedded(value: Mapping[str, Any]) -> Markup:
    """Spell JSON to stand within a ``script`` element; it has no numbers that aren't finite."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(_UNSAFE))


def shortened(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Put the place of each quoted name in its stead.

    Returns
    -------
    The names, and the texts: with ``names[3]`` for each ``'3'`` they are what they were.
    """
    names: dict[str, int] = {}
    short = [_QUOTED.sub(lambda match: f"'{names.setdefault(match[1], len(names))}'", text) for text in texts]
    return list(names), short


def column(values: Sequence[float | None], digits: int = 5) -> list[float | int | None]:
    """Numbers with no more digits than a picture shows; None for what is missing or not finite."""
    return [_rounded(value, digits) for value in values]


def _rounded(value: float | None, digits: int) -> float | int | None:
    if value is None or value - value != 0:
        return None
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded.is_integer() else rounded
