import math
from typing import Any

import pytest

from vilfredo.tasks.plain_values import count_from, flag_of, list_of, optional_text_of, range_from, text_of, texts_of


def test_what_is_right_is_returned() -> None:
    values = {"a": "text", "b": [1, 2], "c": ["x"], "d": True}
    assert text_of(values, "a") == optional_text_of(values, "a") == "text"
    assert optional_text_of(values, "e") is None
    assert list_of(values, "b") == [1, 2]
    assert list(list_of(values, "e", needed=False)) == []
    assert (texts_of(values, "c"), texts_of(values, "e")) == (("x",), ())
    assert (flag_of(values, "d"), flag_of(values, "e")) == (True, False)
    assert (count_from(1, "n", 3), count_from(3, "n", 3)) == (1, 3)
    assert (range_from([1, 2.5], "r"), range_from([2, 2], "r"), range_from([], "r")) == ((1, 2.5), (2, 2), None)


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda: text_of({}, "a"), "a is None, which is no text"),
        (lambda: text_of({"a": 1}, "a"), "a is 1, which is no text"),
        (lambda: optional_text_of({"a": None}, "a"), "a is None, which is no text"),
        (lambda: list_of({}, "a"), "a is None, which is no list"),
        (lambda: list_of({"a": "text"}, "a"), "a is 'text', which is no list"),
        (lambda: texts_of({"a": ["x", 3]}, "a"), "a holds 3, which is no text"),
        (lambda: flag_of({"a": 1}, "a"), "a is 1, which is neither true nor false"),
        (lambda: count_from(4, "n", 3), "n holds 4, which is no whole number from 1 to 3"),
        (lambda: count_from(0, "n", 3), "n holds 0"),
        (lambda: count_from(True, "n", 3), "n holds True"),
        (lambda: count_from(1.0, "n", 3), "n holds 1.0"),
        (lambda: range_from([2, 1], "r"), "no least and largest number"),
        (lambda: range_from([1, 2, 3], "r"), "no least and largest number"),
        (lambda: range_from([0, math.inf], "r"), "no least and largest number"),
        (lambda: range_from([False, 1], "r"), "no least and largest number"),
        (lambda: range_from(["0", "1"], "r"), "no least and largest number"),
    ],
)
def test_what_is_wrong_is_named(read: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read()
