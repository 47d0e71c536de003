"""Images from arrays of unknown make: their layout, type and values checked and made uniform."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Images
from vilfredo.tasks.raw import Part

_EXPECTED = "Expected images as (N, height, width) or (N, height, width, channels)"
_LARGEST = 4096


def uniform_images(training: Part, test: Part | None) -> tuple[Images, Images | None, list[str]]:
    """Bring both parts to (N, C, H, W) and one dtype: uint8 if both are 8-bit, else float32.

    Returns
    -------
    Training images, test images (None without a test part), notes on what was decided.

    Raises
    ------
    InputError
        When an array isn't images: its dimensions, its type, a NaN or infinite pixel, no image at all; or
        when the parts differ in image shape or in the kind of number.
    """
    parts = [training] if test is None else [training, test]
    for part in parts:
        _check_shape(part)
        _check_type(part)
    channels_first = _channels_first(training.images.shape)
    pictures = [_as_nchw(part, channels_first) for part in parts]
    _check_agreement(training, pictures, parts)
    bits8 = all(picture.dtype in (np.uint8, np.bool_) for picture in pictures)
    pictures = [_convert(picture, bits8, part.name) for picture, part in zip(pictures, parts, strict=True)]
    notes = []
    if channels_first:
        notes.append(f"shape {training.images.shape} read as channels first: (N, channels, height, width)")
    if training.images.ndim == 3 and not bits8 and training.images.shape[1] != training.images.shape[2]:
        notes.append(f"shape {training.images.shape} read as grey images, (N, height, width), not as series")
    return pictures[0], pictures[1] if test else None, notes


def _check_shape(part: Part) -> None:
    shape = part.images.shape
    came = f"the {part.name} images have shape {shape}"
    if part.images.ndim not in (3, 4):
        kind = " (a table of features?)" if part.images.ndim == 2 else ""
        raise InputError(f"{came}{kind}. {_EXPECTED}; reshape them.")
    if shape[0] == 0:
        raise InputError(f"{came}: there is no image. {_EXPECTED} with N at least 1.")
    if 0 in shape:
        raise InputError(f"{came}: a size is zero. {_EXPECTED} with all sizes at least 1.")
    if part.images.ndim == 3 and shape[1] == 1 and shape[2] > 1:
        raise InputError(
            f"{came}, which looks like time series: (N, channels, length). {_EXPECTED}; images of a single row "
            "must be given with their channels, as (N, 1, width, 1)."
        )


def _check_type(part: Part) -> None:
    if part.images.dtype.kind not in "buif":
        raise InputError(
            f"the {part.name} images are of type {part.images.dtype}. Expected uint8, other integers or floats."
        )


def _channels_first(shape: tuple[int, ...]) -> bool:
    """Whether (N, a, b, c) can only sensibly be (N, C, H, W)."""
    return len(shape) == 4 and shape[1] in (1, 3, 4) and min(shape[2:]) > 4


def _as_nchw(part: Part, channels_first: bool) -> Images:
    if part.images.ndim == 3:
        return part.images[:, None]  # (N, 1, H, W)
    return part.images if channels_first else part.images.transpose(0, 3, 1, 2)  # (N, C, H, W)


def _check_agreement(training: Part, pictures: list[Images], parts: list[Part]) -> None:
    for picture, part in zip(pictures[1:], parts[1:], strict=True):
        if picture.shape[1:] != pictures[0].shape[1:]:
            raise InputError(
                f"the training images have shape {training.images.shape} but the {part.name} images "
                f"{part.images.shape}. Expected the same height, width and channels in both."
            )
        if (picture.dtype.kind == "f") != (pictures[0].dtype.kind == "f"):
            raise InputError(
                f"the training images are {training.images.dtype} but the {part.name} images {part.images.dtype}. "
                "Expected integers in both or floats in both: otherwise their scales may differ."
            )


def _convert(picture: Images, bits8: bool, part: str) -> Images:
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


def check_size(size: tuple[int, int]) -> None:
    """Raise InputError unless `size` is a (height, width) that images can be resized to, 1 … 4096 each."""
    if len(size) != 2 or not all(1 <= side <= _LARGEST for side in size):
        raise InputError(
            f"resize: {'x'.join(map(str, size))} is not a size. Expected HEIGHTxWIDTH, 1 to {_LARGEST} each, "
            "e.g. 32x32."
        )


def resized(images: Images, size: tuple[int, int]) -> Images:
    """Resize (N, C, H, W) images to `size` = (height, width) bilinearly, averaging where they shrink."""
    if images.shape[2:] == size:
        return images
    from PIL import Image  # noqa: PLC0415 - not needed unless something must be resized

    flat = images.reshape(-1, *images.shape[2:])  # (N·C, H, W)
    result: NDArray[Any] = np.empty((len(flat), *size), dtype=images.dtype)
    for index, plane in enumerate(flat):
        result[index] = Image.fromarray(plane).resize(size[::-1], Image.Resampling.BILINEAR)
    return result.reshape(*images.shape[:2], *size)
