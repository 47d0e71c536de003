import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.ragged import Series, cut_or_padded, fill_gaps, known_length, listed, resampled
from vilfredo.tasks.raw import Part

NAN = np.nan
GAPPED = arrays(
    np.float32,
    array_shapes(min_dims=2, max_dims=2, max_side=9),
    elements=st.floats(-1000, 1000, width=32) | st.just(NAN),
)
KNOWN = arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.floats(-1000, 1000, width=32))


def series(*channels: list[float]) -> Series:
    return np.array(channels, dtype=np.float32)


def lengths_of(samples: Any) -> list[tuple[int, ...]]:
    return [one.shape for one in listed(Part("training", samples, np.zeros(len(samples))))]


@pytest.mark.parametrize(
    ("channels", "length"),
    [
        ([[1, 2, 3]], 3),
        ([[1, 2, NAN]], 2),
        ([[NAN, NAN, 3]], 3),
        ([[1, NAN, NAN], [NAN, 2, NAN]], 2),
        ([[NAN, NAN, NAN]], 0),
    ],
)
def test_a_series_ends_with_the_last_value_of_any_channel(channels: list[list[float]], length: int) -> None:
    assert known_length(series(*channels)) == length


def test_gaps_are_interpolated_and_ends_repeat_the_nearest() -> None:
    filled = fill_gaps(series([NAN, NAN, 1, NAN, NAN, 4, NAN], [0, 1, 2, 3, 4, 5, 6], [NAN] * 7))
    np.testing.assert_array_equal(filled, series([1, 1, 1, 2, 3, 4, 4], [0, 1, 2, 3, 4, 5, 6], [NAN] * 7))


@given(GAPPED)
def test_filling_is_numpy_interp_of_what_is_known(x: Series) -> None:
    before = x.copy()
    filled = fill_gaps(x)
    np.testing.assert_array_equal(x, before)
    for channel, result in zip(x, filled, strict=True):
        known = np.flatnonzero(~np.isnan(channel))
        expected = np.interp(np.arange(len(channel)), known, channel[known]) if len(known) else channel
        np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-3)
        np.testing.assert_array_equal(result[known], channel[known])


@given(KNOWN, st.integers(1, 60))
def test_padding_and_taking_the_end_off_again_gives_the_same(x: Series, length: int) -> None:
    brought = cut_or_padded(x, length)
    assert brought.shape == (len(x), length)
    assert brought.dtype == np.float32
    np.testing.assert_array_equal(brought[:, : known_length(brought)], x[:, :length])


@given(KNOWN, st.integers(2, 60))
def test_stretching_is_numpy_interp(x: Series, length: int) -> None:
    steps = x.shape[1]
    if steps >= 2 * length:
        return
    result = resampled(x, length)
    assert result.dtype == np.float32
    places = np.linspace(0, steps - 1, length)
    expected = [np.interp(places, np.arange(steps), channel) for channel in x]
    np.testing.assert_allclose(result, expected, rtol=1e-6, atol=1e-4)
    np.testing.assert_array_equal(result[:, [0, -1]], x[:, [0, -1]])


def test_shrinking_much_averages() -> None:
    fast = np.tile([1.0, -1.0], 60).astype(np.float32)[None]  # (1, 120): the 13th of 12 would fall on ones only
    assert np.abs(resampled(fast, 12)).max() < 0.15
    spike = np.zeros((1, 100), dtype=np.float32)
    spike[0, 37] = 11
    assert resampled(spike, 10).max() == pytest.approx(1)


@given(KNOWN, st.integers(2, 60))
def test_resampling_keeps_within_the_range(x: Series, length: int) -> None:
    result = resampled(x, length)
    assert result.shape == (len(x), length)
    assert (result >= x.min(axis=1, keepdims=True) - 1e-3).all()
    assert (result <= x.max(axis=1, keepdims=True) + 1e-3).all()


def test_what_is_wholly_unknown_stays_so_when_resampled() -> None:
    result = resampled(series([NAN] * 50, list(range(50))), 5)
    assert np.isnan(result[0]).all()
    assert not np.isnan(result[1]).any()


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.float64, np.float16, np.bool_])
def test_numbers_of_all_types_become_single_precision(dtype: type) -> None:
    found = listed(Part("training", np.ones((2, 3, 4), dtype=dtype), np.zeros(2)))
    assert [one.shape for one in found] == [(3, 4)] * 2
    assert all(one.dtype == np.float32 for one in found)


def test_arrays_and_lists_of_both_forms() -> None:
    assert lengths_of(np.zeros((2, 3, 5))) == [(3, 5)] * 2
    assert lengths_of(np.zeros((2, 5))) == [(1, 5)] * 2
    assert lengths_of([np.zeros(4), np.zeros(2)]) == [(1, 4), (1, 2)]
    assert lengths_of([np.zeros((2, 4)), np.zeros((2, 9))]) == [(2, 4), (2, 9)]
    assert lengths_of(np.array([[[1, 2, NAN]], [[NAN, 1, 2]]])) == [(1, 2), (1, 3)]


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        ([], "there is no training series"),
        (np.zeros((0, 1, 5)), "there is no training series"),
        (np.zeros(5), "the training series have shape (5,)"),
        (np.zeros((2, 3, 4, 5)), "the training series have shape (2, 3, 4, 5)"),
        (np.zeros((2, 0, 5)), "training series 0 has shape (0, 5)"),
        ([np.zeros(3), np.zeros(0)], "training series 1 has shape (0,)"),
        ([np.zeros(3), np.zeros((1, 2, 3))], "training series 1 has shape (1, 2, 3)"),
        ([np.zeros(3), np.array(["a", "b"])], "training series 1 is of type <U1"),
        (np.zeros((2, 3, 4), dtype=complex), "training series 0 is of type complex128"),
        ([np.zeros(3), np.array([0, np.inf])], "training series 1 holds an infinite value"),
        ([np.zeros(3), np.array([0, 1e39])], "training series 1 holds an infinite value"),
        (
            [np.zeros(3), np.array([NAN]), np.zeros(3), np.array([NAN, NAN])],
            "2 of 4 training series hold no value at all (the first: series 1)",
        ),
    ],
)
def test_what_is_no_series(samples: list[NDArray[Any]], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        lengths_of(samples)
    assert "Expected" in str(caught.value)
