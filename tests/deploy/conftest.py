"""Small finished searches to deploy from."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vilfredo.bundle.latency import measure_latency
from vilfredo.deploy import writing
from vilfredo.search.api import search
from vilfredo.tasks.open import open_dataset

CELLS: dict[str, Any] = {
    "strategy": {"name": "random", "cells_per_size": 2},
    "space": {"kind": "cells", "operators": ["identity", "3x3 conv", "2x2 maxpool"], "lookback": 2, "blocks": 2},
    "network": {"motifs": 2, "normal_cells": 1, "filters": 4},
    "training": {"epochs": 2, "batch_size": 16, "device": "cpu", "precision": "float32"},
    "time_source": "flops",
}
TABLE: dict[str, Any] = {
    "strategy": {"name": "random", "cells_per_size": 2},
    "training": {"epochs": 2, "batch_size": 16, "device": "cpu"},
    "time_source": "flops",
}
SHORT: dict[str, Any] = {
    "selection": {"top": 2, "training": {"epochs": 3}, "filters": [1.0, 2.0], "normal_cells": [0], "growth": [1, 20]},
    "final": {"training": {"epochs": 4}},
}
"""Settings of a deployment of seconds."""


def pictures(path: Path, samples: int = 90) -> Path:
    """Three classes of 8×8 images that differ in where they are bright."""
    rng = np.random.default_rng(0)
    y = np.arange(samples) % 3
    x = rng.integers(0, 120, (samples, 8, 8))
    for number, label in enumerate(y):
        x[number, 2 * label : 2 * label + 3] += 100
    x, train = x.astype(np.uint8), samples * 2 // 3
    np.savez(path, x_train=x[:train], y_train=y[:train], x_test=x[train:], y_test=y[train:])
    return path


@pytest.fixture(scope="session")
def _searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deploy")
    search(open_dataset(str(pictures(folder / "blobs.npz"))), folder / "images", settings=CELLS, executor="local")
    search(open_dataset("wine"), folder / "table", settings=TABLE, executor="local")
    return folder


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long answers take is not what is tested here."""
    monkeypatch.setattr(writing, "measure_latency", partial(measure_latency, seconds=0.01))


@pytest.fixture
def run_of(_searched: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A copy of a finished run, by kind: ``images`` or ``table``."""

    def copied(name: str) -> Path:
        return Path(shutil.copytree(_searched / name, tmp_path / name))

    return copied
