import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.preprocessing import Standardization


def images(seed: int = 0, count: int = 50) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (count, 3, 5, 4), dtype=np.uint8)


def test_training_images_get_zero_mean_and_unit_deviation() -> None:
    x = images()
    result = Standardization.fit(x).apply(x)
    assert result.dtype == np.float32
    assert result.shape == x.shape
    np.testing.assert_allclose(result.mean(axis=(0, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(result.std(axis=(0, 2, 3)), 1, atol=1e-5)


def test_8_bit_images_are_scaled_to_one() -> None:
    x = images()
    fitted = Standardization.fit(x)
    assert fitted.divisor == 255
    np.testing.assert_allclose(fitted.mean, (x / 255).mean(axis=(0, 2, 3)))
    np.testing.assert_allclose(fitted.std, (x / 255).std(axis=(0, 2, 3)))


def test_float_images_are_taken_as_they_are() -> None:
    x = images().astype(np.float32) * 100
    fitted = Standardization.fit(x)
    assert fitted.divisor == 1
    np.testing.assert_allclose(fitted.std, x.astype(np.float64).std(axis=(0, 2, 3)))


def test_more_images_than_are_measured_at_once() -> None:
    x = images(count=5000)
    np.testing.assert_allclose(Standardization.fit(x).std, (x / 255).std(axis=(0, 2, 3)))


def test_only_the_fitted_images_count() -> None:
    fitted = Standardization.fit(images())
    other = images(seed=1)
    np.testing.assert_allclose(
        fitted.apply(other)[:, 1], (other[:, 1] / 255 - fitted.mean[1]) / fitted.std[1], rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("value", [0.0, 0.1, 1e8, -3.3])
def test_a_constant_channel_becomes_zero(value: float) -> None:
    x = np.random.default_rng(0).random((7, 2, 3, 3)).astype(np.float32)
    x[:, 1] = value
    fitted = Standardization.fit(x)
    assert fitted.std[1] == 1
    np.testing.assert_allclose(fitted.apply(x)[:, 1], 0, atol=1e-5)


def test_a_constant_8_bit_channel_has_no_rounding_for_a_deviation() -> None:
    for shade in range(256):
        assert Standardization.fit(np.full((7, 1, 3, 3), shade, dtype=np.uint8)).std == (1,)


def test_a_single_pixel() -> None:
    x = np.full((1, 1, 1, 1), 9, dtype=np.uint8)
    np.testing.assert_array_equal(Standardization.fit(x).apply(x), 0)


@given(arrays(np.float32, (4, 2, 3, 3), elements=st.floats(-1e6, 1e6, width=32)))
def test_result_is_always_finite(x: NDArray[np.float32]) -> None:
    assert np.isfinite(Standardization.fit(x).apply(x)).all()


def test_survives_json() -> None:
    fitted = Standardization.fit(images())
    assert Standardization.from_dict(json.loads(json.dumps(fitted.to_dict()))) == fitted


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"mean": [0], "std": [1]},
        {"mean": [0], "std": [0], "divisor": 1},
        {"mean": [0, 1], "std": [1], "divisor": 1},
        {"mean": [], "std": [], "divisor": 1},
        {"mean": [float("nan")], "std": [1], "divisor": 1},
        {"mean": 3, "std": 1, "divisor": 1},
        {"mean": ["a"], "std": [1], "divisor": 1},
        {"mean": [0], "std": [1], "divisor": -255},
    ],
)
def test_damaged_values_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(InputError, match="standardization: expected"):
        Standardization.from_dict(values)


def test_other_channels_are_refused() -> None:
    with pytest.raises(InputError, match=r"Expected \(N, 3, height, width\)"):
        Standardization.fit(images()).apply(images()[:, :1])


def test_no_images_are_refused() -> None:
    with pytest.raises(InputError, match="none zero"):
        Standardization.fit(images()[:0])
