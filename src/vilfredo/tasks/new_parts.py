"""Which of the samples in a source are meant: its test part, all, or those that training held out."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.labels import encode_labels
from vilfredo.tasks.layout import InputLayout
from vilfredo.tasks.open import HELD_OUT, assemble
from vilfredo.tasks.raw import Part, Raw, take
from vilfredo.tasks.split import hold_out, subsample

_Rows = NDArray[np.int64]


def choose(raw: Raw, layout: InputLayout, part: str | None, called: str) -> tuple[list[Part], list[str]]:
    """Choose samples; see `open_samples`.

    Parameters
    ----------
    raw
        What was read, labelled or not.
    part
        ``train``, ``test``, ``all`` or None for the usual ones.
    called
        What people call the samples: ``images``.

    Returns
    -------
    Parts, each with a name for every sample; and what was decided.

    Raises
    ------
    InputError
        When a test part is asked for that isn't there.
    """
    whole = [_named(one, raw) for one in (raw.training, raw.test) if one is not None]
    total = sum(len(one.samples) for one in whole)
    if is_training_data(raw, layout):
        return _of_training_data(raw, whole, layout, part, f"{total:,} {called}")
    if raw.test is None:
        if part == "test":
            raise InputError("part: there is no test part in it. Expected a source with one, or leave it out.")
        return whole, []
    if part == "all":
        return whole, [f"all taken, the training and the test part: {total:,} {called}"]
    name, taken = ("training", whole[0]) if part == "train" else ("test", whole[1])
    return [taken], [f"the {name} part taken: {len(taken.samples):,} of {total:,} {called}"]


def is_training_data(raw: Raw, layout: InputLayout) -> bool:
    """Whether these are the very data that a model was trained on, when read and divided as then."""
    test = None if raw.test is None else raw.test.only_labelled()
    labelled = replace(raw, training=raw.training.only_labelled(), test=test)
    if len(labelled.training.samples) == 0:
        return False
    try:
        return assemble(labelled, layout.options, layout.samples).fingerprint == layout.fingerprint
    except InputError:  # no labels, one class only, …: what is wrong with it as training data doesn't matter here
        return False


def _of_training_data(
    raw: Raw, whole: list[Part], layout: InputLayout, part: str | None, counted: str
) -> tuple[list[Part], list[str]]:
    """Choose among the data that a model was trained on."""
    seen, held = _divided(raw, layout)
    again = "these are the data that the model was trained on"
    if part == "all":
        return whole, [f"{again}: all {counted} taken, {len(seen):,} of which it knows"]
    if part == "train":
        note = f"{again}: those {len(seen):,} of {counted} taken which it learnt from, so that scores say little"
        return [_some(whole[0], seen)], [note]
    return [_some(whole[-1], held)], [
        f"{again}: those {len(held):,} of {counted} taken which were held out for the test"
    ]


def _divided(raw: Raw, layout: InputLayout) -> tuple[_Rows, _Rows]:
    """Rows of the training part that were trained on, and those of the last part that judge."""
    rows = _labelled_rows(raw.training)
    test = None if raw.test is None else raw.test.only_labelled()
    y = encode_labels(replace(raw, training=raw.training.only_labelled(), test=test))[0]
    if raw.test is None:
        kept, held = hold_out(y, HELD_OUT)
        held = rows[held]
    else:
        kept, held = np.arange(len(y)), _labelled_rows(raw.test)
    if layout.samples is not None and layout.samples < len(kept):
        kept = kept[subsample(y[kept], layout.samples)]
    return rows[kept], held


def _labelled_rows(part: Part) -> _Rows:
    return np.arange(len(part.samples)) if part.known is None else np.flatnonzero(part.known)


def _some(part: Part, rows: _Rows) -> Part:
    """Take some samples of a part, with their labels and names."""
    labels, known = part.labels, part.known
    if known is not None:
        labels = labels[(np.cumsum(known) - 1)[rows[known[rows]]]]
        known = known[rows]
    else:
        labels = labels[rows]
    return replace(
        part,
        samples=take(part.samples, rows),
        labels=labels,
        known=known,
        names=tuple(part.names[row] for row in rows),
    )


def _named(part: Part, raw: Raw) -> Part:
    """Give every sample a name: its number, with the part's where there are two."""
    if part.names:
        return part
    before = "" if raw.test is None else f"{part.name} "
    return replace(part, names=tuple(f"{before}{row}" for row in range(len(part.samples))))
