"""From what the user typed to a checked dataset."""

import os

import numpy as np

from vilfredo.errors import InputError, nearest
from vilfredo.tasks.dataset import Dataset, Images, Labels
from vilfredo.tasks.images import check_size, resized, uniform_images
from vilfredo.tasks.labels import encode_labels, shorten
from vilfredo.tasks.raw import Raw
from vilfredo.tasks.readers import Reader, readers
from vilfredo.tasks.readers.bundled import NAMES
from vilfredo.tasks.split import hold_out, subsample

_HELD_OUT = 0.2


def open_dataset(source: str, resize: tuple[int, int] | None = None, samples: int | None = None) -> Dataset:
    """Read, check and divide the data.

    Parameters
    ----------
    source
        A bundled name or a path; the modules of `vilfredo.tasks.readers` say what they read.
    resize
        (height, width) that all images are brought to; needed where they differ.
    samples
        Use only so many training samples, stratified and always the same ones. The test part stays whole.

    Raises
    ------
    InputError
        Whatever is wrong with the source, one message.
    """
    if resize is not None:
        check_size(resize)
    if samples is not None and samples < 1:
        raise InputError(f"samples: {samples} is not a number of training samples. Expected at least 1.")
    try:
        path = os.path.expanduser(source)
        return _assemble(_reader(path).read(path, resize), resize, samples)
    except InputError as error:
        raise InputError(f"data {source!r}: {error}") from None
    except PermissionError as error:
        raise InputError(f"data {source!r}: no permission to read {error.filename or 'it'}.") from None
    except OSError as error:
        raise InputError(f"data {source!r}: cannot be read: {error.strerror or error}.") from None
    except MemoryError:
        raise InputError(f"data {source!r}: does not fit in memory. Give fewer or smaller images.") from None


def _reader(source: str) -> Reader:
    for reader in readers().values():
        if reader.accepts(source):
            return reader
    if not source.strip():
        raise InputError(f"it is empty. Expected a file, a folder or a bundled name ({', '.join(NAMES)}).")
    if not _exists(source):
        raise InputError(
            f"no such file or folder, nor a bundled name ({', '.join(NAMES)}).{nearest(source, _possible(source))}"
        )
    kinds = " ".join(str(reader.__doc__).split("\n", 1)[0] for reader in readers().values())
    if not os.path.isfile(source):
        raise InputError(f"it is neither a file nor a folder. What can be read: {kinds}")
    if os.path.getsize(source) == 0:
        raise InputError(f"the file is empty. What can be read: {kinds}")
    raise InputError(f"this kind of file cannot be read. What can be read: {kinds}")


def _exists(source: str) -> bool:
    """Like `os.path.exists`, but a path that may not be looked at raises PermissionError."""
    try:
        os.stat(source)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    return True


def _possible(source: str) -> list[str]:
    """Names that may have been meant: bundled ones, and what lies where the source should."""
    folder = os.path.dirname(source)
    try:
        beside = [os.path.join(folder, entry) for entry in sorted(os.listdir(folder or "."))]
    except (OSError, ValueError):
        beside = []
    return [*NAMES, *beside]


def _assemble(raw: Raw, resize: tuple[int, int] | None, samples: int | None) -> Dataset:
    x_train, x_test, image_notes = uniform_images(raw.training, raw.test)
    y_train, y_test, labels, label_notes = encode_labels(raw)
    notes = [*raw.notes, *image_notes, *label_notes]
    if x_test is None or y_test is None:
        total = len(y_train)
        kept, held = hold_out(y_train, _HELD_OUT)
        x_test, y_test, x_train, y_train = x_train[held], y_train[held], x_train[kept], y_train[kept]
        notes.append(f"no test part given: held out {_HELD_OUT:.0%} ({len(held)} of {total} images, stratified)")
    if samples is not None and samples < len(y_train):
        chosen = subsample(y_train, samples)
        notes.append(f"{samples} of {len(y_train)} training images used (stratified); the test part is whole")
        x_train, y_train = x_train[chosen], y_train[chosen]
    _check_counts(y_train, labels, notes)
    if resize is not None:
        x_train, x_test = _resize(x_train, x_test, resize, notes)
    return Dataset(raw.name, raw.source, x_train, y_train, x_test, y_test, labels, tuple(notes))


def _resize(x_train: Images, x_test: Images, size: tuple[int, int], notes: list[str]) -> tuple[Images, Images]:
    height, width = x_train.shape[2:]
    if (height, width) != size:
        notes.append(f"images of {height}x{width} resized to {size[0]}x{size[1]}")
    return resized(x_train, size), resized(x_test, size)


def _check_counts(y_train: Labels, labels: tuple[str, ...], notes: list[str]) -> None:
    counts = np.bincount(y_train, minlength=len(labels))
    if counts.max() < 2:
        raise InputError(
            f"no class has two training samples ({len(y_train)} samples, {len(labels)} classes), so none can be "
            "set aside for validation. Give more samples per class."
        )
    single = [repr(labels[index]) for index in np.flatnonzero(counts == 1)]
    if len(single) == 1:
        notes.append(f"class {single[0]} has a single training sample: it stays in training, none validates it")
    elif single:
        notes.append(f"{len(single)} classes have a single training sample, which stays in training: {shorten(single)}")
