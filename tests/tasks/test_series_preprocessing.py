import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.series_preprocessing import SeriesStandardization


def some_series(seed: int = 0) -> NDArray[np.float32]:
    """Shape (40, 3, 20); an eighth unknown."""
    rng = np.random.default_rng(seed)
    x = (rng.normal(size=(40, 3, 20)) * [[5], [0.01], [1]] + [[100], [0], [-3]]).astype(np.float32)
    x[rng.random(x.shape) < 0.125] = np.nan
    return x


def test_known_values_get_zero_mean_and_unit_deviation_by_channel() -> None:
    x = some_series()
    result = SeriesStandardization.fit(x).apply(x)
    assert result.shape == (40, 3, 1, 20)
    assert result.dtype == np.float32
    for channel in range(3):
        known = result[:, channel, 0][~np.isnan(x[:, channel])]
        assert known.mean() == pytest.approx(0, abs=1e-5)
        assert known.std() == pytest.approx(1, abs=1e-4)


def test_unknown_values_are_at_the_mean() -> None:
    x = some_series()
    assert (SeriesStandardization.fit(x).apply(x)[:, :, 0][np.isnan(x)] == 0).all()


def test_only_the_fitted_series_count() -> None:
    fitted, other = SeriesStandardization.fit(some_series()), some_series(1) * 3 + 7
    expected = (other - np.nanmean(some_series(), axis=(0, 2))[:, None]) / np.nanstd(some_series(), axis=(0, 2))[
        :, None
    ]
    np.testing.assert_allclose(fitted.apply(other)[:, :, 0], np.nan_to_num(expected), rtol=1e-3, atol=1e-3)
    assert fitted.channels.mean == SeriesStandardization.fit(some_series()).channels.mean


def test_samples_are_left_as_they_are() -> None:
    x = some_series()
    SeriesStandardization.fit(x).apply(x)
    np.testing.assert_array_equal(x, some_series())


@pytest.mark.parametrize(("value", "mean"), [(0.1, 0.1), (1e8, 1e8), (np.nan, 0)])
def test_a_channel_that_is_constant_or_unknown(value: float, mean: float) -> None:
    x = some_series()
    x[:, 1] = value
    fitted = SeriesStandardization.fit(x)
    assert fitted.channels.std[1] == 1
    assert fitted.channels.mean[1] == pytest.approx(mean)
    np.testing.assert_allclose(fitted.apply(x)[:, 1], 0, atol=1e-6)


@given(arrays(np.float32, (4, 2, 3), elements=st.floats(-1e6, 1e6, width=32) | st.just(np.nan)))
def test_result_is_always_finite(x: NDArray[np.float32]) -> None:
    assert np.isfinite(SeriesStandardization.fit(x).apply(x)).all()


def test_survives_json() -> None:
    fitted = SeriesStandardization.fit(some_series())
    assert SeriesStandardization.from_dict(json.loads(json.dumps(fitted.to_dict()))) == fitted


def test_damaged_values_are_refused() -> None:
    with pytest.raises(InputError, match="standardization: expected"):
        SeriesStandardization.from_dict({"mean": [0], "std": [0], "divisor": 1})


@pytest.mark.parametrize("shape", [(4, 2, 20), (4, 3), (4, 3, 1, 20)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"Expected \(N, 3, length\)"):
        SeriesStandardization.fit(some_series()).apply(np.zeros(shape))


@pytest.mark.parametrize("shape", [(0, 3, 20), (4, 3, 0), (4, 3), (4, 3, 1, 20)])
def test_nothing_to_fit_on_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="none zero"):
        SeriesStandardization.fit(np.zeros(shape))
