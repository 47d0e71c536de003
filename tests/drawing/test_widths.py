import string

import pytest
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from vilfredo.drawing.widths import shortened, text_width


@pytest.mark.parametrize("character", [*string.printable[:95], *"×·…–−→½"])
def test_no_letter_is_wider_than_estimated(character: str) -> None:
    font = FT2Font(font_manager.findfont("DejaVu Sans"))
    font.set_size(100, 72)
    advance = font.load_char(ord(character)).linearHoriAdvance / 65536
    assert advance <= text_width(character, 100)
    assert text_width(character, 100) <= 1.6 * advance


def test_long_texts_lose_their_middle() -> None:
    text = "abcdefghijklmnopqrstuvwxyz"
    assert shortened(text, 13, 1000) == text
    cut = shortened(text, 13, 100)
    assert text_width(cut, 13) <= 100
    assert cut.startswith("abc")
    assert cut.endswith("xyz")
    assert "…" in cut
    assert shortened(text, 13, 1) == "…"
