"""Data within a page."""

import json
import math
import re

from hypothesis import given
from hypothesis import strategies as st

from vilfredo.report.page.embedded import column, embedded, shortened


@given(st.dictionaries(st.text(), st.lists(st.text())))
def test_it_reads_back_and_holds_nothing_that_ends_a_script(value: dict[str, list[str]]) -> None:
    text = embedded(value)
    assert json.loads(text) == value
    assert not re.search("[<>&\u2028\u2029]", text)


@given(st.lists(st.text("a'(); 0123")))
def test_names_are_said_once_and_nothing_is_lost(texts: list[str]) -> None:
    names, short = shortened(texts)
    assert [re.sub(r"'(\d+)'", lambda match: f"'{names[int(match[1])]}'", text) for text in short] == texts
    assert len(set(names)) == len(names)


def test_numbers_have_the_digits_of_a_picture() -> None:
    assert column([0.123456789, 12.0, None, math.nan, math.inf, 1234567.0]) == [0.12346, 12, None, None, None, 1234600]
