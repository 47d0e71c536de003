"""How good a network is on samples that it was not trained on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vilfredo.networks.exits import exit_logits
from vilfredo.tasks.metrics import classification_metrics
from vilfredo.training.data import memory_layout
from vilfredo.training.settings import Precision
from vilfredo.training.step import autocasting

CPU_BATCH = 512
"""Larger ones gain nothing more but on the smallest images, and take memory."""
_GPU_BATCH = 4096


def evaluate(
    network: nn.Module,
    x: Tensor,
    y: Tensor,
    check: Callable[[], None] = lambda: None,
    *,
    precision: Precision = "float32",
) -> Mapping[str, float]:
    """Score the main exit of `network` on samples (m, c, h, w), m ≥ 1, with labels (m,).

    `check` is called before each batch and may raise. The network is left in evaluation mode.

    Returns
    -------
    The `trials.SCORES`: what `tasks.metrics` finds, and the mean negative log-likelihood ``nll``.
    """
    return evaluate_exits(network, x, y, check, precision=precision)[0]


def evaluate_exits(
    network: nn.Module,
    x: Tensor,
    y: Tensor,
    check: Callable[[], None] = lambda: None,
    *,
    precision: Precision = "float32",
) -> Sequence[Mapping[str, float]]:
    """Score every exit of `network`, the main one first; see `evaluate`."""
    network.eval()
    layout = memory_layout(x.device, precision)
    tallies: list[_Tally] = []
    size, start = CPU_BATCH if x.device.type == "cpu" else _GPU_BATCH, 0
    with torch.inference_mode(), autocasting(x.device, precision):
        while start < len(y):
            check()
            batch = slice(start, start + size)
            try:
                exits = exit_logits(network, x[batch].contiguous(memory_format=layout))  # (n, classes) each
            except torch.OutOfMemoryError:
                if size == 1:
                    raise
                size //= 2
                continue
            tallies = tallies or [_Tally.empty(exits[0]) for _ in exits]
            for tally, logits in zip(tallies, exits, strict=True):
                tally.add(logits.float(), y[batch])
            start += size
    return [tally.scores(len(y)) for tally in tallies]


@dataclass(frozen=True, slots=True, eq=False)
class _Tally:
    """What must be counted of one exit's answers, on the device: reading them would stall a GPU."""

    counts: Tensor
    """(3, classes): samples that were right, that there are, and that were answered so."""
    nll: Tensor
    """(), summed up."""

    @classmethod
    def empty(cls, logits: Tensor) -> Self:
        counts = torch.zeros(3, logits.shape[1], dtype=torch.int64, device=logits.device)
        return cls(counts, torch.zeros((), device=logits.device))

    def add(self, logits: Tensor, labels: Tensor) -> None:
        """Count logits (n, classes) and labels (n,)."""
        answers = logits.argmax(dim=1)
        for row, values in enumerate((labels[answers == labels], labels, answers)):
            self.counts[row] += torch.bincount(values, minlength=logits.shape[1])
        self.nll.add_(F.cross_entropy(logits, labels, reduction="sum"))

    def scores(self, samples: int) -> Mapping[str, float]:
        right, there, answered = self.counts.cpu().numpy()
        return {**classification_metrics(right, there, answered), "nll": self.nll.item() / samples}
