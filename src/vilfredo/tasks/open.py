"""From what the user typed to a checked dataset."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

import numpy as np

from vilfredo.errors import InputError, nearest
from vilfredo.tasks import split
from vilfredo.tasks.dataset import Dataset, Labels
from vilfredo.tasks.kinds import find_kind, kind_of
from vilfredo.tasks.labels import encode_labels, shorten
from vilfredo.tasks.raw import Options, Raw
from vilfredo.tasks.readers import Reader, readers
from vilfredo.tasks.readers.bundled import NAMES

HELD_OUT = 0.2
"""Share of the samples that becomes the test part, where there is none."""


def open_dataset(
    source: str,
    resize: tuple[int, ...] | None = None,
    samples: int | None = None,
    task: str | None = None,
    target: str | None = None,
    ignore: Sequence[str] | None = None,
    categorical: Sequence[str] | None = None,
) -> Dataset:
    """Read, check and divide the data.

    Parameters
    ----------
    source
        A bundled name or a path; the modules of `vilfredo.tasks.readers` say what they read.
    resize
        (height, width) that all images, or (length,) that all series are brought to.
    samples
        Use only so many training samples, stratified and always the same ones. The test part stays whole.
    task
        Kind of the data (``image``, ``series``, ``table``), where the file alone doesn't tell.
    target, ignore, categorical
        Of a table: the column of the classes, those not to learn from, and those whose numbers are categories.

    Raises
    ------
    InputError
        Whatever is wrong with the source, one message.
    """
    if task is not None:
        find_kind(task)
    options = Options(resize, task, target, tuple(ignore or ()), tuple(categorical or ()))
    with blamed_on(source):
        dataset = assemble(read_raw(source, options), options, samples)
    asked = {**asdict(options), "samples": samples}
    del asked["labelled"]
    return replace(dataset, reading={key: value for key, value in asked.items() if value not in (None, ())})


@contextlib.contextmanager
def blamed_on(source: str) -> Iterator[None]:
    """Make whatever goes wrong while data are read an InputError that names their source."""
    try:
        yield
    except InputError as error:
        raise InputError(f"data {source!r}: {error}") from None
    except PermissionError as error:
        raise InputError(f"data {source!r}: no permission to read {error.filename or 'it'}.") from None
    except OSError as error:
        raise InputError(f"data {source!r}: cannot be read: {error.strerror or error}.") from None
    except MemoryError:
        raise InputError(f"data {source!r}: does not fit in memory. Give fewer or smaller samples.") from None


def read_raw(source: str, options: Options) -> Raw:
    """Let the reader that accepts it read a bundled name or a path.

    Raises
    ------
    InputError
        When none accepts it, or the contents aren't what their format demands.
    OSError
        When the system doesn't let it be read.
    """
    path = os.path.expanduser(source)
    return _reader(path).read(path, options)


def assemble(raw: Raw, options: Options, samples: int | None = None, hold_out: bool = True) -> Dataset:
    """Check what a reader found, number its classes and divide it; see `open_dataset`.

    Without `hold_out`, data that come without a test part get an empty one.

    Raises
    ------
    InputError
        Whatever is wrong with the samples or their labels.
    """
    if samples is not None and samples < 1:
        raise InputError(f"samples: {samples} is not a number of training samples. Expected at least 1.")
    task = kind_of(raw, options.task)
    kind = find_kind(task)
    arranged = kind.arrange(raw, options)
    if not arranged.columns:
        _refuse_columns(options, task)
    elif options.target is not None and raw.task is None:
        raise InputError("target: these data come with their labels. Leave --target out.")
    x_train, x_test = arranged.training, arranged.test
    y_train, y_test, labels, label_notes = encode_labels(raw)
    notes = [*raw.notes, *arranged.notes, *label_notes]
    if (x_test is None or y_test is None) and not hold_out:
        x_test, y_test = x_train[:0], y_train[:0]
    elif x_test is None or y_test is None:
        total = len(y_train)
        kept, held = split.hold_out(y_train, HELD_OUT)
        x_test, y_test, x_train, y_train = x_train[held], y_train[held], x_train[kept], y_train[kept]
        notes.append(f"no test part given: held out {HELD_OUT:.0%} ({len(held)} of {total} {kind.SAMPLES}, stratified)")
    if samples is not None and samples < len(y_train):
        chosen = split.subsample(y_train, samples)
        notes.append(f"{samples} of {len(y_train)} training {kind.SAMPLES} used (stratified); the test part is whole")
        x_train, y_train = x_train[chosen], y_train[chosen]
    _check_counts(y_train, labels, notes)
    parts = (x_train, y_train, x_test, y_test)
    dataset = Dataset(raw.name, raw.source, *parts, labels, tuple(notes), task, arranged.columns)
    return replace(dataset, header=arranged.header, resize=options.resize)


def _refuse_columns(options: Options, task: str) -> None:
    """Refuse options of tables for other kinds of data, rather than let them do nothing."""
    for option in ("target", "ignore", "categorical"):
        if getattr(options, option):
            raise InputError(f"{option}: these data are of kind '{task}', without columns. Leave --{option} out.")


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
