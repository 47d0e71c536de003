"""How good a network is on samples that it was not trained on."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

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
) -> tuple[float, float]:
    """Accuracy in [0, 1] and mean negative log-likelihood of `network` on samples (m, c, h, w), labels (m,).

    `check` is called before each batch and may raise. The network is left in evaluation mode.
    """
    network.eval()
    layout = memory_layout(x.device, precision)
    correct = torch.zeros((), device=x.device)
    nll = torch.zeros((), device=x.device)
    size, start = CPU_BATCH if x.device.type == "cpu" else _GPU_BATCH, 0
    with torch.inference_mode(), autocasting(x.device, precision):
        while start < len(y):
            check()
            batch = slice(start, start + size)
            try:
                logits = network(x[batch].contiguous(memory_format=layout)).float()  # (n, classes)
            except torch.OutOfMemoryError:
                if size == 1:
                    raise
                size //= 2
                continue
            correct += (logits.argmax(dim=1) == y[batch]).sum()
            nll += F.cross_entropy(logits, y[batch], reduction="sum")
            start += size
    return correct.item() / len(y), nll.item() / len(y)
