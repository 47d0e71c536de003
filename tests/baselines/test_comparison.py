"""Baselines and networks of a front on one split."""

import shutil
from pathlib import Path
from typing import ClassVar, final

import numpy as np
import pytest
from sklearn.metrics import log_loss

from vilfredo.baselines.comparison import Comparison, scores
from vilfredo.baselines.model import Baseline, Predict, Probabilities
from vilfredo.baselines.models.majority import Majority
from vilfredo.errors import InputError
from vilfredo.search.api import search
from vilfredo.search.recorded import RecordedRun
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.memory import dataset_from
from vilfredo.training.samples import PreparedSamples
from vilfredo.training.settings import TrainingSettings

CHANGES = {
    "strategy": {"name": "random", "cells_per_size": 3},
    "space": {"operators": ["identity", "3x3 conv"], "blocks": 1},
    "network": {"motifs": 1, "normal_cells": 1, "filters": 4},
    "training": {"epochs": 1, "device": "cpu", "batch_size": 16, "translation": 0.0},
    "time_source": "flops",
}


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    rng, y = np.random.default_rng(0), np.arange(80) % 2
    x = rng.normal(size=(80, 6, 6)).astype(np.float32)
    x[:, :3] += 3 * y.reshape(-1, 1, 1)
    return dataset_from(x, y)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, dataset: Dataset) -> Path:
    folder = tmp_path_factory.mktemp("run") / "run"
    assert search(dataset, folder, settings=CHANGES, executor="local") == "finished"
    return folder


def test_the_front_and_a_baseline_side_by_side(run: Path, dataset: Dataset) -> None:
    settings = RecordedRun.of(run).planned
    comparison = Comparison.of(settings, dataset, test=True)
    members, baseline = comparison.front(run), comparison.row(Majority)
    assert members
    for member in members:
        assert member.kind == "front"
        assert set(member.validation) == {"accuracy", "balanced_accuracy", "macro_f1", "nll"}
        assert member.test is not None
        assert member.test["nll"] > 0
        assert member.parameters
    assert baseline.validation["accuracy"] == pytest.approx(0.5, abs=0.1)
    assert baseline.test is not None
    assert baseline.seconds is not None
    assert baseline.epoch_seconds is None


def test_stored_weights_score_as_they_did_in_the_search(run: Path, dataset: Dataset) -> None:
    """On the validation samples handed over as if they were the test part."""
    settings = RecordedRun.of(run).planned
    held = Comparison.of(settings, dataset).samples.held
    swapped = Dataset(
        *("toy", "toy", dataset.x_train, dataset.y_train, dataset.x_train[held], dataset.y_train[held]),
        dataset.labels,
        task=dataset.task,
    )
    for member in Comparison.of(settings, swapped, test=True).front(run):
        assert member.test is not None
        for name, value in member.validation.items():
            assert member.test[name] == pytest.approx(value, rel=1e-5)


def test_the_test_part_is_not_looked_at_unless_asked(run: Path, dataset: Dataset) -> None:
    comparison = Comparison.of(RecordedRun.of(run).planned, dataset)
    assert all(row.test is None for row in (*comparison.front(run), comparison.row(Majority)))


@final
class _Refuses(Baseline):
    name: ClassVar[str] = "refuses"
    tasks: ClassVar[frozenset[str]] = frozenset()

    def fit(self, samples: PreparedSamples, classes: int, settings: TrainingSettings, seed: int) -> Predict:
        raise InputError("these data\nare not for me")


@final
class _Breaks(Baseline):
    """Learns, and fails when it is asked."""

    name: ClassVar[str] = "breaks"
    tasks: ClassVar[frozenset[str]] = frozenset()

    def fit(self, samples: PreparedSamples, classes: int, settings: TrainingSettings, seed: int) -> Predict:
        def predict(x: object) -> Probabilities:
            raise KeyError("nothing")

        return predict


@final
class _Missing(Baseline):
    name: ClassVar[str] = "missing"
    tasks: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def missing(cls) -> str:
        return "install it"

    def fit(self, samples: PreparedSamples, classes: int, settings: TrainingSettings, seed: int) -> Predict:
        raise AssertionError


def test_a_baseline_that_cannot_be_run_is_a_row_with_the_reason(run: Path, dataset: Dataset) -> None:
    comparison = Comparison.of(RecordedRun.of(run).planned, dataset)
    assert comparison.row(_Refuses).reason == "InputError: these data are not for me"
    assert comparison.row(_Breaks).reason == "KeyError: 'nothing'"
    assert comparison.row(_Missing).reason == "install it"


def test_scores_of_probabilities() -> None:
    rng = np.random.default_rng(0)
    answers, y = rng.dirichlet([1, 1, 1], 50), rng.integers(0, 3, 50)
    found = scores(answers, y)
    assert found["nll"] == pytest.approx(log_loss(y, answers, labels=[0, 1, 2]))
    assert found["accuracy"] == (answers.argmax(axis=1) == y).mean()
    assert np.isfinite(scores(np.eye(3)[[0, 1]], np.array([1, 1]))["nll"])


def test_damaged_weights_are_told(run: Path, dataset: Dataset, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    for file in (copy / "weights").iterdir():
        file.write_bytes(b"damaged")
    rows = Comparison.of(RecordedRun.of(run).planned, dataset, test=True).front(copy)
    assert rows
    assert all("its weights cannot be used" in row.reason and row.test is None for row in rows)


@final
class _Sized(Baseline):
    name: ClassVar[str] = "sized"
    tasks: ClassVar[frozenset[str]] = frozenset()

    def fit(self, samples: PreparedSamples, classes: int, settings: TrainingSettings, seed: int) -> Predict:
        return Majority().fit(samples, classes, settings, seed)

    def facts(self) -> dict[str, int]:
        return {"parameters": 1234}


def test_parameters_are_no_seconds(run: Path, dataset: Dataset) -> None:
    row = Comparison.of(RecordedRun.of(run).planned, dataset).row(_Sized)
    assert (row.parameters, row.epoch_seconds) == (1234, None)
