"""scikit-learn's multi-layer perceptron: the paper's own yardstick (MLPNAS, section 5.2)."""

import warnings
from typing import Any, ClassVar, final

import numpy as np

from vilfredo.baselines.model import Baseline, Predict, Probabilities, all_classes, random_state
from vilfredo.tasks.preprocessing import NetworkInput
from vilfredo.training.samples import PreparedSamples
from vilfredo.training.settings import TrainingSettings


@final
class SklearnMlp(Baseline):
    """One hidden layer of 100 rectifiers, trained by Adam for up to 200 epochs: the defaults."""

    name: ClassVar[str] = "scikit-learn MLP"
    tasks: ClassVar[frozenset[str]] = frozenset({"table"})

    def __init__(self) -> None:
        self._facts: dict[str, Any] = {}

    def fit(self, samples: PreparedSamples, classes: int, settings: TrainingSettings, seed: int) -> Predict:
        """Train it; see `Baseline.fit`."""
        from sklearn.neural_network import MLPClassifier  # noqa: PLC0415 - a second that only a fit should cost

        model = MLPClassifier(random_state=random_state(seed))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that 200 epochs were not enough
            model.fit(samples.x_train.reshape(len(samples.x_train), -1), samples.y_train)
        self._facts = {"parameters": sum(array.size for array in (*model.coefs_, *model.intercepts_))}

        def predict(x: NetworkInput) -> Probabilities:
            answers = model.predict_proba(x.reshape(len(x), -1))
            return all_classes(answers, np.asarray(model.classes_), classes)

        return predict

    def facts(self) -> dict[str, Any]:
        """Return the number of weights."""
        return self._facts
