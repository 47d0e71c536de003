"""Networks of flat cells (POPNAS v1, section 3.1), built from layers that are handed over."""

import torch
from torch import Tensor, nn


class ParallelCell(nn.Module):
    """Layers that read the same, their answers side by side."""

    def __init__(self, operators: list[nn.Module]) -> None:
        super().__init__()
        self.operators = nn.ModuleList(operators)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, c, h, w) to (n, the sum of all channels, h, w)."""
        return torch.cat([operator(x) for operator in self.operators], dim=1)


class ParallelNetwork(nn.Module):
    """Cells, and layers that shrink between groups of them; the mean over all pixels, one linear layer."""

    def __init__(self, steps: list[nn.Module], head: nn.Module) -> None:
        super().__init__()
        self.steps = nn.ModuleList(steps)
        self.head = head

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, channels, h, w) to logits (n, classes)."""
        for step in self.steps:
            x = step(x)
        logits: Tensor = self.head(x.mean(dim=(2, 3)))
        return logits
