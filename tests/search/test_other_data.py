"""Whole searches on series and tables, small ones."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris

from vilfredo.errors import RunError
from vilfredo.search.api import search
from vilfredo.search.recorded import RecordedRun
from vilfredo.search.run_folder import read_description
from vilfredo.search.summary import front_of, status_of
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.memory import dataset_from

CHEAP = {
    "beam_size": 3,
    "exploration_beam_size": 1,
    "accuracy_predictor": "ridge",
    "time_predictor": {"name": "catboost", "trials": 1, "iterations": 20, "trend": True},
}


def which_came_first(count: int, seed: int) -> Dataset:
    """Two different pulses far apart, at random places: only what remembers the first can tell their order.

    Far from the ends too, whose padding convolutions can see.
    """
    rng = np.random.default_rng(seed)
    x, y = rng.normal(0, 0.1, (count, 2, 80)).astype(np.float32), np.arange(count) % 2
    early, late = rng.integers(24, 32, count), rng.integers(52, 60, count)
    x[np.arange(count), y, early] += 3
    x[np.arange(count), 1 - y, late] += 3
    return dataset_from(x, y, x[:20], y[:20])


def test_a_task_that_needs_memory_finds_recurrent_cells(tmp_path: Path) -> None:
    settings = {
        "strategy": CHEAP,
        "space": {"operators": ["3 conv", "lstm", "gru"], "lookback": 1, "blocks": 2},
        "network": {"motifs": 2, "normal_cells": 1, "filters": 8},
        "training": {"epochs": 10, "batch_size": 16, "device": "cpu", "least_batches": 0},
        "time_source": "flops",
    }
    assert search(which_came_first(300, 0), tmp_path / "run", settings=settings, executor="local") == "finished"
    front = front_of(tmp_path / "run")["front"]
    assert front[0]["accuracy"] > 0.9
    assert "lstm" in front[0]["architecture"] or "gru" in front[0]["architecture"]
    recurrent = [row for row in front if "lstm" in row["architecture"] or "gru" in row["architecture"]]
    assert all(row["accuracy"] < 0.75 for row in front if row not in recurrent)


def iris() -> Dataset:
    frame = load_iris(as_frame=True)
    return dataset_from(frame.data, frame.target, class_names=list(frame.target_names), name="iris")


TABLE: dict[str, Any] = {
    "strategy": CHEAP,
    "space": {"widths": [8, 32], "activations": ["relu", "tanh"], "layers": 3},
    "training": {"epochs": 20, "batch_size": 16, "learning_rate": 0.02, "device": "cpu"},
    "time_source": "flops",
}


def test_a_table_is_searched_for_perceptrons(tmp_path: Path) -> None:
    assert search(iris(), tmp_path / "run", settings=TABLE, executor="local") == "finished"
    status, front = status_of(tmp_path / "run"), front_of(tmp_path / "run")["front"]
    assert (status["space"], status["last_step"], status["reason"]) == ("mlp", 3, "perceptrons of 3 layers are reached")
    assert status["data"]["task"] == "table"
    assert front[0]["accuracy"] > 0.85  # the largest class has a third
    assert front[-1]["architecture"] == "[]"
    # Weights and statistics are enough to build it again: 4 features, 3 classes.
    assert front[-1]["parameters"] == 15


@pytest.mark.parametrize("strategy", ["random", "pnas"])
def test_other_strategies_search_tables_too(strategy: str, tmp_path: Path) -> None:
    named = {"name": strategy, **({"cells_per_size": 3} if strategy == "random" else {})}
    settings = {**TABLE, "strategy": {**(CHEAP if strategy == "pnas" else {}), **named}}
    if strategy == "pnas":
        del settings["strategy"]["exploration_beam_size"], settings["strategy"]["time_predictor"]
    assert search(iris(), tmp_path / "run", settings=settings, executor="local") == "finished"
    assert len(front_of(tmp_path / "run")["front"]) >= 2


def test_the_score_decides_what_is_best(tmp_path: Path) -> None:
    settings = {**TABLE, "training": {**TABLE["training"], "score": "nll"}}
    search(iris(), tmp_path / "run", settings=settings, executor="local")
    found, status = front_of(tmp_path / "run"), status_of(tmp_path / "run")
    assert found["objectives"] == ["nll", "training_time"]
    losses = [row["nll"] for row in found["front"]]
    assert losses == sorted(losses)
    assert status["best"] == found["front"][0]
    assert status["score"] == "nll"
    predicted = [step["quality"] for step in status["steps"] if step["quality"]]
    assert all(set(quality) == {"nll", "training_time"} for quality in predicted)
    assert predicted


def test_data_in_memory_are_gone_on_with(tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    search(iris(), whole, settings=TABLE, executor="local")
    seen: list[object] = []
    ending = search(
        iris(), parts, settings=TABLE, executor="local", observe=seen.append, interrupted=lambda: len(seen) > 9
    )
    assert ending == "interrupted"
    assert search(iris(), parts, settings=TABLE, executor="local") == "finished"
    strip = [{key: value for key, value in row.items() if key != "weights"} for row in front_of(whole)["front"]]
    assert [{k: v for k, v in row.items() if k != "weights"} for row in front_of(parts)["front"]] == strip
    other = iris()
    with pytest.raises(RunError, match="other contents"):
        search(
            Dataset(
                "iris",
                "iris",
                other.x_train + 1,
                *(other.y_train, other.x_test, other.y_test),
                other.labels,
                task="table",
                columns=other.columns,
            ),
            parts,
            settings=TABLE,
            executor="local",
        )


def test_adaptation_is_recorded_apart_from_what_was_asked(tmp_path: Path) -> None:
    settings = {**TABLE, "training": {**TABLE["training"], "batch_size": 64, "least_batches": 10}}
    search(iris(), tmp_path / "run", settings=settings, executor="local")
    description, recorded = read_description(tmp_path / "run"), RecordedRun.of(tmp_path / "run")
    assert description["settings"]["training"]["batch_size"] == 64
    assert description["planned"]["training"]["batch_size"] == 32
    assert recorded.settings.training.batch_size == 64
    assert recorded.planned.training.batch_size == 32
    assert description["data"]["task"] == recorded.task == "table"
    assert description["data"]["labels"] == ["setosa", "versicolor", "virginica"]
