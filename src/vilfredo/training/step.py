"""One training step: forward, backward, update."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vilfredo.networks.drop_path import drop_paths
from vilfredo.networks.exits import exit_logits
from vilfredo.training.data import TrainingData, memory_layout
from vilfredo.training.optimizer import make_optimizer
from vilfredo.training.settings import Precision, TrainingSettings


@final
class TrainingStep:
    """Steps of one network, whose rates change from step to step. To be used in training mode.

    Nothing in it waits for the device; on a GPU, neither rate nor loss passes through the processor.

    Parameters
    ----------
    network
        Maps (n, channels, height, width) to logits (n, classes); placed on `device`. Of two exits, the losses are
        weighted.
    settings
        Optimizer, label smoothing and precision.
    """

    loss_sum: Tensor
    """(), of all samples of all steps since it was last set to zero."""
    remark: str
    """Why the steps run one operation at a time where a captured graph was wanted; empty otherwise."""

    def __init__(self, network: nn.Module, settings: TrainingSettings, device: torch.device) -> None:
        self.network = network
        self.optimizer = make_optimizer(network, settings)
        self.loss_sum = torch.zeros((), device=device)
        self.remark = ""
        self._settings = settings
        self._precision = precision_in_use(settings)
        self._layout = memory_layout(device, self._precision)
        self._drop_paths = drop_paths(network) if settings.drop_path else []
        self._drop_rate = torch.zeros((), device=device) if device.type == "cuda" else None
        self._inputs: tuple[Tensor, Tensor] | None = None
        self._replay: Callable[[], None] | None = None

    def set_rates(self, annealing: float, drop_path: float) -> None:
        """Set the share of the learning rate, in [0, 1], and the rate of drop path of the steps to come."""
        self.optimizer.set_learning_rate(annealing * self._settings.learning_rate)
        if self._drop_rate is not None:
            self._drop_rate.fill_(drop_path)
        for module in self._drop_paths:
            module.rate = drop_path if self._drop_rate is None else self._drop_rate

    def __call__(self, x: Tensor, y: Tensor) -> None:
        """Step on images (n, c, h, w) and class numbers (n,)."""
        if self._replay is not None and self._inputs is not None and x.shape == self._inputs[0].shape:
            self._inputs[0].copy_(x)
            self._inputs[1].copy_(y)
            self._replay()
            return
        self.optimizer.zero_grad()
        self.run(x, y)

    def run(self, x: Tensor, y: Tensor) -> None:
        """Step without forgetting the gradients before, which a captured graph writes over."""
        with autocasting(x.device, self._precision):
            exits = exit_logits(self.network, x.contiguous(memory_format=self._layout))
        loss = self._loss(exits[0], y)
        if len(exits) > 1:
            secondary = self._settings.secondary_exit
            loss = (1 - secondary) * loss + secondary * self._loss(exits[1], y)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.loss_sum.add_(loss.detach(), alpha=len(y))

    def _loss(self, logits: Tensor, y: Tensor) -> Tensor:
        return F.cross_entropy(logits.float(), y, label_smoothing=self._settings.label_smoothing)

    def use_graph(self, x: Tensor, y: Tensor, replay: Callable[[], None]) -> None:
        """From now on step by `replay`, which reads `x` and `y`; batches of another size run as before."""
        self._inputs, self._replay = (x, y), replay


def autocasting(device: torch.device, precision: Precision) -> AbstractContextManager[object]:
    """Context in which operations that gain by it run in `precision`.

    Batch norm takes its statistics in float32 all the same.
    """
    if precision == "float32":
        return nullcontext()
    # Each weight is used once per pass: there is nothing to cache, and a captured graph must not.
    return torch.autocast(device.type, torch.bfloat16, cache_enabled=False)


def precision_in_use(settings: TrainingSettings) -> Precision:
    """Precision to train in; ``auto``, where nobody has chosen, is ``float32``."""
    return "bfloat16" if settings.precision == "bfloat16" else "float32"


def place(network: nn.Module, data: TrainingData, settings: TrainingSettings | None = None) -> None:
    """Move `network` to the device of `data`, in the memory layout that is fastest there."""
    precision = "float32" if settings is None else precision_in_use(settings)
    network.to(data.device)
    network.to(memory_format=memory_layout(data.device, precision))  # type: ignore[call-overload]
