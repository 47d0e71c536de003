"""New samples for a trained model, with or without labels."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, final

import numpy as np

from vilfredo.errors import InputError, nearest
from vilfredo.tasks.dataset import Labels, Samples
from vilfredo.tasks.kinds import find_kind
from vilfredo.tasks.labels import match_labels, shorten
from vilfredo.tasks.layout import InputLayout
from vilfredo.tasks.memory import samples_of
from vilfredo.tasks.new_parts import choose
from vilfredo.tasks.open import blamed_on, read_raw
from vilfredo.tasks.raw import Options, Part, Raw
from vilfredo.tasks.readers import bundled

PARTS = ("train", "test", "all")
"""What may be asked for."""


@final
@dataclass(frozen=True, eq=False)
class NewSamples:
    """Samples in the layout of a model."""

    x: Samples
    """As `Dataset.x_test`; at least one."""
    y: Labels | None
    """Class of each by the model's numbers, (N,); -1 where it has no label, or one that the model doesn't know. None
    where no sample has a label."""
    names: tuple[str, ...]
    """Of each: that of its file, or its row, counted from 0."""
    notes: tuple[str, ...]
    """What was understood and decided, one sentence each."""
    source: str
    """Where they come from: a bundled name or an absolute path."""
    labels: tuple[str, ...]
    """Of the model's classes, in their order."""
    strange: tuple[str, ...] = ()
    """Labels of samples that the model doesn't know."""

    def labelled(self) -> "NewSamples":
        """Keep those that have a label, to compare predictions with.

        Raises
        ------
        InputError
            When none has one, or some have labels that the model doesn't know.
        """
        if self.strange:
            strange = shorten([repr(label) for label in self.strange])
            raise InputError(
                f"data {self.source!r}: some samples have labels that the model does not know: {strange}. Expected its "
                f"classes: {shorten(self.labels, most=20)}; mend them, or leave these samples out."
            )
        if self.y is None:
            raise InputError(
                f"data {self.source!r}: the samples have no labels to compare predictions with. Expected a class for "
                "each: in a table the column of the target, of images a folder for each class, in an .npz file y."
            )
        kept = np.flatnonzero(self.y >= 0)
        if len(kept) == len(self.y):
            return self
        note = f"{len(self.y) - len(kept):,} of {len(self.y):,} samples have no label: left out"
        names = tuple(self.names[index] for index in kept)
        return replace(self, x=self.x[kept], y=self.y[kept], names=names, notes=(*self.notes, note))


def open_samples(
    source: str, layout: InputLayout, labels: Sequence[str], *, part: str | None = None, target: str | None = None
) -> NewSamples:
    """Read samples for a model, and check them against what it was trained on.

    Of a source that has a test part this is taken, of others all; of the very data that the model was trained on, the
    test part that training held out, too.

    Parameters
    ----------
    source
        As of `open_dataset`; also an image, a folder of images, an .npy file, a table without the target.
    layout
        What the model was trained on.
    labels
        Of its classes, in their order.
    part
        ``train``, ``test`` or ``all``, to take another part.
    target
        Column of a table that holds the classes, if not the one in training.

    Raises
    ------
    InputError
        Whatever is wrong with the source, or differs from what the model was trained on; one message.
    """
    if part not in (None, *PARTS):
        raise InputError(f"part: '{part}' is unknown.{nearest(str(part), PARTS)} Known: {', '.join(PARTS)}.")
    kind = find_kind(layout.task)
    with blamed_on(source):
        _check_target(source, layout, target)
        size = layout.resize if layout.task == "image" else None  # series are brought to their length later
        options = Options(size, None, target or layout.target, layout.ignore, layout.categorical, labelled=False)
        raw = read_raw(source, options)
        _check_kind(raw, layout)
        chosen, notes = choose(raw, layout, part, kind.SAMPLES)
        _check_found(raw, target)
        notes = [*raw.notes, *notes]
        files = bool(raw.training.names)
        parts = [_in_colour(one, layout, notes) if files else one for one in chosen]
        admitted = [kind.admit(one.samples, layout) for one in parts]
        names = [one.names if len(one.names) == len(x) else ("0",) for one, (x, _) in zip(parts, admitted, strict=True)]
        matched = [match_labels(one, raw.class_names, labels) for one in parts]
    told = dict.fromkeys([*notes, *(note for _, found in admitted for note in found)])
    y = np.concatenate([classes for classes, _ in matched])
    strange = tuple(dict.fromkeys(label for _, found in matched for label in found))
    if strange:
        told[f"labels that the model does not know: {shorten([repr(label) for label in strange])}"] = None
    return NewSamples(
        np.concatenate([x for x, _ in admitted]),
        y if strange or (y >= 0).any() else None,
        tuple(name for each in names for name in each),
        tuple(told),
        raw.source,
        tuple(labels),
        strange,
    )


def admit_samples(x: Any, layout: InputLayout) -> tuple[Samples, tuple[str, ...]]:
    """Check samples in memory against what a model was trained on: arrays, lists of them, data frames.

    Returns
    -------
    The samples in the model's layout, and what was decided, one sentence each.

    Raises
    ------
    InputError
        When they don't fit.
    """
    return find_kind(layout.task).admit(samples_of(x, "x"), layout)


def _check_target(source: str, layout: InputLayout, target: str | None) -> None:
    if target is None:
        return
    if not layout.columns:
        raise InputError(
            f"target: the model was trained on data of kind '{layout.task}', without columns. Leave it out."
        )
    if bundled.accepts(source):
        raise InputError("target: bundled data come with their classes. Leave it out.")
    if target != layout.target and target in layout.header:
        raise InputError(
            f"target: '{target}' held no classes in training, but samples. Name the column of the classes."
        )


def _check_found(raw: Raw, target: str | None) -> None:
    """Refuse a target that was asked for, but isn't there."""
    part = raw.training
    if target is None or part.known is None or part.known.any():
        return
    names = list(map(str, getattr(part.samples, "columns", ())))
    raise InputError(
        f"target: there is no column '{target}' with classes in it.{nearest(target, names)} Columns: "
        f"{shorten(names, most=30)}."
    )


def _check_kind(raw: Raw, layout: InputLayout) -> None:
    if raw.task in (None, layout.task):
        return
    came = find_kind(str(raw.task)).SAMPLES
    raise InputError(f"these are {came}, the model was trained on {layout.describe()}. Expected such.")


def _in_colour(part: Part, layout: InputLayout, notes: list[str]) -> Part:
    """Take grey image files as RGB where the model knows RGB, as files of both sorts together are."""
    if layout.task != "image" or part.samples.ndim != 3 or layout.shape[0] != 3:
        return part
    notes.append("grey images taken as RGB, as the model was trained on")
    return replace(part, samples=np.repeat(part.samples[..., None], 3, axis=3))
