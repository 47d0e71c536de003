"""An evaluator that really trains, on data so small that a candidate takes milliseconds."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from tests.search.contents import repeatable
from tests.search.toy_search import settings

from vilfredo.search.evaluation import Evaluator, Measured, make_evaluator
from vilfredo.tasks.dataset import Dataset
from vilfredo.trials import Proposal

CELLS = (
    "[(-1, '3x3 conv', -1, 'identity')]",
    "[(-1, '3x3 conv', -1, '3x3 conv')]",
    "[(-1, 'identity', -1, 'identity')]",
    "[]",
    "[(-1, '3x3 conv', -1, 'identity');(0, 'identity', -1, 'identity')]",
    "[(-1, '3x3 conv', -1, 'identity');(0, '3x3 conv', -1, 'identity')]",
)


def proposals(count: int = len(CELLS)) -> list[Proposal]:
    """The cells, proposed in order; more of them are the same cells again."""
    return [Proposal(id=id_, architecture=CELLS[id_ % len(CELLS)], step=1) for id_ in range(count)]


def evaluator(*layers: Mapping[str, Any], samples: int = 60) -> Evaluator:
    """Make one."""
    rng = np.random.default_rng(0)
    y = np.arange(samples, dtype=np.int64) % 3
    x = rng.normal(y[:, None, None, None], 1.0, (samples, 1, 6, 6)).astype(np.float32)
    dataset = Dataset("toy", "toy", x, y, x[:9], y[:9], ("a", "b", "c"))
    training = {"epochs": 2, "batch_size": 16, "threads": 1, "device": "cpu", "drop_path": 0.2}
    layer = {"network": {"motifs": 1, "normal_cells": 1, "filters": 4}, "training": training}
    return make_evaluator(settings(layer, *layers), dataset)


def comparable(measured: Measured) -> tuple[str, dict[str, list[float]]]:
    """All that must not depend on where and when a candidate was measured."""
    plain = repeatable(measured.measurement).model_dump_json()
    return plain, {name: tensor.flatten().tolist() for name, tensor in measured.weights.items()}
