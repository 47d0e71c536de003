"""IDX files as MNIST's: a folder with train-images-idx3-ubyte.gz and its labels, or the images file itself.

The test part is ``t10k-…`` or ``test-…`` beside it. Compressed (.gz) or not. To predict, labels may be missing.
"""

import gzip
import math
import os
import re
import struct
import zlib
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.raw import Options, Part, Raw, unlabelled

_IMAGES = re.compile(r"(?P<set>.*)images(?P<form>[-.]idx)\d-ubyte(\.gz)?", re.IGNORECASE)
_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_EXAMPLE = "train-images-idx3-ubyte.gz with train-labels-idx1-ubyte.gz beside it"
_CHUNK = 1 << 24


def accepts(source: str) -> bool:
    """Whether it is a ``.gz`` or ``-ubyte`` file, or a folder with IDX images."""
    if os.path.isfile(source):
        return source.lower().endswith((".gz", "-ubyte"))
    return bool(_image_files(Path(source)))


def read(source: str, options: Options) -> Raw:
    """Read the images, their labels, and the test part beside them where there is one."""
    path = Path(os.path.abspath(source))
    images = path if path.is_file() else _training_images(path, options.labelled)
    training = _read_part("training", images, options.labelled)
    test_images = _test_images(images)
    test = _read_part("test", test_images, options.labelled) if test_images else None
    return Raw(images.parent.name, str(path), training, test, task="image")


def _image_files(folder: Path) -> list[Path]:
    """The images files in a folder, one for each set; an uncompressed twin goes first."""
    try:
        entries = sorted(entry for entry in folder.iterdir() if _IMAGES.fullmatch(entry.name) and entry.is_file())
    except (OSError, ValueError):
        return []
    chosen: dict[str, Path] = {}
    for entry in entries:
        chosen.setdefault(entry.name.lower().removesuffix(".gz"), entry)
    return list(chosen.values())


def _training_images(folder: Path, labelled: bool) -> Path:
    files = _image_files(folder)
    training = [file for file in files if "train" in file.name.lower()] or files
    if len(training) != 1 or (labelled and training[0].name.lower().startswith(("t10k", "test"))):
        raise InputError(
            f"the folder has these IDX images: {', '.join(file.name for file in files)}. Expected one "
            "train-images-idx3-ubyte.gz; give the path of the file that is meant."
        )
    return training[0]


def _test_images(images: Path) -> Path | None:
    for name in ("t10k", "test"):
        changed = re.sub("train", name, images.name, flags=re.IGNORECASE)
        found = _with_or_without_gz(images.with_name(changed))
        if changed != images.name and found:
            return found
    return None


def _labels_of(images: Path, labelled: bool) -> Path | None:
    """Find the file of the labels; None where there is none and none is needed."""
    match = _IMAGES.fullmatch(images.name)
    if match is None:
        raise InputError(f"'{images.name}' is not the name of IDX images. Expected e.g. {_EXAMPLE}.")
    labels = images.with_name(f"{match['set']}labels{match['form']}1-ubyte{match[3] or ''}")
    found = _with_or_without_gz(labels)
    if found is None and labelled:
        raise InputError(f"the labels of {images.name} are missing. Expected {labels.name} beside it.")
    return found


def _with_or_without_gz(path: Path) -> Path | None:
    plain = path.with_name(path.name.removesuffix(".gz"))
    return next((file for file in (path, plain, plain.with_name(plain.name + ".gz")) if file.is_file()), None)


def _read_part(name: str, images: Path, labelled: bool) -> Part:
    labels, samples = _labels_of(images, labelled), _read_array(images)
    return unlabelled(name, samples) if labels is None else Part(name, samples, _read_array(labels))


def _read_array(path: Path) -> NDArray[Any]:
    """Parse one file: two zero bytes, type, number of dimensions, dimensions and data, all big-endian."""
    with path.open("rb") as raw:
        compressed = raw.read(2) == b"\x1f\x8b"
    try:
        with _open(path, compressed) as file:
            return _parse(file, path.name)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(f"{path.name} is damaged or incomplete ({error}). Copy it again.") from None


def _open(path: Path, compressed: bool) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if compressed else path.open("rb")


def _parse(file: IO[bytes], name: str) -> NDArray[Any]:
    magic = file.read(4)
    if not magic:
        raise InputError(f"{name} is empty. Expected e.g. {_EXAMPLE}.")
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _TYPES or magic[3] == 0:
        raise InputError(
            f"{name} is not an IDX file: it begins with {magic.hex(' ')}. Expected 00 00, a type (08 for bytes) and "
            "the number of dimensions (03 for images, 01 for labels)."
        )
    dtype, dimensions = np.dtype(_TYPES[magic[2]]), magic[3]
    header = file.read(4 * dimensions)
    if len(header) < 4 * dimensions:
        raise InputError(f"{name} ends within its header. Copy it again.")
    shape = struct.unpack(f">{dimensions}I", header)
    expected = math.prod(shape) * dtype.itemsize
    body = _read_up_to(file, expected + 1)
    if len(body) != expected:
        came = "more" if len(body) > expected else str(len(body))
        raise InputError(
            f"{name} should hold {expected} bytes of data for its shape {shape}, but holds {came}. Copy it again."
        )
    try:
        return np.frombuffer(body, dtype).reshape(shape).astype(dtype.newbyteorder("="))
    except ValueError as error:  # more dimensions than arrays can have
        raise InputError(f"{name} has a shape of {dimensions} dimensions ({error}). Expected 3 or 1.") from None


def _read_up_to(file: IO[bytes], size: int) -> bytearray:
    """Read piecemeal: a damaged header may claim more than memory holds."""
    body = bytearray()
    while len(body) < size and (piece := file.read(min(_CHUNK, size - len(body)))):
        body += piece
    return body
