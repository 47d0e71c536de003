"""How good a network is on samples that it was not trained on."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

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
    """Score `network` on samples (m, c, h, w) with labels (m,).

    `check` is called before each batch and may raise. The network is left in evaluation mode.

    Returns
    -------
    The `trials.SCORES`: what `tasks.metrics` finds, and the mean negative log-likelihood ``nll``.
    """
    network.eval()
    layout = memory_layout(x.device, precision)
    right, there, answered = ([] for _ in range(3))  # per batch, (classes,) each
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
            answers, labels, classes = logits.argmax(dim=1), y[batch], logits.shape[1]
            right.append(torch.bincount(labels[answers == labels], minlength=classes))
            there.append(torch.bincount(labels, minlength=classes))
            answered.append(torch.bincount(answers, minlength=classes))
            nll += F.cross_entropy(logits, y[batch], reduction="sum")
            start += size
    counts = (torch.stack(batches).sum(dim=0).cpu().numpy() for batches in (right, there, answered))
    return {**classification_metrics(*counts), "nll": nll.item() / len(y)}
