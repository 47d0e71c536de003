"""What a baseline is."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from vilfredo.discovery import find, named_classes
from vilfredo.tasks.preprocessing import NetworkInput
from vilfredo.training.samples import PreparedSamples
from vilfredo.training.settings import TrainingSettings

Probabilities = NDArray[np.float64]
"""Shape (N, classes)."""
Predict = Callable[[NetworkInput], Probabilities]
"""Answers for preprocessed samples (N, channels, height, width)."""


class Baseline(ABC):
    """A classifier with sensible defaults, to be compared with a search. Final classes in the folder `models`."""

    name: ClassVar[str]
    tasks: ClassVar[frozenset[str]]
    """Kinds of data it is for."""

    @classmethod
    def missing(cls) -> str:
        """Say what must be installed for it; empty when it can run."""
        return ""

    @abstractmethod
    def fit(self, samples: PreparedSamples, classes: int, settings: TrainingSettings, seed: int) -> Predict:
        """Learn from the training part; the validation part may pick the best of several states, as in a search.

        Parameters
        ----------
        settings
            Those of the search that it is compared with.

        Raises
        ------
        InputError
            When the data are not such that it can learn from them; the message says why.
        """

    def facts(self) -> dict[str, Any]:
        """Return what is known of the fitted model: ``parameters`` where that means something."""
        return {}


def baselines(task: str) -> dict[str, type[Baseline]]:
    """All baselines for a kind of data, by name."""
    found = named_classes("vilfredo.baselines.models", Baseline)  # type: ignore[type-abstract]
    return {name: found[name] for name in sorted(found) if task in found[name].tasks}


def find_baseline(name: str) -> type[Baseline]:
    """Return a baseline by its name.

    Raises
    ------
    InputError
        When there is none of that name.
    """
    known = named_classes("vilfredo.baselines.models", Baseline)  # type: ignore[type-abstract]
    return find(dict(sorted(known.items())), name, "baseline")


def random_state(seed: int) -> int:
    """Turn the seed of a search into one that scikit-learn and aeon accept."""
    return seed % 2**32


def all_classes(probabilities: Probabilities, seen: NDArray[np.int64], classes: int) -> Probabilities:
    """Spread the columns of classes that were seen in training, (N, k), over all classes, (N, classes)."""
    spread = np.zeros((len(probabilities), classes))
    spread[:, seen] = probabilities
    return spread
