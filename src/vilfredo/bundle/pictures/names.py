"""Labels as a picture can show them: short, told apart, and only with signs that some font has."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache

_FONT = "DejaVu Sans"
"""Comes with matplotlib; Latin, Greek, Cyrillic, Arabic, Hebrew and many symbols."""
_WIDER = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans CJK KR",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "Hiragino Sans",
    "PingFang SC",
    "Microsoft YaHei",
    "Yu Gothic",
    "Malgun Gothic",
    "Arial Unicode MS",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
)
"""Fonts that have what it lacks; those that are installed are used."""
_BOX = "□"
"""Stands for a sign that no font has."""


def shown(labels: Sequence[str], width: int) -> list[str]:
    """Shorten labels to `width` columns, at least 8; each is told from the others.

    One that is empty, or has no sign that can be drawn, is shown as its class number; those that would look alike
    have it at their end.
    """
    texts = [_drawable(label) or f"class {number}" for number, label in enumerate(labels)]
    short = [_shortened(text, width) for text in texts]
    times = Counter(short)
    return [
        text if times[text] == 1 else _shortened(whole, width, f" #{number}")
        for number, (text, whole) in enumerate(zip(short, texts, strict=True))
    ]


@cache
def families() -> tuple[str, ...]:
    """Fonts to draw with, in the order in which a sign is looked for in them."""
    from matplotlib import font_manager  # noqa: PLC0415 - takes a second, and few commands draw

    installed = {font.name for font in font_manager.fontManager.ttflist}
    return (_FONT, *(name for name in _WIDER if name in installed))


@cache
def _signs() -> frozenset[int]:
    """Code points that one of the fonts has."""
    from matplotlib import font_manager, ft2font  # noqa: PLC0415 - as above

    files = (font_manager.findfont(name) for name in families())
    return frozenset(code for file in files for code in ft2font.FT2Font(file).get_charmap())


def _drawable(label: str) -> str:
    """Return the label in one line of signs that can be drawn; empty where none can.

    What is invisible is left out: some of it would turn the text around.
    """
    line = " ".join("".join(sign for sign in label if sign.isspace() or sign.isprintable()).split())
    known = [sign if ord(sign) in _signs() else _BOX for sign in line]
    return "".join(known) if any(sign not in {" ", _BOX} for sign in known) else ""


def _shortened(text: str, width: int, ending: str = "") -> str:
    """Leave out the middle, so that it has at most `width` columns with its ending.

    Labels of one family differ at the end as often as at the beginning.
    """
    if _columns(text) + len(ending) <= width:
        return text + ending
    room = width - len(ending) - 1
    tail = _fitting(text[::-1], room // 2)[::-1].lstrip()
    return _fitting(text, room - _columns(tail)).rstrip() + "…" + tail + ending


def _fitting(text: str, width: int) -> str:
    """Return the longest beginning of at most `width` columns."""
    while _columns(text) > width:
        text = text[:-1]
    return text


def _columns(text: str) -> int:
    """Width of a text; signs of East Asian scripts are two wide."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
