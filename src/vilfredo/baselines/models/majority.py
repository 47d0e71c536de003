"""The class that occurs most often, whatever the sample: what any classifier must beat."""

from typing import ClassVar, final

import numpy as np

from vilfredo.baselines.model import Baseline, Predict
from vilfredo.tasks.kinds import kinds
from vilfredo.training.samples import PreparedSamples
from vilfredo.training.settings import TrainingSettings


@final
class Majority(Baseline):
    """Answers with the shares of the classes in the training part."""

    name: ClassVar[str] = "majority class"
    tasks: ClassVar[frozenset[str]] = frozenset(kinds())

    def fit(self, samples: PreparedSamples, classes: int, settings: TrainingSettings, seed: int) -> Predict:
        """Count the classes; see `Baseline.fit`."""
        shares = np.bincount(samples.y_train, minlength=classes) / len(samples.y_train)
        return lambda x: np.tile(shares, (len(x), 1))
