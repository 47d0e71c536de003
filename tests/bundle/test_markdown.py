from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from vilfredo.bundle.markdown import code, escaped, table

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def texts(markdown: str) -> list[Token]:
    return [child for token in PARSER.parse(markdown) for child in token.children or []]


def seen(text: str) -> str:
    """What of it shows."""
    return " ".join("".join(sign for sign in text if sign.isspace() or sign.isprintable()).split())


@given(st.text(max_size=60))
def test_text_stays_text(text: str) -> None:
    found = texts(f"a {escaped(text)} b")
    assert {token.type for token in found} <= {"text", "text_special"}
    assert "".join(token.content for token in found) == f"a {seen(text)} b"


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_a_row_has_as_many_cells_whatever_is_in_them(cells: list[str]) -> None:
    markdown = table(["h"] * len(cells), [[escaped(cell) for cell in cells]])
    tokens = PARSER.parse(markdown)
    assert sum(token.type == "td_open" for token in tokens) == len(cells)
    assert sum(token.type == "tr_open" for token in tokens) == 2
    shown = [
        "".join(child.content for child in token.children or [])
        for before, token in pairwise(tokens)
        if before.type == "td_open"
    ]
    assert shown == [seen(cell) for cell in cells]


@given(st.text(max_size=30))
def test_code_is_what_it_was(text: str) -> None:
    found = texts(f"a {code(text)} b")
    assert [token.type for token in found] == ["text", "code_inline", "text"]
    assert found[1].content.strip() == seen(text)


@pytest.mark.parametrize(
    "text",
    ["<script>", "[a](javascript:x)", "![x](y)", "`x`", "**b** __c__", "~~s~~", "a|b", "&amp;", "\\|", "$x$", "a\n# b"],
)
def test_what_means_something_is_spelt_out(text: str) -> None:
    assert "".join(token.content for token in texts(f"x {escaped(text)}")) == f"x {seen(text)}"


def test_addresses_do_not_become_links() -> None:
    assert escaped("https://x.org www.y.org") == "https:\\//x.org www\\.y.org"


def test_long_text_is_cut_before_it_is_escaped() -> None:
    assert escaped("|" * 200, 5) == "\\|" * 4 + "…"
    assert escaped("x" * 80) == "x" * 80
