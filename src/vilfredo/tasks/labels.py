"""Labels of any kind, renumbered to classes counted from 0."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Labels
from vilfredo.tasks.raw import Part, Raw


def encode_labels(raw: Raw) -> tuple[Labels, Labels | None, tuple[str, ...], list[str]]:
    """Number the classes in the order of their labels.

    Integers of any value, whole floats, booleans, text and bytes are labels, as (N,) or (N, 1); one-hot rows
    (N, classes) stand for the position of their one.

    Returns
    -------
    Training labels, test labels (None without a test part), the original labels as text, notes.

    Raises
    ------
    InputError
        When labels and samples differ in number, a label is no label, there is one class only, or the test
        part has a class that the training part lacks.
    """
    notes: list[str] = []
    training = _flat(raw.training, notes)
    found = np.unique(training)
    if len(found) < 2:
        raise InputError(
            f"there is one class only ('{found[0]}'). Expected labels of at least two classes to tell apart."
        )
    test = None if raw.test is None else _known(_flat(raw.test, notes), found)
    numbered = found.dtype.kind == "i"
    if numbered and not np.array_equal(found, np.arange(len(found))):
        notes.append(f"labels {shorten([str(label) for label in found])} renumbered 0 … {len(found) - 1}")
    labels = _name(found, raw.class_names, notes)
    y_test = None if test is None else np.searchsorted(found, test).astype(np.int64)
    return np.searchsorted(found, training).astype(np.int64), y_test, labels, notes


def match_labels(part: Part, names: tuple[str, ...] | None, labels: Sequence[str]) -> tuple[Labels, list[str]]:
    """Find the classes of a model in the labels of new samples, by their text.

    Parameters
    ----------
    part
        Samples, of which some or all may lack a label.
    names
        Names that whole numbers among the labels may stand for.
    labels
        Of the model's classes, in their order.

    Returns
    -------
    Class of each sample (N,), -1 where it has no label or one that is none of the model's; those that are none.

    Raises
    ------
    InputError
        When labels and samples differ in number, or a label is no label.
    """
    known = np.ones(len(part.samples), dtype=np.bool_) if part.known is None else part.known
    found, places = np.unique(_flat(Part("new", np.empty(known.sum()), part.labels), []), return_inverse=True)
    spellings = [_name(found, names, []), tuple(map(str, found))] if len(found) else [()]
    texts = min(spellings, key=lambda spelling: len(set(spelling) - set(labels)))
    numbers = {label: number for number, label in enumerate(labels)}
    classes = np.array([numbers.get(text, -1) for text in texts], dtype=np.int64)
    y = np.full(len(known), -1, dtype=np.int64)
    y[known] = classes[places]
    return y, [text for text in texts if text not in numbers]


def _flat(part: Part, notes: list[str]) -> NDArray[Any]:
    """Labels as (N,) int64 or text."""
    labels, count = part.labels, len(part.samples)
    if labels.ndim == 0 or len(labels) != count:
        came = "a single value" if labels.ndim == 0 else f"{len(labels)} labels"
        raise InputError(f"the {part.name} part has {count} samples but {came}. Expected one label for each.")
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim == 2 and _one_hot(labels):
        notes.append(f"{part.name} labels read as one-hot rows of {labels.shape[1]} classes")
        return np.asarray(labels.argmax(axis=1), dtype=np.int64)
    if labels.ndim != 1:
        raise InputError(
            f"the {part.name} labels have shape {labels.shape}. Expected one label for each sample, ({count},), "
            "or one-hot rows with a single 1 each."
        )
    return _typed(labels, part.name)


def _one_hot(labels: NDArray[Any]) -> bool:
    if labels.dtype.kind not in "buif" or labels.shape[1] < 2:
        return False
    return bool(np.isin(labels, (0, 1)).all() and (labels.sum(axis=1) == 1).all())


def _typed(labels: NDArray[Any], part: str) -> NDArray[Any]:
    if labels.dtype.kind in "bui":
        return labels.astype(np.int64)
    if labels.dtype.kind == "f":
        whole = np.isfinite(labels) & (labels == np.round(labels)) & (np.abs(labels) < 2.0**53)
        if not whole.all():
            raise InputError(
                f"the {part} labels hold {labels[~whole][0]} (at {int(np.argmin(whole))}), which is no class. "
                "Expected whole numbers or text; this is classification, not regression."
            )
        return labels.astype(np.int64)
    if labels.dtype.kind == "S":
        return np.array([label.decode("utf-8", "backslashreplace") for label in labels.tolist()], dtype=np.str_)
    if labels.dtype.kind == "U":
        return labels
    if labels.dtype.kind == "O":
        strange = [index for index, label in enumerate(labels.tolist()) if not isinstance(label, str)]
        if not strange:
            return labels.astype(np.str_)
        raise InputError(
            f"the {part} labels hold {labels[strange[0]]!r} (at {strange[0]}) among others, which is no text. Expected "
            "text or whole numbers throughout; leave out what has no label."
        )
    raise InputError(f"the {part} labels are of type {labels.dtype}. Expected integers or text.")


def _known(test: NDArray[Any], found: NDArray[Any]) -> NDArray[Any]:
    if test.dtype.kind != found.dtype.kind:
        kinds = {"i": "numbers", "U": "text"}
        raise InputError(
            f"the training labels are {kinds[found.dtype.kind]} but the test labels {kinds[test.dtype.kind]}. "
            "Expected the same labels in both."
        )
    unseen = np.setdiff1d(test, found)
    if len(unseen):
        raise InputError(
            f"the test part has labels that never occur in training: {shorten([repr(x) for x in unseen.tolist()])}. "
            "Expected every class in the training part; add training samples of them or remove them from the test."
        )
    return test


def _name(found: NDArray[Any], names: tuple[str, ...] | None, notes: list[str]) -> tuple[str, ...]:
    texts = tuple(str(label) for label in found)
    if names is None:
        return texts
    if found.dtype.kind == "i" and found[0] >= 0 and found[-1] < len(names):
        return tuple(names[label] for label in found)
    if found.dtype.kind == "i" and len(names) == len(found):
        notes.append(f"class names given to the labels {shorten(texts)} in their order")
        return names
    notes.append(f"class names ignored: {len(names)} names don't fit the labels {shorten(texts)}")
    return texts


def shorten(items: list[str] | tuple[str, ...], most: int = 5) -> str:
    """Join `items` by commas; of many, the first few and the number of the rest."""
    rest = len(items) - most
    return ", ".join(items[:most]) + (f" and {rest} more" if rest > 0 else "")
