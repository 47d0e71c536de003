"""Gradient-boosted trees, what most people would pick for a table."""

from typing import ClassVar, final

import numpy as np

from vilfredo.baselines.model import Baseline, Predict, Probabilities, all_classes, random_state
from vilfredo.tasks.preprocessing import NetworkInput
from vilfredo.training.samples import PreparedSamples
from vilfredo.training.settings import TrainingSettings


@final
class GradientBoosting(Baseline):
    """scikit-learn's histogram-based trees, with their defaults."""

    name: ClassVar[str] = "gradient boosting"
    tasks: ClassVar[frozenset[str]] = frozenset({"table"})

    def fit(self, samples: PreparedSamples, classes: int, settings: TrainingSettings, seed: int) -> Predict:
        """Grow the trees; see `Baseline.fit`."""
        from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - as long as a short fit
        from threadpoolctl import threadpool_limits  # noqa: PLC0415

        model = HistGradientBoostingClassifier(random_state=random_state(seed))
        with threadpool_limits(settings.threads):  # as many as a search trains with
            model.fit(samples.x_train.reshape(len(samples.x_train), -1), samples.y_train)

        def predict(x: NetworkInput) -> Probabilities:
            answers = model.predict_proba(x.reshape(len(x), -1))
            return all_classes(answers, np.asarray(model.classes_), classes)

        return predict
