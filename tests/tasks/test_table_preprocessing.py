from typing import Any

import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.tasks.table_preprocessing import Category, Number, TablePreprocessing

NUMBER = {"fill": 1.0, "mean": 2.0, "scale": 4.0, "indicator": True}
CATEGORY = {"places": [1, -1, 0], "missing": -1, "width": 2}
FITTED = TablePreprocessing((Category((1, -1, 0), -1, 2), Number(1.0, 2.0, 4.0, True), Number(0.0, 0.0, 1.0, False)))


def test_numbers_then_gaps_then_categories() -> None:
    x = np.array([[0, 10, 5], [1, np.nan, np.nan], [7, 2, 0], [np.nan, 2, 0]])
    assert FITTED.apply(x)[:, :, 0, 0].tolist() == [
        [2, 5, 0, 0, 1],
        [-0.25, 0, 1, 0, 0],
        [0, 0, 0, 1, 0],
        [0, 0, 0, 0, 0],
    ]


def test_no_rows() -> None:
    assert FITTED.apply(np.zeros((0, 3))).shape == (0, 5, 1, 1)


def test_absurd_values_stay_finite() -> None:
    tiny = TablePreprocessing((Number(0.0, 0.0, 1e-300, False),))
    assert tiny.apply(np.array([[1e308], [-1.0], [0.0]])).ravel().tolist() == [1e6, -1e6, 0]


@pytest.mark.parametrize("shape", [(4,), (4, 2), (4, 4), (4, 3, 1, 1)])
def test_rows_of_another_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"rows have shape .*\. Expected \(N, 3\)"):
        FITTED.apply(np.zeros(shape))


def test_plain_values() -> None:
    values = FITTED.to_dict()
    assert values["columns"][:2] == [CATEGORY, NUMBER]
    assert TablePreprocessing.from_dict(values) == FITTED


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"columns": 3},
        {"columns": []},
        {"columns": ["x"]},
        {"columns": [{}]},
        {"columns": [{**NUMBER, "scale": 0.0}]},
        {"columns": [{**NUMBER, "scale": -1.0}]},
        {"columns": [{**NUMBER, "mean": float("nan")}]},
        {"columns": [{**NUMBER, "fill": float("inf")}]},
        {"columns": [{**NUMBER, "fill": "much"}]},
        {"columns": [{key: value for key, value in NUMBER.items() if key != "indicator"}]},
        {"columns": [{**CATEGORY, "places": []}]},
        {"columns": [{**CATEGORY, "places": [2]}]},
        {"columns": [{**CATEGORY, "missing": -2}]},
        {"columns": [{**CATEGORY, "width": 0, "places": [-1]}]},
        {"columns": [{**CATEGORY, "width": float("inf")}]},
        {"columns": [{"places": [0]}]},
    ],
)
def test_damaged(values: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"table: the preprocessing is damaged .*\. Expected 'columns'"):
        TablePreprocessing.from_dict(values)
