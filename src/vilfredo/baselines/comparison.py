"""Baselines and the front of a run, scored on the same samples."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError

from vilfredo.baselines.model import Baseline, Probabilities
from vilfredo.baselines.row import Row, Scores
from vilfredo.networks.families import find_family
from vilfredo.search.settings import SearchSettings
from vilfredo.search.summary import front_of
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.metrics import classification_metrics
from vilfredo.tasks.preprocessing import NetworkInput
from vilfredo.training.evaluation import evaluate
from vilfredo.training.samples import PreparedSamples, prepare
from vilfredo.trials import SCORES

_SMALLEST = 1e-15
"""Probability below which an answer counts as this one, so that no log-loss is infinite."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The split that all share."""

    settings: SearchSettings
    """As adapted to the data."""
    dataset: Dataset
    samples: PreparedSamples
    x_test: NetworkInput | None
    """The test part, preprocessed; None unless it is to be looked at."""

    @classmethod
    def of(cls, settings: SearchSettings, dataset: Dataset, test: bool = False) -> "Comparison":
        """Split the data as a search with these settings does.

        Raises
        ------
        InputError
            When no validation part can be split off.
        """
        samples = prepare(dataset, settings.training, settings.seed)
        return cls(settings, dataset, samples, samples.preprocessing.apply(dataset.x_test) if test else None)

    def row(self, model: type[Baseline]) -> Row:
        """Fit and score one baseline; one that fails is a row too."""
        lacking = model.missing()
        if lacking:
            return Row(model.name, "baseline", reason=lacking)
        try:
            return self._fitted(model())
        except Exception as error:  # other people's classifiers raise whatever they like
            message = " ".join(str(error).split())[:200]
            return Row(model.name, "baseline", reason=f"{type(error).__name__}: {message}" if message else repr(error))

    def _fitted(self, baseline: Baseline) -> Row:
        start = time.monotonic()
        predict = baseline.fit(self.samples, self.dataset.classes, self.settings.training, self.settings.seed)
        seconds = time.monotonic() - start
        validation = scores(predict(self.samples.x_val), self.samples.y_val)
        test = scores(predict(self.x_test), self.dataset.y_test) if self.x_test is not None else None
        return Row(baseline.name, "baseline", validation, test, seconds, parameters=baseline.facts().get("parameters"))

    def front(self, run: Path) -> list[Row]:
        """Networks on the front of a run; on the test part those whose weights were kept.

        Raises
        ------
        RunError
            When it is not a readable run.
        """
        return [self._member(member) for member in front_of(run)["front"]]

    def _member(self, member: Mapping[str, Any]) -> Row:
        validation = {name: member[name] for name in SCORES if name in member}
        test, reason = None, ""
        if self.x_test is not None and member["weights"]:
            try:
                test = self._tested(member, self.x_test)
            except (SafetensorError, RuntimeError, OSError) as error:
                reason = f"its weights cannot be used ({' '.join(str(error).split())[:150]})"
        return Row(
            f"network {member['id']}",
            "front",
            validation,
            test,
            epoch_seconds=member["training_time"],
            parameters=int(member["parameters"]),
            reason=reason,
            architecture=member["architecture"],
        )

    def _tested(self, member: Mapping[str, Any], x_test: NetworkInput) -> Scores:
        x = torch.from_numpy(x_test)
        _, channels, height, width = x.shape
        shape, classes = (channels, height, width), self.dataset.classes
        network = find_family(self.settings.space, self.settings.network, shape, classes).build(member["architecture"])
        network.load_state_dict(safetensors.torch.load_file(member["weights"]))
        return evaluate(network, x, torch.from_numpy(self.dataset.y_test))


def scores(probabilities: Probabilities, y: NDArray[np.int64]) -> Scores:
    """Score answers (N, classes) against labels (N,)."""
    classes = probabilities.shape[1]
    answers = probabilities.argmax(axis=1)
    counts = (np.bincount(labels, minlength=classes) for labels in (y[answers == y], y, answers))
    likelihood = np.clip(probabilities[np.arange(len(y)), y], _SMALLEST, 1.0)
    return {**classification_metrics(*counts), "nll": float(np.log(1 / likelihood).mean())}
