"""Answers that depend on the sample alone."""

import copy
from dataclasses import dataclass
from typing import Self, final

import numpy as np
import torch
from torch import nn

from vilfredo.bundle.model import Model, Probabilities
from vilfredo.tasks.dataset import Samples

_BATCH = 512


@final
@dataclass(frozen=True, slots=True, eq=False)
class Answering:
    """A model that is asked.

    Tables are answered in double precision, which costs little there: in single precision, the last digits of a row
    depend on how many rows are asked about at once.
    """

    model: Model
    exact: nn.Module | None
    """The network in double precision, for tables."""

    @classmethod
    def of(cls, model: Model) -> Self:
        """Get a model ready to be asked."""
        table = model.layout.task == "table"
        return cls(model, copy.deepcopy(model.network).double() if table else None)

    def __call__(self, x: Samples) -> Probabilities:
        """Probabilities (n, classes) for samples in the model's layout."""
        if self.exact is None:
            return self.model.predict_proba(x)
        found = [self._exact(self.exact, x[start : start + _BATCH]) for start in range(0, len(x), _BATCH)]
        return np.concatenate(found)

    def _exact(self, network: nn.Module, x: Samples) -> Probabilities:
        prepared = torch.from_numpy(self.model.preprocessing.apply(x)).double()  # (n, features, 1, 1)
        with torch.inference_mode():
            answers: Probabilities = torch.softmax(network(prepared), dim=1).numpy()
        return answers
