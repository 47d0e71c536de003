"""Text that must fit: cleaned, measured, shortened and broken into lines."""

import unicodedata
from collections.abc import Sequence

_NARROW, _WIDE = set("iljI.,:;'|!()[]{}ftr-/\\ "), set("mwMW%@&∞—")
_ELLIPSIS = "…"


def clean(text: str) -> str:
    """One line of signs that can be shown: what is invisible is left out, some of it would turn the text around."""
    return " ".join("".join(sign for sign in text if sign.isspace() or sign.isprintable()).split())


def width(text: str, size: float) -> float:
    """Width of a text in a sans-serif font of that size, about, and rather too much."""
    return size * sum(map(_ems, text))


def shorten(text: str, room: float, size: float) -> str:
    """Leave out the end, so that the text is at most `room` wide."""
    if width(text, size) <= room:
        return text
    while text and width(text + _ELLIPSIS, size) > room:
        text = text[:-1]
    return text.rstrip() + _ELLIPSIS


def wrap(text: str, room: float, size: float, lines: int) -> Sequence[str]:
    """Break between words into at most so many lines; what doesn't fit is left out."""
    rows: list[str] = []
    for word in clean(text).split():
        if rows and (width(f"{rows[-1]} {word}", size) <= room or len(rows) == lines):
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return [shorten(row, room, size) for row in rows]


def _ems(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.05
    if unicodedata.combining(sign):
        return 0.0
    if sign in _NARROW:
        return 0.36
    if sign in _WIDE:
        return 0.95
    return 0.71 if sign.isupper() else 0.58
