"""Collections as aeon defines them (`aeon.utils.data_types`), made by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import sparse

from vilfredo.errors import InputError
from vilfredo.estimators.collections_of_series import as_collection

RNG = np.random.default_rng(0)
X = RNG.normal(size=(6, 2, 5))
"""numpy3D (n, channels, length)."""
ONE = X[:, :1]
RAGGED = [series[:, : 3 + number % 3] for number, series in enumerate(X)]


def multiindex(cases: Any) -> pd.DataFrame:
    """A pd-multiindex: an index (case, time point), a column for each channel."""
    frames = {number: pd.DataFrame(case.T) for number, case in enumerate(cases)}
    return pd.concat(frames, names=["case", "timepoint"])


def nested(cases: Any) -> pd.DataFrame:
    """A nested_univ: a row for each case, a column for each channel, a series in each cell."""
    return pd.DataFrame(
        {f"channel {channel}": [pd.Series(case[channel]) for case in cases] for channel in range(len(cases[0]))}
    )


@pytest.mark.parametrize(
    "made",
    [lambda x: x, list, lambda x: [pd.DataFrame(case) for case in x], multiindex, nested, lambda x: x.tolist()],
    ids=["numpy3D", "np-list", "df-list", "pd-multiindex", "nested_univ", "lists"],
)
def test_several_channels(made: Callable[[Any], Any]) -> None:
    assert np.array_equal(np.stack(list(as_collection(made(X)))), X)


@pytest.mark.parametrize(
    "made",
    [lambda x: x[:, 0], lambda x: pd.DataFrame(x[:, 0]), list, multiindex, nested, lambda x: list(x[:, 0])],
    ids=["numpy2D", "pd-wide", "np-list", "pd-multiindex", "nested_univ", "list of 1-D arrays"],
)
def test_one_channel(made: Callable[[Any], Any]) -> None:
    assert np.array_equal(np.stack(list(as_collection(made(ONE)))), ONE)


@pytest.mark.parametrize(
    "made",
    [list, lambda x: [pd.DataFrame(case) for case in x], multiindex, nested],
    ids=["np-list", "df-list", "pd-multiindex", "nested_univ"],
)
def test_unequal_lengths(made: Callable[[Any], Any]) -> None:
    found = as_collection(made(RAGGED))
    assert isinstance(found, list)
    for one, expected in zip(found, RAGGED, strict=True):
        assert np.array_equal(one, expected)


def test_unequal_lengths_of_one_channel() -> None:
    ragged: list[NDArray[Any]] = [np.arange(4.0), np.arange(3.0)]
    found = as_collection(ragged)
    assert [one.shape for one in found] == [(1, 4), (1, 3)]


def test_the_order_of_a_multiindex_is_that_of_cases_and_times() -> None:
    shuffled = multiindex(X).sample(frac=1, random_state=0)
    assert np.array_equal(np.stack(list(as_collection(shuffled))), X)


def test_channels_of_unequal_length_end_in_missing_values() -> None:
    frame = pd.DataFrame({"a": [pd.Series([1.0, 2.0, 3.0])] * 2, "b": [pd.Series([4, 5])] * 2})
    for one in as_collection(frame):
        assert np.array_equal(one, np.array([[1, 2, 3], [4, 5, np.nan]]), equal_nan=True)


def test_types_stay_numbers() -> None:
    assert as_collection(X.astype(np.float32)).dtype == np.float32  # type: ignore[union-attr]
    assert as_collection(pd.DataFrame({"0": [1, 2], "1": [3.5, 4]})).dtype == np.float64  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros((2, 3, 4, 5)), "X has shape"),
        (np.zeros(4), "X has shape"),
        ([], "Found array with 0 sample"),
        (np.zeros((0, 2, 5)), "Found array with 0 sample"),
        (np.full((3, 2, 5), np.inf), "contains infinity"),
        (pd.DataFrame(), "without any series"),
        (pd.DataFrame({"a": ["x", "y"]}), "holds what is no number"),
        (pd.DataFrame({"a": [1, "y"]}, dtype=object), "not of series"),
        ([np.array([["x", "y"]]), np.zeros((1, 3))], "holds what is no number"),
        (pd.DataFrame([1.0], index=pd.MultiIndex.from_tuples([(0, 0, 0)])), "index of 3 levels"),
    ],
)
def test_what_is_no_collection(x: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        as_collection(x)


def test_sparse_ones_are_refused_as_scikit_learn_does() -> None:
    with pytest.raises(TypeError, match="Sparse data was passed"):
        as_collection(sparse.csr_matrix(ONE[:, 0]))


def test_the_error_is_an_input_error_too() -> None:
    with pytest.raises(InputError):
        as_collection(np.zeros(4))
