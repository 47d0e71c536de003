"""Model folders as a deployment writes them, of networks that nobody trained."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tests.bundle.shipped import Shipped, shipped
from torch import Tensor

from vilfredo import __version__
from vilfredo.bundle.folder import SOURCE, write_model
from vilfredo.bundle.model import Model
from vilfredo.bundle.record import ModelRecord
from vilfredo.networks.families import restore_family
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.kinds import find_kind
from vilfredo.tasks.layout import InputLayout
from vilfredo.tasks.open import open_dataset

_CELLS = {"image": "[(-1, '3x3 conv', -1, '2x2 maxpool')]", "series": "[(-1, '3 conv', -1, '2 avgpool')]"}
_MACRO = {"motifs": 2, "normal_cells": 1, "filters": 4}


def image_data(folder: Path, count: int = 60) -> Path:
    """Grey images of 6x5 in three classes, of which twelve are the test part."""
    generator = np.random.default_rng(0)
    x, y = generator.integers(0, 256, (count, 6, 5)).astype(np.uint8), np.arange(count) % 3
    names = np.array(["ant", "bee", "cat"])
    path = folder / "pets.npz"
    np.savez(path, x_train=x[12:], y_train=y[12:], x_test=x[:12], y_test=y[:12], class_names=names)
    return path


def series_data(folder: Path, count: int = 40) -> Path:
    """Series of two channels and nine steps in two classes."""
    generator = np.random.default_rng(0)
    x = generator.normal(3, 5, (count, 2, 9)).astype(np.float32)
    path = folder / "waves.npz"
    np.savez(path, x=x, y=np.arange(count) % 2)
    return path


def table_data(folder: Path, count: int = 60) -> Path:
    """Two numbers, a colour, and whether it was bought."""
    generator = np.random.default_rng(0)
    rows = [
        f"{a:.3f},{b:.3f},{'red' if a > 0 else 'blue'},{'yes' if number % 2 else 'no'}"
        for number, (a, b) in enumerate(generator.normal(size=(count, 2)))
    ]
    path = folder / "shop.csv"
    path.write_text("\n".join(["a,b,colour,bought", *rows]) + "\n")
    return path


def opened(path: Path) -> Dataset:
    """Read one of the three as for a search."""
    if path.suffix == ".csv":
        return open_dataset(str(path), target="bought")
    return open_dataset(str(path), task="image" if path.stem == "pets" else "series")


def parts(dataset: Dataset) -> tuple[ModelRecord, Shipped]:
    """Record and network for data."""
    preprocessing = find_kind(dataset.task).fit(dataset.x_train, dataset.columns)
    shape = preprocessing.apply(dataset.x_train[:2]).shape[1:]
    networks: dict[str, Any] = {"input_shape": list(shape), "classes": len(dataset.labels)}
    networks |= {"dropout_rate": 0.2} if dataset.task == "table" else {"macro": _MACRO, "last": None}
    space, architecture = ("mlp", "[(6, 'relu')]") if dataset.task == "table" else ("cells", _CELLS[dataset.task])
    torch.manual_seed(0)
    network = restore_family(space, networks).build(architecture)
    record = ModelRecord(
        vilfredo=__version__,
        created="2026-01-01T00:00:00+00:00",
        name=dataset.name,
        labels=dataset.labels,
        space=space,
        architecture=architecture,
        networks=networks,
        layout=InputLayout.of(dataset).to_dict(),
        preprocessing=preprocessing.to_dict(),
        objectives={"parameters": 1.0, "test_accuracy": 0.5},
        origin={"source": dataset.source},
    )
    return record, shipped(network, preprocessing, dataset.x_train)


def write(folder: Path, data: Path, **changes: Any) -> Path:
    """Write a model of data; `changes` are to its record."""
    record, ship = parts(opened(data))
    weights: Mapping[str, Tensor] = ship.network.state_dict()
    source = Model.of(record, weights).source()
    write_model(folder, record.model_copy(update=changes), weights, lambda made: _fill(made / SOURCE, source))
    return folder


def _fill(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
