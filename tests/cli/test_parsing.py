"""What people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vilfredo.cli.parsing import paper_operators, parse_columns, parse_input, parse_list, parse_size
from vilfredo.errors import InputError


@given(*[st.integers(1, 5000)] * 3)
def test_shapes(height: int, width: int, channels: int) -> None:
    assert parse_input(f"{height}x{width}x{channels}", "image") == (channels, height, width)
    assert parse_input(f"{height}×{width}", "image") == (1, height, width)
    assert parse_input(f"{width}x{channels}", "series") == (channels, 1, width)
    assert parse_input(f"{width}", "series") == (1, 1, width)
    assert parse_input(f"{width}", "table") == (width, 1, 1)
    assert parse_size(f"{height}X{width}") == (height, width)
    assert parse_size(f"{width}") == (width,)


@pytest.mark.parametrize("text", ["", "x", "8x", "x8", "8x0", "0x8", "-8x8", "8.0x8", "axb", "1x2x3x4", "8,8", "0"])
def test_bad_shapes(text: str) -> None:
    with pytest.raises(InputError, match="not an image shape"):
        parse_input(text, "image")
    with pytest.raises(InputError, match="not the shape of a series"):
        parse_input(text, "series")
    with pytest.raises(InputError, match="not a number of features"):
        parse_input(text, "table")
    with pytest.raises(InputError, match="not a size"):
        parse_size(text)


def test_sizes_of_another_kind_of_data() -> None:
    with pytest.raises(InputError, match="not an image shape"):
        parse_input("8", "image")
    with pytest.raises(InputError, match="not the shape of a series"):
        parse_input("8x8x3", "series")
    with pytest.raises(InputError, match="not a number of features"):
        parse_input("8x8", "table")


def test_without_a_shape_there_is_an_example() -> None:
    assert parse_input(None, "image") == (3, 32, 32)
    assert parse_input(None, "series") == (1, 1, 128)
    assert parse_input(None, "table") == (10, 1, 1)


def test_columns() -> None:
    assert parse_columns(" id, the date ,,") == ("id", "the date")


def test_an_image_is_no_size() -> None:
    with pytest.raises(InputError, match="not a size"):
        parse_size("8x8x3")


def test_lists() -> None:
    assert parse_list(" 3x3   conv ,'identity',,\"2x2 maxpool\",") == ("3x3 conv", "identity", "2x2 maxpool")
    for text in ("", " ", ",", " , ,"):
        with pytest.raises(InputError, match="the list is empty"):
            parse_list(text)


def test_the_paper_has_twelve_operators() -> None:
    assert len(paper_operators()) == 12
    assert paper_operators()[0] == "identity"
    assert paper_operators()[-2:] == ("2x2 maxpool", "2x2 avgpool")
    assert len(paper_operators("series")) == 13
    assert paper_operators("series")[-2:] == ("lstm", "gru")
