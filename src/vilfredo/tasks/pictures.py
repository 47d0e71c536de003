"""Decoding image files into one array."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.labels import shorten

EXTENSIONS = frozenset((".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm", ".ppm"))
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
_MOST_BYTES = 4 << 30

Picture = NDArray[np.uint8]
"""Shape (H, W) for grey, (H, W, 3) for colour."""


def read_pictures(
    paths: Sequence[Path], root: Path, resize: tuple[int, int] | None, notes: list[str], resizable: bool = True
) -> NDArray[np.uint8]:
    """Decode all files.

    Parameters
    ----------
    paths
        At least one image file.
    root
        Folder that messages name the files relative to.
    resize
        (height, width) to bring all to, or None when they must be of one size.
    notes
        What was decided is appended here.
    resizable
        Whether the user could ask for a size; messages then say how.

    Returns
    -------
    Shape (N, H, W) if all are grey, else (N, H, W, 3).

    Raises
    ------
    InputError
        Naming the files that cannot be read, the sizes where they differ, or the memory they would take.
    """
    pictures: list[Picture] = []
    sizes: dict[tuple[int, int], list[str]] = {}
    unreadable: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _refuse_bombs()
        for path in paths:
            name = str(path.relative_to(root))
            try:
                picture = _decode(path, resize)
            except Exception as error:  # decoders of damaged files raise many kinds
                unreadable.append(f"{name} ({_reason(error)})")
                continue
            height, width = picture.shape[:2]
            sizes.setdefault((height, width), []).append(name)
            if len(sizes) == 1 and not unreadable:  # otherwise it ends in an error, after all were looked at
                _check_memory(len(paths), picture, resizable)
                pictures.append(picture)
    if unreadable:
        raise InputError(
            f"{len(unreadable)} of {len(paths)} images cannot be read: {shorten(unreadable)}. Repair or remove them."
        )
    if len(sizes) > 1:
        raise _mixed_sizes(sizes, resizable)
    if resize is not None:
        notes.append(f"every image brought to {resize[0]}x{resize[1]} while reading")
    return _stack(pictures, notes)


def _refuse_bombs() -> None:
    """Make a warning about an absurdly large image an error, so that the file is reported as unreadable."""
    from PIL import Image  # noqa: PLC0415 - other data is read without it

    warnings.simplefilter("error", Image.DecompressionBombWarning)


def _decode(path: Path, resize: tuple[int, int] | None) -> Picture:
    from PIL import Image, ImageOps  # noqa: PLC0415 - other data is read without it

    with Image.open(path, formats=_FORMATS) as file:
        file.load()
        image = ImageOps.exif_transpose(file)
        if image.mode.startswith("I"):  # 16 bits: plain conversion would cut off all above 255
            image = Image.fromarray((np.clip(np.asarray(image), 0, 65535) >> 8).astype(np.uint8))
        elif image.mode == "F":
            raise ValueError("float pixels; expected 8 or 16 bits")
        elif image.has_transparency_data:  # what lies under transparent pixels is arbitrary
            layer = image.convert("RGBA")
            image = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert(_opaque(image.mode))
        elif image.mode not in ("L", "RGB"):
            image = image.convert(_opaque(image.mode))
        if resize is not None:
            image = image.resize(resize[::-1], Image.Resampling.BILINEAR)
        return np.asarray(image, dtype=np.uint8)


def _opaque(mode: str) -> str:
    return "L" if mode in ("1", "L", "LA", "La") else "RGB"


def _reason(error: Exception) -> str:
    if type(error).__name__ == "UnidentifiedImageError":
        return "not an image, or not of a known format"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return (str(error).splitlines() or [type(error).__name__])[0]


def _check_memory(count: int, picture: Picture, resizable: bool) -> None:
    needed = count * picture.nbytes
    if needed > _MOST_BYTES:
        height, width = picture.shape[:2]
        todo = "make them smaller with --resize HEIGHTxWIDTH, e.g. --resize 32x32" if resizable else "give fewer"
        raise InputError(
            f"{count} images of {height}x{width} would take {needed / 2**30:.0f} GiB of memory. Expected at most "
            f"{_MOST_BYTES / 2**30:.0f} GiB; {todo}."
        )


def _mixed_sizes(sizes: dict[tuple[int, int], list[str]], resizable: bool) -> InputError:
    common = sorted(sizes.items(), key=lambda item: -len(item[1]))
    shown = [
        f"{height}x{width} ({len(names)} {'file' if len(names) == 1 else 'files'}, e.g. {names[0]})"
        for (height, width), names in common
    ]
    height, width = common[0][0]
    todo = f"to bring all to one, add --resize HEIGHTxWIDTH, e.g. --resize {height}x{width}"
    if not resizable:
        todo = "that of the images which the model was trained on"
    return InputError(
        f"the images differ in size (height x width): {shorten(shown, most=4)}. Expected one size; {todo}."
    )


def _stack(pictures: list[Picture], notes: list[str]) -> NDArray[np.uint8]:
    grey = sum(picture.ndim == 2 for picture in pictures)
    if grey in (0, len(pictures)):
        return np.stack(pictures)
    notes.append(f"grey and colour images mixed ({grey} of {len(pictures)} grey): all taken as RGB")
    coloured: list[NDArray[Any]] = [p if p.ndim == 3 else np.repeat(p[..., None], 3, axis=2) for p in pictures]
    return np.stack(coloured)
