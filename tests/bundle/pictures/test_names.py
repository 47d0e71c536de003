import pytest

from vilfredo.bundle.pictures import names
from vilfredo.bundle.pictures.names import shown


def test_short_labels_stay() -> None:
    assert shown(["a", "ﬁn de siècle", "Straße", "кот", "$x_1$"], 14) == ["a", "ﬁn de siècle", "Straße", "кот", "$x_1$"]


def test_long_ones_lose_their_middle() -> None:
    assert shown(["category number 46", "short"], 14) == ["categor…ber 46", "short"]
    assert all(len(text) <= 10 for text in shown(["x" * 300, "y" * 11, "a b " * 20], 10))


def test_those_that_would_look_alike_are_numbered() -> None:
    labels = ["beginning" + middle * 20 + "finish" for middle in "xyz"]
    texts = shown(labels, 12)
    assert texts == ["begi…nish #0", "begi…nish #1", "begi…nish #2"]
    assert shown(["a", "b", "a "], 12) == ["a #0", "b", "a #2"]


@pytest.mark.parametrize("label", ["", "  ", "\n", "\x00", "\u200b\u202e", "\U0001f99c", "\ud800"])
def test_what_cannot_be_drawn_is_called_by_its_number(label: str) -> None:
    assert shown(["fine", label], 14) == ["fine", "class 1"]


def test_signs_without_a_glyph_become_boxes() -> None:
    assert shown(["parrot \U0001f99c!", "x"], 14) == ["parrot □!", "x"]


def test_one_line_and_nothing_invisible() -> None:
    assert shown(["a\nb\tc", "d\x00\u202ee"], 14) == ["a b c", "de"]


def test_a_font_that_is_installed_fills_in(monkeypatch: pytest.MonkeyPatch) -> None:
    sign = "\ue000"  # of the private area, which a font of formulas fills
    monkeypatch.setattr(names, "_WIDER", ("No Such Font", "STIXNonUnicode"))
    for cached in (names.families, names._signs):
        cached.cache_clear()
    try:
        assert names.families() == ("DejaVu Sans", "STIXNonUnicode")
        assert ord(sign) in names._signs()
    finally:
        for cached in (names.families, names._signs):
            cached.cache_clear()


def test_east_asian_signs_are_two_wide() -> None:
    assert names._columns("数字a") == 5
    assert names._shortened("数" * 20, 9) == "数数…数数"
