"""What ships: networks of all kinds of data with their preprocessing and samples as they come."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tests.bundle.rebuilt import trained
from torch import nn

from vilfredo.networks.mlp import MlpNetwork
from vilfredo.networks.network import build_network
from vilfredo.networks.parallel import ParallelNetwork
from vilfredo.spaces.cells import parse_cell
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.mlp import parse_mlp
from vilfredo.spaces.parallel import Stack, parse_flat
from vilfredo.spaces.parallel_space import OPERATORS
from vilfredo.tasks.preprocessing import Preprocessing, Standardization
from vilfredo.tasks.series_preprocessing import SeriesStandardization
from vilfredo.tasks.table_preprocessing import Category, Number, TablePreprocessing

LABELS = ("cat", "dog", "tie")


@dataclass(frozen=True, eq=False)
class Shipped:
    network: nn.Module
    preprocessing: Preprocessing
    samples: NDArray[Any]

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """As Vilfredo itself finds them."""
        with torch.inference_mode():
            logits = self.network(torch.from_numpy(self.preprocessing.apply(self.samples)))
            answers: NDArray[np.float32] = logits.softmax(dim=1).numpy()
        return answers


def shipped(network: nn.Module, preprocessing: Preprocessing, samples: NDArray[Any]) -> Shipped:
    """Let the network be as after training, with answers that are neither all alike nor all certain."""
    trained(network)
    head = network.head
    assert isinstance(head, nn.Linear)
    with torch.no_grad():
        logits = network(torch.from_numpy(preprocessing.apply(samples)))
        mean, scale = logits.mean(dim=0), 1 / logits.std(dim=0)
        head.bias.copy_((head.bias - mean) * scale)
        head.weight.mul_(scale[:, None])
    return Shipped(network, preprocessing, samples)


def image(
    cell: str = "[(-2, '3x3 conv', -1, '2x2 maxpool');(0, 'identity', -1, '2x2 tconv')]",
    *,
    size: tuple[int, int] = (7, 6),
    coloured: bool = True,
    count: int = 20,
    last: int | None = None,
    **macro: Any,
) -> Shipped:
    stacked = MacroArchitecture(**{"motifs": 2, "normal_cells": 1, "filters": 4} | macro)
    torch.manual_seed(3)
    network = build_network(parse_cell(cell), stacked, (3, *size), len(LABELS), last=last)
    generator = np.random.default_rng(1)
    whole = generator.integers(0, 256, (count, 3, *size)).astype(np.uint8)
    samples = whole if coloured else (whole / 100).astype(np.float32)
    return shipped(network, Standardization.fit(samples), samples)


def flat(count: int = 20) -> Shipped:
    """All operators of POPNAS v1 in one cell."""
    pairs = zip(OPERATORS[::2], OPERATORS[1::2], strict=True)
    cell = parse_flat("".join(f"(-1, '{one}', -1, '{other}')" for one, other in pairs))
    torch.manual_seed(3)
    network = ParallelNetwork(cell, Stack(groups=2, normal_cells=1, filters=3), (3, 7, 6), len(LABELS))
    samples = np.random.default_rng(1).integers(0, 256, (count, 3, 7, 6)).astype(np.uint8)
    return shipped(network, Standardization.fit(samples), samples)


def series(
    cell: str = "[(-2, 'lstm', -1, 'gru');(0, '3 conv', -1, '2 avgpool')]",
    *,
    length: int = 9,
    count: int = 20,
    **macro: Any,
) -> Shipped:
    stacked = MacroArchitecture(**{"motifs": 2, "normal_cells": 1, "filters": 4} | macro)
    torch.manual_seed(3)
    network = build_network(parse_cell(cell), stacked, (2, 1, length), len(LABELS))
    samples = np.random.default_rng(1).normal(3, 5, (count, 2, length)).astype(np.float32)
    samples[1, 0, 3:5] = samples[2, 1] = np.nan
    return shipped(network, SeriesStandardization.fit(samples), samples)


def table(mlp: str = "[(8, 'relu');dropout;(7, 'elu');(6, 'tanh');(5, 'sigmoid')]", count: int = 20) -> Shipped:
    columns = (
        Number(1.5, 2.0, 3.0, True),
        Category((0, 1, -1, 2), 2, 3),
        Number(-1e9, 1e9, 1e-300, False),
        Category((-1, 0), -1, 1),
        Number(0.0, 1 / 3, 1e5, True),
    )
    preprocessing = TablePreprocessing(columns)
    generator = np.random.default_rng(1)
    rows = generator.normal(0, 3, (count, 5))
    rows[:, [1, 3]] = generator.integers(0, 6, (count, 2))
    rows[generator.random((count, 5)) < 0.2] = np.nan
    rows[0, 0], rows[1, 4], rows[2, 2] = 1e300, -1e200, 1e9
    features = preprocessing.apply(rows).shape[1]
    torch.manual_seed(3)
    network = MlpNetwork(parse_mlp(mlp), (features, 1, 1), len(LABELS), 0.2)
    return shipped(network, preprocessing, rows)


def everything() -> dict[str, Shipped]:
    """One of each kind that differs in what it is made of."""
    return {
        "image": image(),
        "image, floats": image(coloured=False, residual=False),
        "reshaped": image(size=(9, 5), motifs=3, lookback_reshape=True),
        "empty cell": image("[]"),
        "flat cells": flat(),
        "series": series(),
        "table": table(),
        "table, no layers": table("[]"),
    }
