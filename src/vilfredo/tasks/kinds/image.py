"""Images: (N, height, width) or (N, height, width, channels)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Column, Samples
from vilfredo.tasks.kinds import Arranged
from vilfredo.tasks.layout import InputLayout
from vilfredo.tasks.preprocessing import Preprocessing, Standardization
from vilfredo.tasks.raw import Options, Part, Raw
from vilfredo.tasks.scale import check_scale

SAMPLES = "images"
ARCHITECTURES = ("cells", "mlp", "parallel")
AXES = ("channels", "height", "width")
DTYPES = ("uint8", "float32")

_EXPECTED = "Expected images as (N, height, width) or (N, height, width, channels)"


def claims(samples: Any) -> bool:
    """Whether it has four dimensions, or three and is of bytes or of squares."""
    if not isinstance(samples, np.ndarray) or samples.ndim not in (3, 4):
        return False
    return samples.ndim == 4 or samples.dtype in (np.uint8, np.bool_) or 1 < samples.shape[1] == samples.shape[2]


def arrange(raw: Raw, options: Options) -> Arranged:
    """Bring both parts to (N, C, H, W), one size and one dtype: uint8 if both are 8-bit, else float32.

    Raises
    ------
    InputError
        When an array isn't images: its dimensions, its type, a NaN or infinite pixel, no image at all; or
        when the parts differ in image shape or in the kind of number.
    """
    size = options.image_size
    training = raw.training
    parts = [training] if raw.test is None else [training, raw.test]
    for part in parts:
        if not isinstance(part.samples, np.ndarray):
            raise InputError(f"the {part.name} images are no array: they differ in shape. {_EXPECTED}; resize them.")
        _check_shape(part)
        _check_type(part)
    channels_first = _channels_first(training.samples.shape)
    pictures = [_as_nchw(part, channels_first) for part in parts]
    _check_agreement(training, pictures, parts)
    bits8 = all(picture.dtype in (np.uint8, np.bool_) for picture in pictures)
    pictures = [_convert(picture, bits8, part.name) for picture, part in zip(pictures, parts, strict=True)]
    notes = []
    if channels_first:
        notes.append(f"shape {training.samples.shape} read as channels first: (N, channels, height, width)")
    height, width = pictures[0].shape[2:]
    if raw.task is None and options.task is None and training.samples.ndim == 3 and height != width:
        notes.append(f"shape {training.samples.shape} of bytes read as grey images; if these are series: --task series")
    if size is not None and (height, width) != size:
        notes.append(f"images of {height}x{width} resized to {size[0]}x{size[1]}")
        pictures = [resized(picture, size) for picture in pictures]
    return Arranged(pictures[0], pictures[1] if raw.test else None, tuple(notes))


def admit(samples: Any, layout: InputLayout) -> tuple[Samples, tuple[str, ...]]:
    """Bring new images to the model's (N, C, H, W) and dtype.

    (N, H, W), (N, H, W, C), (N, C, H, W), a list of such images, or a single one. They are resized only where the
    training images were.

    Raises
    ------
    InputError
        When they are none, or not of the model's size, channels, kind of number or scale.
    """
    if isinstance(samples, list):
        return _admit_each(samples, layout)
    notes: list[str] = []
    part = Part("new", _several(samples, layout, notes), np.empty(0))
    _check_shape(part)
    _check_type(part)
    pictures = _oriented(part, layout)  # (N, C, H, W)
    size: tuple[int, int] = (layout.shape[1], layout.shape[2])
    _check_fit(pictures, layout)
    _check_numbers(pictures, layout)
    converted = _convert(pictures, layout.dtype == "uint8", "new")
    notes += check_scale(converted, layout, SAMPLES, strict=True)
    if converted.shape[2:] != size:
        height, width = converted.shape[2:]
        notes.append(f"images of {height}x{width} resized to {size[0]}x{size[1]}, as in training")
    return resized(converted, size), tuple(notes)


def fit(x: Samples, columns: tuple[Column, ...]) -> Preprocessing:
    """Measure mean and deviation of each channel."""
    return Standardization.fit(x)


def restore(values: dict[str, Any]) -> Preprocessing:
    """Read what `Standardization.to_dict` wrote."""
    return Standardization.from_dict(values)


def describe(shape: tuple[int, ...]) -> str:
    """Height, width and channels of (C, H, W)."""
    channels, height, width = shape
    return f"{height}×{width}×{channels}"


def _admit_each(samples: list[Any], layout: InputLayout) -> tuple[Samples, tuple[str, ...]]:
    """Admit a list of images, which may differ in size where they are to be resized."""
    images = [np.asarray(one) for one in samples]
    shapes = sorted({image.shape for image in images})
    if len(shapes) == 1:
        return admit(np.stack(images), layout)
    if not images:
        raise InputError(f"there is no image. {_EXPECTED} with N at least 1.")
    if layout.resize is None:
        raise InputError(
            f"these images differ in shape: {shapes[0]} and {shapes[1]}, perhaps others. Expected one, "
            f"{describe(layout.shape)}, as the model was trained on: bring all to it."
        )
    admitted, notes = [], list[str]()
    for number, image in enumerate(images):
        try:
            x, told = admit(image[None], layout)
        except InputError as error:
            raise InputError(f"image {number}, counted from 0: {error}") from None
        admitted.append(x)
        notes += told
    return np.concatenate(admitted), tuple(dict.fromkeys(notes))


def _several(samples: Any, layout: InputLayout, notes: list[str]) -> NDArray[Any]:
    """Put a single image into an array of one, where it cannot be anything else."""
    if not isinstance(samples, np.ndarray):
        raise InputError(f"these are no images but of type {type(samples).__name__}. {_EXPECTED}, as a NumPy array.")
    channels, height, width = layout.shape
    grey = channels == 1 and samples.shape == (height, width)
    coloured = channels > 1 and samples.shape in ((height, width, channels), (channels, height, width))
    if not grey and not coloured:
        return samples
    notes.append(f"shape {samples.shape} read as a single image")
    return samples[None]


def _oriented(part: Part, layout: InputLayout) -> Samples:
    """Read the axes as the model's where they fit, else as `arrange` does."""
    shape = part.samples.shape
    if part.samples.ndim == 3:
        return _as_nchw(part, channels_first=False)
    channels, height, width = layout.shape
    first, last = shape[1:] == layout.shape, shape[1:] == (height, width, channels)
    if first == last:
        first, last = shape[1] == channels, shape[3] == channels
    return _as_nchw(part, channels_first=_channels_first(shape) if first == last else first)


