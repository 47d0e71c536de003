"""The class of the nearest training series, by Euclidean distance: the oldest baseline for time series."""

from typing import ClassVar, final

import numpy as np

from vilfredo.baselines.model import Baseline, Predict, Probabilities, all_classes
from vilfredo.tasks.preprocessing import NetworkInput
from vilfredo.training.samples import PreparedSamples
from vilfredo.training.settings import TrainingSettings


@final
class NearestNeighbour(Baseline):
    """scikit-learn's, with one neighbour."""

    name: ClassVar[str] = "Euclidean 1-NN"
    tasks: ClassVar[frozenset[str]] = frozenset({"series"})

    def fit(self, samples: PreparedSamples, classes: int, settings: TrainingSettings, seed: int) -> Predict:
        """Remember the training part; see `Baseline.fit`."""
        from sklearn.neighbors import KNeighborsClassifier  # noqa: PLC0415 - a second that only a fit should cost

        model = KNeighborsClassifier(1).fit(samples.x_train.reshape(len(samples.x_train), -1), samples.y_train)

        def predict(x: NetworkInput) -> Probabilities:
            answers = model.predict_proba(x.reshape(len(x), -1))
            return all_classes(answers, np.asarray(model.classes_), classes)

        return predict
