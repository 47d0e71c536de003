"""A trained classifier: what a network needs around it to answer about raw samples."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vilfredo.bundle.record import ModelRecord
from vilfredo.bundle.source import network_source, plain_module
from vilfredo.errors import InputError, RunError
from vilfredo.networks.counting import Counts
from vilfredo.networks.families import restore_family
from vilfredo.tasks.dataset import Labels, Samples
from vilfredo.tasks.kinds import find_kind
from vilfredo.tasks.layout import InputLayout
from vilfredo.tasks.preprocessing import Preprocessing
from vilfredo.tasks.table_preprocessing import Number, TablePreprocessing
from vilfredo.training.data import memory_layout

_BATCH = 512

Probabilities = NDArray[np.float64]
"""Shape (N, classes); each row adds up to 1."""


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Model:
    """A network with its preprocessing, its labels and what is known of it."""

    record: ModelRecord
    network: nn.Module
    """In evaluation mode, on the CPU."""
    layout: InputLayout
    preprocessing: Preprocessing

    @classmethod
    def of(cls, record: ModelRecord, weights: Mapping[str, Tensor]) -> Self:
        """Build the network that a record describes, with these weights.

        Raises
        ------
        RunError
            When record and weights don't belong together, or the record is damaged.
        """
        try:
            layout = InputLayout.from_dict(record.layout)
            preprocessing = find_kind(layout.task).restore(dict(record.preprocessing))
            family = restore_family(record.space, record.networks)
            _check_fit(record, layout, preprocessing)
            _check_size(family.count(record.architecture), weights)
            network = family.build(record.architecture)
            network.load_state_dict(dict(weights))
        except (InputError, RuntimeError, ValueError) as error:
            text = " ".join(str(error).split())[:300]
            message = "".join(sign if sign.isprintable() else "?" for sign in text)  # a stranger's, for a terminal
            raise RunError(f"model: it is damaged, or its parts don't belong together: {message}") from None
        network.to(memory_format=memory_layout(torch.device("cpu")))  # type: ignore[call-overload]
        return cls(record, network.eval(), layout, preprocessing)

    def __repr__(self) -> str:
        """In a line: what it is of, and how large."""
        size = int(self.record.objectives.get("parameters", 0))
        return f"<Model of {self.record.name!r}: {self.record.architecture}, {size:,} parameters>"

    @property
    def labels(self) -> tuple[str, ...]:
        """Of the classes, in the order of the answers."""
        return self.record.labels

    def predict_proba(self, x: Samples) -> Probabilities:
        """Answer about samples in the model's layout (see `Kind.admit`).

        Parameters
        ----------
        x
            Images (N, C, H, W), series (N, C, L) or rows (N, columns).

        Raises
        ------
        InputError
            When the samples have another shape.
        """
        if x.shape[1:] != self.layout.shape:
            raise InputError(f"samples have shape {x.shape[1:]}, the model reads {self.layout.shape}.")
        found = [self._answers(x[start : start + _BATCH]) for start in range(0, len(x), _BATCH)]
        return np.concatenate(found) if found else np.empty((0, len(self.labels)))

    def predict(self, x: Samples) -> Labels:
        """Numbers (N,) of the most likely classes; of equals, the first."""
        return np.asarray(self.predict_proba(x).argmax(axis=1), dtype=np.int64)

    def source(self) -> str:
        """Python file that builds the network and loads its weights with torch and safetensors alone."""
        heading = f"{self.record.name}: {self.record.architecture}"
        return network_source(self.network, self.preprocessing, self.labels, heading, shape=self.layout.shape)

    def plain(self) -> nn.Module:
        """Build the module of `source`, from raw samples to probabilities (N, classes), on the CPU."""
        return plain_module(self.source(), self.network)

    def _answers(self, x: Samples) -> Probabilities:
        prepared = torch.from_numpy(self.preprocessing.apply(x))  # (n, c, h, w)
        with torch.inference_mode():
            logits: Tensor = self.network(prepared.contiguous(memory_format=memory_layout(prepared.device)))
        answers: Probabilities = torch.softmax(logits.double(), dim=1).numpy()
        return answers

    def facts(self) -> dict[str, str]:
        """What an exported file says of itself."""
        values: dict[str, Any] = {
            "labels": list(self.labels),
            "input": self.layout.describe(),
            "architecture": self.record.architecture,
            "data": self.record.name,
            "vilfredo": self.record.vilfredo,
        }
        return {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}


def _check_fit(record: ModelRecord, layout: InputLayout, preprocessing: Preprocessing) -> None:
    """Raise ValueError where labels, layout or preprocessing are not those of the network."""
    channels, *sides = layout.shape
    if isinstance(preprocessing, TablePreprocessing):
        if len(preprocessing.columns) != channels:
            raise ValueError(f"preprocessing of {len(preprocessing.columns)} columns for {channels}")
        features = sum(1 + one.indicator if isinstance(one, Number) else one.width for one in preprocessing.columns)
    else:
        smallest = np.zeros((1, channels, *(1 for _ in sides)), layout.dtype)  # the sides may be as large as they like
        features = preprocessing.apply(smallest).shape[1]
    reads = [features, *(1 for _ in range(2 - len(sides))), *sides]
    if list(record.networks["input_shape"]) != reads:
        raise ValueError(f"the network reads {record.networks['input_shape']}, the samples become {reads}")
    if record.networks["classes"] != len(record.labels):
        raise ValueError(f"{len(record.labels)} labels for {record.networks['classes']} classes")


def _check_size(counts: Counts, weights: Mapping[str, Tensor]) -> None:
    """Raise ValueError for a network of more parameters than there are weights, before memory is asked for."""
    there = sum(value.numel() for value in weights.values())
    if counts.parameters > there:
        raise ValueError(f"the network has {counts.parameters:,} parameters, the file of weights {there:,}")