def _check_fit(pictures: Samples, layout: InputLayout) -> None:
    """Refuse another number of channels, and another size if the training images were not resized."""
    came, expected = pictures.shape[1:], layout.shape
    if came == expected or (came[0] == expected[0] and layout.resize is not None):
        return
    todo = "Expected none of another size: bring them to it in the way that the training images were."
    if came[0] != expected[0]:
        advice = {(1, 3): "repeat the grey channel", (3, 1): "turn them grey", (4, 3): "leave the transparency out"}
        hint = advice.get((came[0], expected[0]), "give those that were there in training")
        todo = f"Expected {expected[0]} channel{'s' * (expected[0] > 1)}: {hint}."
    raise InputError(f"these images are {describe(came)}, the model was trained on {describe(expected)}. {todo}")


def _check_numbers(pictures: Samples, layout: InputLayout) -> None:
    """Refuse floats for a model of 8-bit images, and whole numbers for one of fractions: the scales differ."""
    if pictures.dtype.kind == "f":
        _convert(pictures, False, "new")  # refuses what is not finite
    low, high = pictures.min(), pictures.max()
    came = f"of type {pictures.dtype} with values from {low:g} to {high:g}"
    floats = pictures.dtype.kind == "f"
    if layout.dtype == "uint8" and (floats or low < 0 or high > 255):
        todo = "bring them to that range and convert them by .astype(numpy.uint8)"
        if floats and low >= 0 and high <= 1:
            todo = "multiply them by 255, round them and convert them by .astype(numpy.uint8)"
        elif low >= 0 and high <= 255:
            todo = "if they are on that scale, convert them by .round().astype(numpy.uint8)"
        raise InputError(
            f"these images are {came}; the model was trained on 8-bit ones. Expected whole numbers from 0 to 255: "
            f"{todo}."
        )
    if layout.dtype != "uint8" and not floats and not layout.whole:
        least, most = layout.span or (0, 1)
        todo = "divide them by 255" if least >= 0 and most <= 1 and 1 < high <= 255 else "bring them to it"
        raise InputError(
            f"these images are {came}; the model was trained on fractions from {least:g} to {most:g}. Expected floats "
            f"on that scale: {todo}."
        )


