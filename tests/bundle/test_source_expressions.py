"""Expressions as text."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vilfredo.bundle.source_expressions import WIDTH, Expression, call, keyed, listed, plain, quoted, write


@given(st.text())
def test_a_literal_is_the_text_and_nothing_else(text: str) -> None:
    literal = quoted(text)
    assert ast.literal_eval(literal) == text
    assert literal.isprintable()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_read_back_exactly(number: float) -> None:
    assert ast.literal_eval(plain(number)) == number


def test_tuples_of_one_stay_tuples() -> None:
    assert ast.literal_eval(plain((3,))) == (3,)
    assert ast.literal_eval(plain([1, 2])) == [1, 2]


def test_double_quotes_where_they_can_be() -> None:
    assert quoted("it") == '"it"'
    assert quoted("it's") == '"it\'s"'
    assert quoted('an "it"') == "'an \"it\"'"


def test_a_string_that_writes_itself_otherwise_is_written_all_the_same() -> None:
    class Sly(str):
        __slots__ = ()

        def __repr__(self) -> str:
            return "exit()"

    assert quoted(Sly("a")) == '"a"'


@pytest.mark.parametrize("count", [1, 10, 40])
def test_lines_are_as_wide_as_allowed_and_mean_the_same(count: int) -> None:
    inner: Expression = listed(plain(number) for number in range(count))
    whole = call("dict", a=inner, b=keyed([("it", inner)]), c=None)
    text = write(whole, 4, 10)
    assert all(len(line) <= WIDTH for line in text.splitlines())
    assert eval(text) == {"a": list(range(count)), "b": {"it": list(range(count))}}
    assert ("\n" in text) == (count > 10)


def test_a_line_is_broken_just_where_it_would_be_too_wide() -> None:
    fits = call("f", "x" * (WIDTH - 3))
    assert write(fits) == f"f({'x' * (WIDTH - 3)})"
    assert write(fits, 0, 1).count("\n") == 2
    assert write(fits, after=1).count("\n") == 2
