"""Time spans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vilfredo.durations import parse_duration
from vilfredo.errors import InputError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("90s", 90),
        ("20m", 1200),
        ("1.5h", 5400),
        ("1h30m", 5400),
        ("1h30m15s", 5415),
        ("1h 30m".replace(" ", ""), 5400),
        (" 2H ", 7200),
        ("1h5", 3605),
        ("0.5s", 0.5),
        ("0h1m", 60),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", " ", "0", "0s", "0h0m", "-5m", "5x", "m5", "30m1h", "1h1h", "h", ".", "1.5.5h", "∞"]
)
def test_bad_durations(text: str) -> None:
    with pytest.raises(InputError, match="not a time span"):
        parse_duration(text)


@given(st.integers(0, 99), st.integers(0, 59), st.integers(1, 59))
def test_durations_add_up(hours: int, minutes: int, seconds: int) -> None:
    assert parse_duration(f"{hours}h{minutes}m{seconds}s") == 3600 * hours + 60 * minutes + seconds
