from typing import Any

import numpy as np
import pandas as pd
import pytest

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Column
from vilfredo.tasks.table_columns import MOST_CATEGORIES, understand

NAN = np.nan
ONE = [1.5, 2.5, 3.5, 4.5]


def columns(categorical: tuple[str, ...] = (), **values: Any) -> tuple[Column, ...]:
    return understand(pd.DataFrame(values), categorical).kept


def notes(categorical: tuple[str, ...] = (), **values: Any) -> tuple[str, ...]:
    return understand(pd.DataFrame(values), categorical).notes


@pytest.mark.parametrize("values", [[1, 2, 2, 3], ONE, [True, False, True, True], [1, NAN, 2, 3], [1, 1, NAN, NAN]])
def test_numbers(values: list[Any]) -> None:
    assert columns(a=values) == (Column("a"),)
    assert notes(a=values) == ()


@pytest.mark.parametrize(
    ("values", "categories"),
    [
        (["x", "y", "x", " y"], ("x", "y")),
        (["x", "x", None, "?"], ("x",)),
        (["1", "2", "x", "1"], ("1", "2", "x")),
        (pd.Categorical([2, 1, 2, 1]), ("1", "2")),
        ([1, "x", 1, "x"], ("1", "x")),
    ],
)
def test_categories(values: Any, categories: tuple[str, ...]) -> None:
    assert columns(a=values) == (Column("a", categories),)


@pytest.mark.parametrize("values", [[1, 2, 2, 1], [1.0, 2.0, NAN, 1.0], [" 1", "2", "2", "?"]])
def test_numbers_that_are_names(values: list[Any]) -> None:
    assert columns(("a",), a=values) == (Column("a", ("1", "2")),)


def test_text_that_is_numbers() -> None:
    assert columns(a=["1", " 2 ", "?", "3.5"], b=["5", "6", "7", "8"]) == (Column("a"), Column("b"))
    assert notes(a=["1", " 2 ", "?", "3.5"], b=["5", "6", "7", "8"]) == (
        "text that is all numbers, read as numbers: 'a', 'b'",
    )


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([7, 7, 7, 7], "the same in all rows"),
        (["x", "x", "x ", "x"], "the same in all rows"),
        ([NAN] * 4, "all missing"),
        ([None] * 4, "all missing"),
        (["?", "", None, "NA"], "all missing"),
        (pd.to_datetime(["2024-01-31"] * 4), "dates: turn them into numbers, such as year or weekday"),
        (["2024-01-31", "2024-02-01", None, "2024-02-02"], "dates: turn"),
    ],
)
def test_left_out(values: Any, why: str) -> None:
    assert columns(a=values, b=ONE) == (Column("b"),)
    (note,) = notes(a=values, b=ONE)
    assert note.startswith(f"columns left out: 'a' ({why}")


def test_dates_can_be_categories() -> None:
    assert columns(("a",), a=["2024-01-31", "2024-02-01"] * 2)[0].categories == ("2024-01-31", "2024-02-01")


@pytest.mark.parametrize(("different", "rows", "kept"), [(51, 101, False), (51, 102, True), (50, 50, True)])
def test_names_and_free_text(different: int, rows: int, kept: bool) -> None:
    values = [f"name {row % different}" for row in range(rows)]
    assert len(columns(a=values, b=np.arange(rows) / 2)) == 1 + kept
    expected = f"'a' ({different} different values in {rows} rows: names or free text)"
    assert any(expected in note for note in notes(a=values, b=np.arange(rows) / 2)) != kept


def test_the_commonest_categories_are_kept() -> None:
    values = [f"k{number:03}" for number in range(70) for _ in range(2 if number < 20 else 5)]
    (column,) = columns(a=values)
    assert column.categories == tuple(f"k{number:03}" for number in range(20, 70))
    assert len(column.categories) == MOST_CATEGORIES
    assert notes(a=values) == ("column 'a': the 50 commonest of its 70 categories are kept, the others are one",)


def test_whole_numbers_that_may_number_the_rows() -> None:
    values: dict[str, Any] = {"row id": range(51), "half": np.arange(51) / 2, "few": np.arange(51) % 50}
    assert len(columns(**values)) == 3
    (note,) = notes(**values)
    assert note.startswith("different in each row: 'row id'; used, but")
    assert note.endswith('--ignore "row id"')
    assert notes(a=range(50)) == ()


def test_no_column_left_says_why_of_each() -> None:
    with pytest.raises(
        InputError, match=r"no column is left .*: 'a' \(the same in all rows\), 'b' \(all missing\)\. Ex"
    ):
        columns(a=[1, 1], b=[NAN, NAN])
    with pytest.raises(InputError, match="there is none but the target"):
        columns()


def test_infinite_numbers() -> None:
    with pytest.raises(InputError, match="column 'a' holds an infinite number"):
        columns(a=[1, np.inf, 2, 3])


def test_words_among_numbers_are_taken_for_mistakes() -> None:
    values = [*map(str, range(30)), "n.a. (refused)"]
    frame = pd.DataFrame({"age": values, "other": range(31)})
    with pytest.raises(
        InputError, match=r"'age': 30 of 31 training values are numbers, but 'n\.a\. \(refused\)' \(row"
    ):
        understand(frame, ())
    assert understand(frame, ("age",)).kept[0].categories is not None
