from hypothesis import given
from hypothesis import strategies as st

from vilfredo.report.charts.text import clean, shorten, width, wrap


def test_what_cannot_be_seen_is_left_out() -> None:
    assert clean(" a\tb\x00\u202e\n c ") == "a b c"


@given(st.text(max_size=60), st.floats(15, 300))
def test_shortened_text_has_room(text: str, room: float) -> None:
    short = shorten(text, room, 11)
    assert width(short, 11) <= room
    assert short == text or short.endswith("…")


@given(st.text("ab  cd", max_size=80), st.floats(20, 200), st.integers(1, 3))
def test_wrapped_text_has_room(text: str, room: float, lines: int) -> None:
    rows = wrap(text, room, 11, lines)
    assert len(rows) <= lines
    assert all(width(row, 11) <= room for row in rows)


def test_words_stay_whole_where_they_fit() -> None:
    assert wrap("one two three", width("one two ", 11), 11, 2) == ["one two", "three"]


def test_wide_scripts_are_wide() -> None:
    assert width("験", 10) > width("a", 10)
