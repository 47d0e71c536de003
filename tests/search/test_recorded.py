"""What runs record, earlier ones too, and how their data are found again."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w
from tests.search.toy_search import settings

from vilfredo.errors import RunError
from vilfredo.search.api import search
from vilfredo.search.recorded import RecordedRun
from vilfredo.search.run_folder import DESCRIPTION
from vilfredo.search.session import begin, reopen
from vilfredo.search.settings import resolve
from vilfredo.search.summary import front_of, status_of
from vilfredo.tasks.memory import dataset_from
from vilfredo.tasks.open import open_dataset

_TINY = settings(
    {
        "network": {"motifs": 1, "normal_cells": 1, "filters": 4},
        "training": {"epochs": 1, "batch_size": 16, "device": "cpu", "translation": 0.0},
        "space": {"blocks": 1},
        "strategy": {"name": "random", "cells_per_size": 2},
    }
)


def _changed(run: Path, change: Any) -> None:
    path = run / DESCRIPTION
    description = tomllib.loads(path.read_text())
    change(description)
    path.write_text(tomli_w.dumps(description))


def _as_earlier(description: dict[str, Any]) -> None:
    data = description["data"]
    data |= data.pop("reading")
    data.pop("task")
    description["settings"]["space"].pop("kind")
    description["settings"]["training"].pop("score")
    description["planned"] = {"epochs": 1}


def test_runs_of_earlier_versions_are_gone_on_with(tmp_path: Path) -> None:
    """They knew images only: also where their arrays would be taken for series today."""
    y = np.arange(40) % 2
    x = np.random.default_rng(0).normal(size=(40, 6, 9)).astype(np.float32)
    np.savez(tmp_path / "grey.npz", x=x, y=y)
    reading: dict[str, Any] = {"source": str(tmp_path / "grey.npz"), "task": "image", "samples": 30}
    dataset = open_dataset(**reading)
    begin(tmp_path / "run", _TINY, dataset, reading, ["vilfredo"])
    _changed(tmp_path / "run", _as_earlier)
    planned, evaluator = reopen(tmp_path / "run", resolve, None)
    assert evaluator.data.sample_shape == (1, 6, 9)
    assert planned.training.epochs == 1
    assert status_of(tmp_path / "run")["score"] == "accuracy"
    assert RecordedRun.of(tmp_path / "run").open_data().fingerprint == dataset.fingerprint


def test_saying_the_kind_that_it_is_changes_nothing(tmp_path: Path) -> None:
    np.savez(tmp_path / "toy.npz", x=np.random.default_rng(0).normal(size=(40, 2, 9)), y=np.arange(40) % 2)
    chosen = resolve(_TINY.to_table(), {"space": {"operators": ["identity", "3 conv"]}})
    source = str(tmp_path / "toy.npz")
    begin(tmp_path / "run", chosen, open_dataset(source), {"source": source}, ["vilfredo"])
    reopen(tmp_path / "run", resolve, {"source": source, "task": "series"})
    with pytest.raises(RunError, match="task: 'series' → 'image'"):
        reopen(tmp_path / "run", resolve, {"source": source, "task": "image"})


def test_data_in_memory_can_only_be_handed_over_again(tmp_path: Path) -> None:
    dataset = dataset_from(np.random.default_rng(0).integers(0, 9, (40, 6, 6)).astype(np.uint8), np.arange(40) % 2)
    assert search(dataset, tmp_path / "run", settings=_TINY.to_table(), executor="local") == "finished"
    for again in (
        lambda: RecordedRun.of(tmp_path / "run").open_data(),
        lambda: reopen(tmp_path / "run", resolve, None),
    ):
        with pytest.raises(RunError, match=r"were in memory\. Go on with it from Python"):
            again()


def test_python_records_how_files_were_read(tmp_path: Path) -> None:
    rows = [f"{index % 7},{index % 5},{'ab'[index % 2]}" for index in range(60)]
    (tmp_path / "toy.csv").write_text("\n".join(["u,v,w", *rows]))
    dataset = open_dataset(str(tmp_path / "toy.csv"), target="w", ignore=["v"])
    table = {"strategy": {"name": "random", "cells_per_size": 1}, "space": {"layers": 1}, "time_source": "flops"}
    search(dataset, str(tmp_path / "run"), settings={**table, "training": {"epochs": 1}}, executor="local")
    again = RecordedRun.of(tmp_path / "run").open_data()
    assert again.fingerprint == dataset.fingerprint
    assert front_of(str(tmp_path / "run"))["front"]


@pytest.mark.parametrize("table", ["training", "space"])
def test_a_damaged_description_is_told(table: str, tmp_path: Path) -> None:
    dataset = dataset_from(np.random.default_rng(0).integers(0, 9, (40, 6, 6)).astype(np.uint8), np.arange(40) % 2)
    begin(tmp_path / "run", _TINY, dataset, {}, ["vilfredo"])
    _changed(tmp_path / "run", lambda description: description["settings"].pop(table))
    for command in (status_of, *([front_of] if table == "training" else [])):
        with pytest.raises(RunError, match="is damaged"):
            command(tmp_path / "run")
