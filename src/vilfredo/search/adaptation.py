"""What the data demand of the settings: some are adapted to their size, others cannot be used on them."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vilfredo.errors import InputError
from vilfredo.networks.grammar import check_operators
from vilfredo.search.settings import SearchSettings
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.kinds import find_kind
from vilfredo.training.settings import TrainingSettings

Changes = Mapping[str, Mapping[str, Any]]
"""Fields that change, by table of the settings: ``{"training": {"batch_size": 32}}``."""

_LARGEST_SHARE = 3
"""The validation part is enlarged to one in so many samples at most."""
_SMALLEST_BATCH = 32
_BATCH_STEP = 16
_KERNEL = re.compile(r"(\d+)(?::(\d+)dr)? \w+")
"""Kernel size and dilation rate of operators on series."""


@dataclass(frozen=True, slots=True)
class Adaptation:
    """What changes, and why."""

    changes: Changes
    notes: tuple[str, ...]
    """One sentence each, for people."""


def adapt(settings: SearchSettings, dataset: Dataset) -> Adaptation:
    """Adapt sizes to the number and shape of the samples; see `TrainingSettings` for the rules.

    Raises
    ------
    InputError
        When the space, an operator or an augmentation is not for this kind of data.
    """
    _check_space(settings, dataset)
    _check_augmentation(settings.training, dataset)
    training, notes = _sizes(settings.training, len(dataset.y_train))
    changes: dict[str, Mapping[str, Any]] = {"training": training} if training else {}
    if isinstance(settings.space, CellSpace):
        network, more = _motifs(settings, _sides(dataset))
        changes |= {"network": network} if network else {}
        notes += more
        if dataset.task == "series":
            notes += _long_kernels(settings.space.operators, dataset.input_shape[-1])
    return Adaptation(changes, tuple(notes))


def changed(settings: SearchSettings, changes: Changes) -> SearchSettings:
    """Settings with some fields changed."""
    tables = {name: getattr(settings, name).model_copy(update=dict(fields)) for name, fields in changes.items()}
    return settings.model_copy(update=tables)


def _check_space(settings: SearchSettings, dataset: Dataset) -> None:
    usable = find_kind(dataset.task).ARCHITECTURES
    if settings.space.kind not in usable:
        raise InputError(
            f"settings: space.kind = '{settings.space.kind}' is not for data of the kind '{dataset.task}'. "
            f"Expected {' or '.join(repr(kind) for kind in usable)}, as in the preset quick."
        )
    if isinstance(settings.space, CellSpace):
        check_operators(settings.space.operators, dataset.task)


def _check_augmentation(training: TrainingSettings, dataset: Dataset) -> None:
    if dataset.task == "image":
        return
    for name in ("translation", "horizontal_flip", "cutout"):
        if getattr(training, name):
            raise InputError(
                f"settings: training.{name} = {getattr(training, name)!r} is for images, and these data are of the "
                f"kind '{dataset.task}'. Set it to {type(getattr(training, name))()!r}."
            )


def _sizes(training: TrainingSettings, samples: int) -> tuple[dict[str, Any], list[str]]:
    """Enlarge the validation part, and shrink the batches of what is left."""
    changes: dict[str, Any] = {}
    notes: list[str] = []
    held = max(1, round(training.validation_fraction * samples))
    wanted = min(training.least_validation_samples, samples // _LARGEST_SHARE)
    if wanted > held:
        held = wanted
        changes["validation_fraction"] = held / samples
        notes.append(f"validation part enlarged to {held} of {samples} samples, since fewer would tell little")
    batch = batch_size(training, samples - held)
    if batch < training.batch_size:
        changes["batch_size"] = batch
        notes.append(f"batches of {batch} instead of {training.batch_size}, for enough steps per epoch")
    return changes, notes


def batch_size(training: TrainingSettings, samples: int) -> int:
    """Largest multiple of 16 from 32 to the batch size asked for of which an epoch has enough full ones."""
    if not training.least_batches or training.batch_size <= _SMALLEST_BATCH:
        return training.batch_size
    fitting = samples // training.least_batches // _BATCH_STEP * _BATCH_STEP
    return min(training.batch_size, max(_SMALLEST_BATCH, fitting))


def _sides(dataset: Dataset) -> Sequence[int]:
    """Height and width of an image, or the length of a series."""
    return dataset.input_shape[1:]


def _motifs(settings: SearchSettings, sides: Sequence[int]) -> tuple[dict[str, Any], list[str]]:
    """Leave out motifs behind reductions that have nothing left to halve."""
    assert settings.network is not None
    asked, size = settings.network.motifs, "×".join(map(str, sides))
    halvings = math.ceil(math.log2(max(sides)))
    if asked - 1 <= halvings:
        return {}, []
    times = {0: "not be halved", 1: "be halved once only"}.get(halvings, f"be halved {halvings} times only")
    note = f"network.motifs {1 + halvings} instead of {asked}: samples of {size} can {times}"
    return {"motifs": 1 + halvings}, [note]


def _long_kernels(operators: Sequence[str], length: int) -> list[str]:
    """Tell of kernels that are longer than the series: what sticks out reads padding only."""
    longer = []
    for name in operators:
        match = _KERNEL.fullmatch(name)
        if match and (int(match[1]) - 1) * int(match[2] or 1) + 1 > length:
            longer.append(f"'{name}'")
    if not longer:
        return []
    return [f"longer than the series ({length} steps), and so partly on padding: {', '.join(longer)}"]
