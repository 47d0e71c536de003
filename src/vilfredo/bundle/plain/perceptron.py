"""Multi-layer perceptrons."""

from torch import Tensor, nn


class Perceptron(nn.Module):
    """Hidden layers, then one linear layer."""

    def __init__(self, hidden: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.hidden = hidden
        self.head = head

    def forward(self, x: Tensor) -> Tensor:
        """Map features (n, channels, h, w) to logits (n, classes)."""
        logits: Tensor = self.head(self.hidden(x.flatten(1)))
        return logits
