import re

import numpy as np
import pytest
from numpy.typing import DTypeLike, NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Samples
from vilfredo.tasks.kinds.image import arrange, claims, resized
from vilfredo.tasks.raw import Options, Part, Raw


def part(images: NDArray[np.generic], name: str = "training") -> Part:
    return Part(name, images, np.zeros(len(images), dtype=np.int64))


def uniform_images(
    training: Part, test: Part | None, resize: tuple[int, ...] | None = None
) -> tuple[Samples, Samples | None, tuple[str, ...]]:
    arranged = arrange(Raw("", "", training, test), Options(resize))
    return arranged.training, arranged.test, arranged.notes


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((5, 28, 20), (5, 1, 28, 20)),
        ((5, 28, 20, 1), (5, 1, 28, 20)),
        ((5, 28, 20, 3), (5, 3, 28, 20)),
        ((5, 28, 20, 4), (5, 4, 28, 20)),
        ((5, 64, 64, 13), (5, 13, 64, 64)),
        ((5, 3, 32, 32), (5, 3, 32, 32)),
        ((5, 1, 28, 28), (5, 1, 28, 28)),
        ((5, 3, 32, 3), (5, 3, 3, 32)),
        ((5, 1, 1), (5, 1, 1, 1)),
        ((5, 1, 1, 3), (5, 3, 1, 1)),
        ((5, 1, 9, 1), (5, 1, 1, 9)),
        ((5, 9, 1), (5, 1, 9, 1)),
    ],
)
def test_layouts(shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
    x, _, notes = uniform_images(part(np.zeros(shape, dtype=np.uint8)), None)
    assert x.shape == expected
    assert x.flags.c_contiguous
    assert any("channels first" in note for note in notes) == (shape in {(5, 3, 32, 32), (5, 1, 28, 28)})


def test_pixels_stay_in_place() -> None:
    images = np.arange(2 * 3 * 4 * 3, dtype=np.uint8).reshape(2, 3, 4, 3)
    x, _, _ = uniform_images(part(images), None)
    assert x[1, 2, 0, 3] == images[1, 0, 3, 2]


@pytest.mark.parametrize(
    ("train", "test", "expected"),
    [
        (np.uint8, np.uint8, np.uint8),
        (np.bool_, np.bool_, np.uint8),
        (np.int64, np.int64, np.float32),
        (np.uint8, np.int64, np.float32),
        (np.uint16, np.uint16, np.float32),
        (np.float16, np.float64, np.float32),
        (np.dtype(">f8"), np.float32, np.float32),
    ],
)
def test_types_are_made_one(train: DTypeLike, test: DTypeLike, expected: DTypeLike) -> None:
    x, x_test, _ = uniform_images(part(np.ones((3, 4, 4), train)), part(np.ones((2, 4, 4), test), "test"))
    assert x_test is not None
    assert x.dtype == x_test.dtype == expected
    assert x.min() == x_test.max() == 1


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((5, 7)), "(5, 7) (a table of features?). Expected images as (N, height, width)"),
        (np.zeros(5), "(5,). Expected images"),
        (np.zeros((5, 2, 2, 2, 2)), "(5, 2, 2, 2, 2). Expected images"),
        (np.zeros((0, 8, 8)), "there is no image"),
        (np.zeros((5, 0, 8)), "a size is zero"),
        (np.zeros((5, 8, 8, 0)), "a size is zero"),
        (np.zeros((5, 8, 8), dtype=complex), "of type complex128. Expected uint8, other integers or floats"),
        (np.full((5, 8, 8), "a"), "of type <U1"),
        (np.zeros((5, 8, 8), dtype="M8[s]"), "of type datetime64[s]"),
        (np.zeros((5, 8, 8), dtype=[("a", "i4")]), "of type [('a', '<i4')]"),
    ],
)
def test_what_is_no_image(images: NDArray[np.generic], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        uniform_images(part(images), None)
    if len(images):
        with pytest.raises(InputError, match="the test images"):
            uniform_images(part(np.zeros((5, 8, 8))), part(images, "test"))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_pixels_that_are_not_finite(value: float) -> None:
    images = np.zeros((5, 8, 8))
    images[3, 1, 2] = images[4] = value
    with pytest.raises(InputError, match=r"2 of 5 training images hold NaN or infinite .* \(the first: image 3\)"):
        uniform_images(part(images), None)
    with pytest.raises(InputError, match="2 of 5 test images"):
        uniform_images(part(np.zeros((5, 8, 8))), part(images, "test"))


@pytest.mark.parametrize("shape", [(5, 8, 9), (5, 8, 8, 3)])
def test_parts_of_different_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"training images have shape \(5, 8, 8\) but the test images"):
        uniform_images(part(np.zeros((5, 8, 8))), part(np.zeros(shape), "test"))


def test_grey_with_and_without_a_channel_agree() -> None:
    _, x_test, _ = uniform_images(part(np.zeros((5, 8, 8))), part(np.zeros((2, 8, 8, 1)), "test"))
    assert x_test is not None
    assert x_test.shape == (2, 1, 8, 8)


def test_parts_of_different_kind() -> None:
    with pytest.raises(InputError, match="training images are uint8 but the test images float64"):
        uniform_images(part(np.zeros((5, 8, 8), np.uint8)), part(np.zeros((5, 8, 8)), "test"))


def test_resizing_is_noted() -> None:
    x, x_test, notes = uniform_images(part(np.zeros((5, 8, 6))), part(np.zeros((2, 8, 6)), "test"), (4, 3))
    assert x_test is not None
    assert x.shape == (5, 1, 4, 3)
    assert x_test.shape == (2, 1, 4, 3)
    assert "images of 8x6 resized to 4x3" in notes


def test_a_length_is_no_size_of_images() -> None:
    with pytest.raises(InputError, match="resize: 8 is a length, but these are images"):
        uniform_images(part(np.zeros((5, 8, 8))), None, (8,))


@pytest.mark.parametrize(
    ("samples", "claimed"),
    [
        (np.zeros((5, 8, 8, 3)), True),
        (np.zeros((5, 8, 8)), True),
        (np.zeros((5, 8, 9), dtype=np.uint8), True),
        (np.zeros((5, 8, 9)), False),
        (np.zeros((5, 1, 1)), False),
        (np.zeros((5, 1, 100)), False),
        (np.zeros((5, 8)), False),
        ([[0.0]], False),
    ],
)
def test_claims(samples: object, claimed: bool) -> None:
    assert claims(samples) == claimed


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_resizing_averages(dtype: DTypeLike) -> None:
    images = np.zeros((2, 3, 8, 6), dtype)
    images[1, 2] = 100
    images[0, 0, :, 3:] = 200
    small = resized(images, (2, 2))
    assert small.dtype == dtype
    assert small.shape == (2, 3, 2, 2)
    assert (small[1, 2] == 100).all()
    assert (small[0, 0, :, 0] < 60).all()
    assert (small[0, 0, :, 1] > 140).all()
    assert resized(images, (8, 6)) is images
