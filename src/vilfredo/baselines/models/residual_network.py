"""A small hand-made residual network (He et al. 2016; Wang et al. 2017 for series)."""

from typing import Any, ClassVar, final

import numpy as np
import torch
from torch import Tensor, nn

from vilfredo.baselines.model import Baseline, Predict, Probabilities
from vilfredo.networks.layers import SameConv, initialise
from vilfredo.tasks.preprocessing import NetworkInput
from vilfredo.training.data import memory_layout, resident
from vilfredo.training.device import resolve_device
from vilfredo.training.loop import train
from vilfredo.training.samples import PreparedSamples
from vilfredo.training.seeding import derive_seed, seeded
from vilfredo.training.settings import TrainingSettings

_FILTERS = (16, 32, 64)
_EPOCHS = 30
_BATCH = 256


@final
class ResidualNetwork(Baseline):
    """Three stages of two residual blocks, halving in between; trained as the search's candidates, but for longer."""

    name: ClassVar[str] = "residual network"
    tasks: ClassVar[frozenset[str]] = frozenset({"image", "series"})

    def __init__(self) -> None:
        self._facts: dict[str, Any] = {}

    def fit(self, samples: PreparedSamples, classes: int, settings: TrainingSettings, seed: int) -> Predict:
        """Train it, and keep the weights of its best epoch; see `Baseline.fit`."""
        arrays = (samples.x_train, samples.y_train, samples.x_val, samples.y_val)
        x_train, y_train, x_val, y_val = map(torch.from_numpy, arrays)
        data = resident(x_train, y_train, x_val, y_val, classes, resolve_device(settings.device))
        longer = {"epochs": max(_EPOCHS, settings.epochs), "schedule": "cosine", "drop_path": 0.0, "time_limit": None}
        with seeded(derive_seed(seed, "residual network"), data.device):
            network = _Residual(data.sample_shape, classes)
        self._facts = {"parameters": sum(weight.numel() for weight in network.parameters())}
        # As a search does; what else runs in this process may have changed it, and threads that wait for each other
        # take minutes for seconds.
        torch.set_num_threads(settings.threads)
        train(network, data, settings.model_copy(update=longer), derive_seed(seed, "residual training"))

        def predict(x: NetworkInput) -> Probabilities:
            return _probabilities(network, x, data.device)

        return predict

    def facts(self) -> dict[str, Any]:
        """Return the number of weights."""
        return self._facts


def _probabilities(network: nn.Module, x: NetworkInput, device: torch.device) -> Probabilities:
    network.eval()
    answers = []
    with torch.inference_mode():
        for start in range(0, len(x), _BATCH):
            batch = torch.from_numpy(x[start : start + _BATCH]).to(device)
            answers.append(network(batch.contiguous(memory_format=memory_layout(device))).softmax(dim=1).cpu())
    return torch.cat(answers).numpy().astype(np.float64)


class _Block(nn.Module):
    """Two convolutions, and the input added to what they find."""

    def __init__(self, filters: int, out: int, kernel: tuple[int, int], size: tuple[int, int], stride: int) -> None:
        super().__init__()
        first = SameConv(filters, out, kernel, size, (stride, stride), bias=False)
        second = SameConv(out, out, kernel, first.out_size, bias=False)
        self.out_size = first.out_size
        self.body = nn.Sequential(first, nn.BatchNorm2d(out), nn.ReLU(), second, nn.BatchNorm2d(out))
        self.shortcut: nn.Module = nn.Identity()
        if filters != out or stride > 1:
            adapt = SameConv(filters, out, (1, 1), size, (stride, stride), bias=False)
            self.shortcut = nn.Sequential(adapt, nn.BatchNorm2d(out))

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, c, h, w) to (n, c', h', w')."""
        y: Tensor = (self.body(x) + self.shortcut(x)).relu()
        return y


class _Residual(nn.Module):
    def __init__(self, shape: tuple[int, int, int], classes: int) -> None:
        super().__init__()
        channels, *size = shape
        height, width = size
        kernel = (3, 3) if height > 1 else (1, 7)
        stem = SameConv(channels, _FILTERS[0], kernel, (height, width), bias=False)
        blocks: list[nn.Module] = [stem, nn.BatchNorm2d(_FILTERS[0]), nn.ReLU()]
        filters, at = _FILTERS[0], (height, width)
        for stage, out in enumerate(_FILTERS):
            for stride in (2 if stage else 1, 1):
                block = _Block(filters, out, kernel, at, stride)
                blocks.append(block)
                filters, at = out, block.out_size
        self.body = nn.Sequential(*blocks)
        self.head = nn.Linear(filters, classes)
        initialise(self.head)

    def forward(self, x: Tensor) -> Tensor:
        """Map samples (n, c, h, w) to logits (n, classes)."""
        logits: Tensor = self.head(self.body(x).mean(dim=(2, 3)))
        return logits