def _check_shape(part: Part) -> None:
    shape = part.samples.shape
    came = f"the {part.name} images have shape {shape}"
    if part.samples.ndim not in (3, 4):
        kind = " (a table of features?)" if part.samples.ndim == 2 else ""
        raise InputError(f"{came}{kind}. {_EXPECTED}; reshape them.")
    if shape[0] == 0:
        raise InputError(f"{came}: there is no image. {_EXPECTED} with N at least 1.")
    if 0 in shape:
        raise InputError(f"{came}: a size is zero. {_EXPECTED} with all sizes at least 1.")


def _check_type(part: Part) -> None:
    if part.samples.dtype.kind not in "buif":
        raise InputError(
            f"the {part.name} images are of type {part.samples.dtype}. Expected uint8, other integers or floats."
        )


def _channels_first(shape: tuple[int, ...]) -> bool:
    """Whether (N, a, b, c) can only sensibly be (N, C, H, W)."""
    return len(shape) == 4 and shape[1] in (1, 3, 4) and min(shape[2:]) > 4


def _as_nchw(part: Part, channels_first: bool) -> Samples:
    pictures: Samples = part.samples
    if pictures.ndim == 3:
        return pictures[:, None]  # (N, 1, H, W)
    return pictures if channels_first else pictures.transpose(0, 3, 1, 2)  # (N, C, H, W)


def _check_agreement(training: Part, pictures: list[Samples], parts: list[Part]) -> None:
    for picture, part in zip(pictures[1:], parts[1:], strict=True):
        if picture.shape[1:] != pictures[0].shape[1:]:
            raise InputError(
                f"the training images have shape {training.samples.shape} but the {part.name} images "
                f"{part.samples.shape}. Expected the same height, width and channels in both."
            )
        if (picture.dtype.kind == "f") != (pictures[0].dtype.kind == "f"):
            raise InputError(
                f"the training images are {training.samples.dtype} but the {part.name} images {part.samples.dtype}. "
                "Expected integers in both or floats in both: otherwise their scales may differ."
            )


def _convert(picture: Samples, bits8: bool, part: str) -> Samples:
    if bits8:
        return np.ascontiguousarray(picture, dtype=np.uint8)
    with np.errstate(over="ignore"):
        converted = np.ascontiguousarray(picture, dtype=np.float32)
    finite = np.asarray(np.isfinite(converted).all(axis=(1, 2, 3)))
    if not finite.all():
        raise InputError(
            f"{(~finite).sum()} of {len(finite)} {part} images hold NaN or infinite pixels (the first: image "
            f"{int(np.argmin(finite))}). Expected finite 32-bit numbers; repair or remove these images."
        )
    return converted


def resized(images: Samples, size: tuple[int, int]) -> Samples:
    """Resize (N, C, H, W) images to `size` = (height, width) bilinearly, averaging where they shrink."""
    if images.shape[2:] == size:
        return images
    from PIL import Image  # noqa: PLC0415 - not needed unless something must be resized

    flat = images.reshape(-1, *images.shape[2:])  # (N·C, H, W)
    result: NDArray[Any] = np.empty((len(flat), *size), dtype=images.dtype)
    for index, plane in enumerate(flat):
        result[index] = Image.fromarray(plane).resize(size[::-1], Image.Resampling.BILINEAR)
    return result.reshape(*images.shape[:2], *size)
