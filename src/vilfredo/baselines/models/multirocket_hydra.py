"""MultiRocket and Hydra (Dempster et al. 2023), what the field would pick for time series; by the package aeon."""

from importlib.util import find_spec
from typing import ClassVar, final

import numpy as np
import torch

from vilfredo.baselines.model import Baseline, Predict, Probabilities, all_classes, random_state
from vilfredo.tasks.preprocessing import NetworkInput
from vilfredo.training.samples import PreparedSamples
from vilfredo.training.settings import TrainingSettings

_SHORTEST = 10
"""Steps that its kernels and their differences need."""


@final
class MultiRocketHydra(Baseline):
    """Thousands of random convolutions and a linear classifier, with aeon's defaults."""

    name: ClassVar[str] = "MultiRocket-Hydra"
    tasks: ClassVar[frozenset[str]] = frozenset({"series"})

    @classmethod
    def missing(cls) -> str:
        """Say that aeon is missing, where it is."""
        return "" if find_spec("aeon") else 'it needs aeon: pip install "vilfredo[aeon]"'

    def fit(self, samples: PreparedSamples, classes: int, settings: TrainingSettings, seed: int) -> Predict:
        """Transform the training part and fit the classifier; see `Baseline.fit`."""
        from aeon.classification.convolution_based import (  # noqa: PLC0415 - optional, and takes seconds to import
            MultiRocketHydraClassifier,
        )

        model = MultiRocketHydraClassifier(random_state=random_state(seed), n_jobs=settings.threads)
        threads = torch.get_num_threads()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(random_state(seed))  # aeon's Hydra draws from torch's global generator
            try:
                model.fit(_series(samples.x_train), samples.y_train)
            finally:
                torch.set_num_threads(threads)  # which it changes, for the whole process

        def predict(x: NetworkInput) -> Probabilities:
            return all_classes(model.predict_proba(_series(x)), np.asarray(model.classes_), classes)

        return predict


def _series(x: NetworkInput) -> NetworkInput:
    """Series (N, channels, length), padded with their mean where they are too short."""
    flat = x[:, :, 0]
    missing = max(0, _SHORTEST - flat.shape[2])
    return np.pad(flat, ((0, 0), (0, 0), (0, missing)))
