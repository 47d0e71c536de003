"""Baselines and the front of a run, scored on the same samples."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray

from vilfredo.baselines.model import Baseline, Probabilities
from vilfredo.errors import InputError
from vilfredo.networks.families import find_family
from vilfredo.search.settings import SearchSettings
from vilfredo.search.summary import front_of
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.metrics import classification_metrics
from vilfredo.training.evaluation import evaluate
from vilfredo.training.samples import PreparedSamples, prepare
from vilfredo.trials import SCORES

_SMALLEST = 1e-15
"""Probability below which an answer counts as this one, so that no log-loss is infinite."""

Scores = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Row:
    """One classifier of the comparison."""

    name: str
    kind: str
    """``baseline`` or ``front``."""
    validation: Scores = field(default_factory=dict)
    """By `trials.SCORES`; empty where it could not be run."""
    test: Scores | None = None
    """The same on the test part; None unless asked for."""
    seconds: float | None = None
    """Wall-clock seconds of fitting it; None for networks of the front."""
    parameters: int | None = None
    reason: str = ""
    """Why it could not be run."""
    architecture: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The split that all share."""

    settings: SearchSettings
    """As adapted to the data."""
    dataset: Dataset
    samples: PreparedSamples
    test: bool
    """Whether to look at the test part."""

    @classmethod
    def of(cls, settings: SearchSettings, dataset: Dataset, test: bool = False) -> "Comparison":
        """Split the data as a search with these settings does.

        Raises
        ------
        InputError
            When no validation part can be split off.
        """
        return cls(settings, dataset, prepare(dataset, settings.training, settings.seed), test)

    def row(self, model: type[Baseline]) -> Row:
        """Fit and score one baseline; one that fails is a row too."""
        lacking = model.missing()
        if lacking:
            return Row(model.name, "baseline", reason=lacking)
        baseline, start = model(), time.monotonic()
        classes, training = self.dataset.classes, self.settings.training
        try:
            predict = baseline.fit(self.samples, classes, training, self.settings.seed)
        except (InputError, ValueError, RuntimeError, MemoryError) as error:
            return Row(model.name, "baseline", reason=" ".join(str(error).split())[:200] or type(error).__name__)
        seconds = time.monotonic() - start
        validation = scores(predict(self.samples.x_val), self.samples.y_val)
        test = None
        if self.test:
            test = scores(predict(self.samples.preprocessing.apply(self.dataset.x_test)), self.dataset.y_test)
        return Row(model.name, "baseline", validation, test, seconds, baseline.facts().get("parameters"))

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
        test = self._tested(member) if self.test and member["weights"] else None
        return Row(
            f"network {member['id']}",
            "front",
            validation,
            test,
            parameters=int(member["parameters"]),
            architecture=member["architecture"],
        )

    def _tested(self, member: Mapping[str, Any]) -> Scores:
        x = torch.from_numpy(self.samples.preprocessing.apply(self.dataset.x_test))
        _, channels, height, width = x.shape
        family = find_family(
            self.settings.space, self.settings.network, (channels, height, width), self.dataset.classes
        )
        network = family.build(member["architecture"])
        network.load_state_dict(safetensors.torch.load_file(member["weights"]))
        return evaluate(network, x, torch.from_numpy(self.dataset.y_test))


def scores(probabilities: Probabilities, y: NDArray[np.int64]) -> Scores:
    """Score answers (N, classes) against labels (N,)."""
    classes = probabilities.shape[1]
    answers = probabilities.argmax(axis=1)
    confusion = np.bincount(classes * y + answers, minlength=classes**2).reshape(classes, classes)
    likelihood = np.clip(probabilities[np.arange(len(y)), y], _SMALLEST, 1.0)
    return {**classification_metrics(confusion), "nll": float(-np.log(likelihood).mean())}
