"""How wide a text is at most, where no font can be asked: labels never leave their boxes."""

_ADVANCES = (
    (0.42, " !'()·,-./:;IJ[\\]fijlrt|"),
    (0.54, '"*_`sz–'),
    (0.66, "$0123456789?EFLPSTYabcdeghknopquvxy{}"),
    (0.73, "ABCKRVXZ"),
    (0.82, "&DGHNOQU"),
)
"""Of DejaVu Sans, which is wider than what systems show by default, rounded up; in sizes of the font."""
_WIDEST = 1.05
_ADVANCE = {character: advance for advance, characters in _ADVANCES for character in characters}


def text_width(text: str, size: float) -> float:
    """Pixels that `text` takes at most in a font of `size` pixels."""
    return size * sum(_ADVANCE.get(character, _WIDEST) for character in text)


def shortened(text: str, size: float, limit: float) -> str:
    """Return `text`, with an ellipsis in the middle where it is wider than `limit` pixels."""
    if text_width(text, size) <= limit:
        return text
    kept = len(text) - 1
    while kept > 1 and text_width(cut := f"{text[: (kept + 1) // 2]}…{text[-(kept // 2) :]}", size) > limit:
        kept -= 1
    return cut if kept > 1 else "…"
