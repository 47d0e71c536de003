import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import DTypeLike, NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Dataset, Samples
from vilfredo.tasks.kinds.image import admit, arrange, claims, resized
from vilfredo.tasks.layout import InputLayout
from vilfredo.tasks.memory import dataset_from
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


RNG = np.random.default_rng(0)
Y = np.arange(40) % 2
COLOUR = dataset_from(RNG.integers(0, 256, (40, 6, 5, 3), dtype=np.uint8), Y)
SMALLER = dataset_from(RNG.integers(0, 256, (40, 9, 8, 3), dtype=np.uint8), Y, resize=(6, 5))
FRACTIONS = dataset_from(RNG.random((40, 6, 6)), Y)
WHOLE = dataset_from(RNG.integers(0, 1001, (40, 6, 6)), Y)
NEW = RNG.integers(0, 256, (4, 6, 5, 3))


def admitted(samples: Any, dataset: Dataset) -> tuple[Samples, tuple[str, ...]]:
    return admit(samples, InputLayout.of(dataset))


def refused(samples: Any, dataset: Dataset) -> str:
    with pytest.raises(InputError) as caught:
        admitted(samples, dataset)
    return str(caught.value)


@pytest.mark.parametrize("dtype", ["u1", "i2", "i8", "u4"])
def test_admits_whole_numbers_for_bytes_in_any_order_of_axes(dtype: str) -> None:
    for x in (NEW.astype(dtype), NEW.astype(dtype).transpose(0, 3, 1, 2), list(NEW.astype(dtype))):
        images, notes = admitted(x, COLOUR)
        assert images.dtype == np.uint8
        np.testing.assert_array_equal(images, NEW.transpose(0, 3, 1, 2))
        assert notes == ()


def test_admits_a_single_image() -> None:
    for x in (NEW[0], NEW[0].transpose(2, 0, 1)):
        images, notes = admitted(x, COLOUR)
        np.testing.assert_array_equal(images, NEW[:1].transpose(0, 3, 1, 2))
        assert notes == (f"shape {x.shape} read as a single image",)
    grey = RNG.random((6, 6))
    images, notes = admitted(grey, FRACTIONS)
    np.testing.assert_array_equal(images, grey[None, None].astype(np.float32))
    assert "(6, 6) read as a single image" in notes[0]


def test_small_images_are_read_by_the_axes_of_the_model() -> None:
    """(N, 1, 4, 4) would be taken for channels last, if nothing were known."""
    data = dataset_from(RNG.random((40, 4, 4)), Y, task="image")
    assert admitted(data.x_test, data)[0].tobytes() == data.x_test.tobytes()


def test_resizes_only_what_was_resized_in_training() -> None:
    x = RNG.integers(0, 256, (4, 12, 11, 3), dtype=np.uint8)
    images, notes = admitted(x, SMALLER)
    np.testing.assert_array_equal(images, resized(np.ascontiguousarray(x.transpose(0, 3, 1, 2)), (6, 5)))
    assert notes == ("images of 12x11 resized to 6x5, as in training",)
    assert refused(x, COLOUR) == (
        "these images are 12×11×3, the model was trained on 6×5×3. Expected none of another size: bring "
        "them to it in the way that the training images were."
    )


def test_a_list_of_several_sizes() -> None:
    x = [NEW[0], RNG.integers(0, 256, (9, 9, 3))]
    images, notes = admitted(x, SMALLER)
    assert images.shape == (2, 3, 6, 5)
    np.testing.assert_array_equal(images[0], NEW[0].transpose(2, 0, 1))
    assert notes == ("images of 9x9 resized to 6x5, as in training",)
    assert "differ in shape: (6, 5, 3) and (9, 9, 3), perhaps others. Expected one, 6×5×3" in refused(x, COLOUR)
    assert refused([x[0], x[1][..., 0]], SMALLER).startswith("image 1, counted from 0: these images are 9×9×1")
    assert "there is no image" in refused([], SMALLER)


@pytest.mark.parametrize(
    ("samples", "dataset", "advice"),
    [
        (np.zeros((4, 6, 5), dtype=np.uint8), COLOUR, "Expected 3 channels: repeat the grey channel."),
        (np.zeros((4, 7, 9), dtype=np.uint8), SMALLER, "Expected 3 channels: repeat the grey channel."),
        (np.zeros((4, 6, 5, 4), dtype=np.uint8), COLOUR, "Expected 3 channels: leave the transparency out."),
        (np.zeros((4, 6, 6, 3)), FRACTIONS, "Expected 1 channel: turn them grey."),
        (np.zeros((4, 3, 6, 6)), FRACTIONS, "Expected 1 channel: turn them grey."),
        (np.zeros((4, 6, 6, 2)), FRACTIONS, "Expected 1 channel: give those that were there in training."),
    ],
)
def test_other_channels_are_refused(samples: Any, dataset: Dataset, advice: str) -> None:
    assert advice in refused(samples, dataset)


def test_floats_are_refused_for_bytes() -> None:
    message = refused(np.clip(NEW / 255, 0, 1), COLOUR)
    assert message.startswith("these images are of type float64 with values from 0")
    assert message.endswith("multiply them by 255, round them and convert them by .astype(numpy.uint8).")
    assert "convert them by .round()" in refused(NEW.astype(float), COLOUR)
    assert "bring them to that range" in refused(NEW - 128.0, COLOUR)
    for wrong in (NEW - 1 - NEW.min(), NEW + 256 - NEW.max()):
        assert "Expected whole numbers from 0 to 255: bring them to that range" in refused(wrong, COLOUR)


def test_whole_numbers_are_refused_for_fractions_only() -> None:
    bytes8 = NEW[..., 0].astype(np.uint8).repeat(2, axis=2)[..., :6]
    assert "Expected floats on that scale: divide them by 255." in refused(bytes8, FRACTIONS)
    assert "Expected floats on that scale: bring them to it." in refused(bytes8.astype(int) * 1000, FRACTIONS)
    images, _ = admitted(bytes8, WHOLE)
    assert images.dtype == np.float32
    np.testing.assert_array_equal(images[:, 0], bytes8)


def test_other_scales_are_refused() -> None:
    x = RNG.random((10, 6, 6))
    assert "these images are on another scale: values of" in refused(255 * x, FRACTIONS)
    x[0, 0, 0] = 255
    _, notes = admitted(x, FRACTIONS)
    assert notes[0].startswith("1 of 10 images have values far from those in training")


def test_what_is_not_finite_is_named() -> None:
    x = RNG.random((10, 6, 6))
    x[3, 1, 1] = np.nan
    assert "1 of 10 new images hold NaN or infinite pixels (the first: image 3)" in refused(x, FRACTIONS)
    assert "(the first: image 0)" in refused(np.full((4, 6, 5, 3), np.nan), COLOUR)


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (None, "no images but of type NoneType"),
        (np.zeros((4, 36)), "a table of features"),
        (np.zeros((0, 6, 6)), "there is no image"),
        (np.zeros((2, 0, 6)), "a size is zero"),
        (np.zeros((2, 6, 6), dtype="U1"), "of type <U1"),
        (np.zeros((2, 6, 6), dtype=complex), "of type complex128"),
    ],
)
def test_no_images(samples: Any, message: str) -> None:
    assert message in refused(samples, FRACTIONS)
