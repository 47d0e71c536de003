import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Column
from vilfredo.tasks.table_values import all_dates, as_numbers, encode, kind_of_values, parsed, texts_of

NAN = np.nan


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pd.Series([1, 2]), "number"),
        (pd.Series([1.5, NAN]), "number"),
        (pd.Series([True, False]), "number"),
        (pd.Series([True, None], dtype=object), "number"),
        (pd.Series([True, None], dtype="boolean"), "number"),
        (pd.Series([1, None], dtype="Int8"), "number"),
        (pd.Series([Decimal("1.5"), None], dtype=object), "number"),
        (pd.Series(["a", None]), "text"),
        (pd.Series(["1", "2"]), "text"),
        (pd.Series([1, "a"], dtype=object), "text"),
        (pd.Series([[1], [2]]), "text"),
        (pd.Series([1j]), "text"),
        (pd.Series([None, None], dtype=object), "text"),
        (pd.Series([1, 2], dtype="category"), "category"),
        (pd.Series(pd.to_datetime(["2024-01-31"])), "date"),
        (pd.Series([datetime.date(2024, 1, 31)]), "date"),
        (pd.Series(pd.to_timedelta([1], unit="s")), "date"),
    ],
)
def test_kinds(values: Any, kind: str) -> None:
    assert kind_of_values(values) == kind


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([" a", "b ", "?", "", "NA", "None", "-", None, NAN], ["a", "b", *[None] * 7]),
        ([1.0, NAN, 3.0], ["1", None, "3"]),
        ([1.5, 3.0], ["1.5", "3.0"]),
        ([1e300, 1.0], ["1e+300", "1.0"]),
        ([True, None], ["True", None]),
        ([[1], [2]], ["[1]", "[2]"]),
    ],
)
def test_texts(values: Any, texts: list[str | None]) -> None:
    assert [None if pd.isna(text) else text for text in texts_of(pd.Series(values))] == texts


def test_numbers_behind_texts() -> None:
    numbers = parsed(texts_of(pd.Series(["1", " 2.5 ", "?", "-3e2"])))
    assert numbers is not None
    np.testing.assert_array_equal(numbers, [1, 2.5, NAN, -300])
    assert parsed(texts_of(pd.Series(["1", "two"]))) is None


@pytest.mark.parametrize(
    ("texts", "dates"),
    [
        (["2024-01-31", None, "2023-12-1"], True),
        (["31.1.2024", "1/31/2024"], True),
        (["2024-01-31 10:30", "2024-01-31T10:30:05Z"], True),
        (["2024-01-31", "soon"], False),
        (["1.2.3"], False),
        (["2024"], False),
    ],
)
def test_dates(texts: list[str | None], dates: bool) -> None:
    assert all_dates(texts_of(pd.Series(texts))) == dates


def test_encoded() -> None:
    frame = pd.DataFrame({"c": ["y", "x ", None, "new", "?"], "n": [1, 2, None, 4, 5], "t": ["1", "?", "3", " 4", "5"]})
    encoded = encode(frame, (Column("n"), Column("c", ("x", "y")), Column("t")))
    np.testing.assert_array_equal(encoded, [[1, 1, 1], [2, 0, NAN], [NAN, NAN, 3], [4, 2, 4], [5, NAN, 5]])
    assert encoded.dtype == np.float64


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pd.Series([True, None], dtype="boolean"), [1, NAN]),
        (pd.Series([True, None], dtype=object), [1, NAN]),
        (pd.Series([1, None], dtype="Int64"), [1, NAN]),
        (pd.Series([None, None], dtype=object), [NAN, NAN]),
        (pd.Series(["?", ""]), [NAN, NAN]),
    ],
)
def test_numbers(values: Any, expected: list[float]) -> None:
    np.testing.assert_array_equal(as_numbers(values, "a"), expected)


def test_infinite() -> None:
    with pytest.raises(InputError, match=r"column 'a' holds an infinite number \(row 2, counted from 0\)\. Expected"):
        as_numbers(pd.Series([1, NAN, -np.inf]), "a")


def test_text_among_numbers() -> None:
    with pytest.raises(InputError, match="column 'a b' holds numbers in the training part, but 'two' in the test part"):
        as_numbers(pd.Series(["1", "two", "3"]), "a b")


def test_words_among_the_numbers_of_new_rows() -> None:
    frame = pd.DataFrame({"a": ["1", "2", "?", "three"]})
    with pytest.raises(InputError, match=r"'a' held numbers in training, but here 'three' \(row 3, counted from 0\)"):
        encode(frame, [Column("a")], "new")
    with pytest.raises(InputError, match="'three' in the test part"):
        encode(frame, [Column("a")])
