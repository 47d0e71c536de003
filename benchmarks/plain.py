"""The opponent: the training loop that everyone writes, with torch's defaults throughout.

A `DataLoader` over samples that are augmented one by one, images of layout NCHW, AdamW as it comes, the loss read at
each step. It lacks nothing that the search's own loop does for a network but the copy of its best weights.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset, TensorDataset

from vilfredo.networks.layers import SameConv

Sample = tuple[Tensor, Tensor]


class Augmented(Dataset[Sample]):
    """Images (n, c, h, w) and labels (n,); each image is shifted at random when it is fetched, the rest zero."""

    def __init__(self, x: Tensor, y: Tensor, translation: float) -> None:
        self.x = x
        self.y = y
        self.shifts = int(translation * x.shape[2]), int(translation * x.shape[3])

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, index: int) -> Sample:
        down, right = self.shifts
        image = self.x[index]  # (c, h, w)
        _, height, width = image.shape
        padded = F.pad(image, (right, right, down, down))
        top = int(torch.randint(0, 2 * down + 1, ()))
        left = int(torch.randint(0, 2 * right + 1, ()))
        return padded[:, top : top + height, left : left + width], self.y[index]


class _DefaultLayout(nn.Module):
    """Undo what `SameConv` does for the layout after a convolution of one channel."""

    def __init__(self, conv: SameConv) -> None:
        super().__init__()
        self.conv = conv

    def forward(self, x: Tensor) -> Tensor:
        conv = self.conv
        if conv.thinned:
            return F.conv2d(F.avg_pool2d(x, 1, conv.stride), conv.weight, conv.bias)
        x = x if conv.asymmetric is None else F.pad(x, conv.asymmetric)
        return F.conv2d(x, conv.weight, conv.bias, conv.stride, conv.padding, conv.dilation, conv.groups)


def make_plain(network: nn.Module) -> nn.Module:
    """Take off a network of ours, in place, what a plain one would not have."""
    for parameter in network.parameters():
        parameter.requires_grad_(True)
    for module in list(network.modules()):
        for name, child in module.named_children():
            if isinstance(child, SameConv) and child.in_channels == 1:
                setattr(module, name, _DefaultLayout(child))
    return network


def make_optimizer(network: nn.Module, learning_rate: float, weight_decay: float) -> torch.optim.AdamW:
    """AdamW as it comes."""
    return torch.optim.AdamW(network.parameters(), lr=learning_rate, weight_decay=weight_decay)


def training_step(network: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor) -> float:
    """Take one step on images (n, c, h, w) and labels (n,); returns the loss."""
    optimizer.zero_grad()
    loss = F.cross_entropy(network(x), y)
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    return loss.item()


def train(
    network: nn.Module,
    training: Dataset[Sample],
    validation: TensorDataset,
    *,
    batch_size: int,
    epochs: int,
    learning_rate: float,
    weight_decay: float,
) -> list[float]:
    """Train `network` and validate it after each epoch; returns the mean training loss of each epoch."""
    optimizer = make_optimizer(network, learning_rate, weight_decay)
    batches = DataLoader(training, batch_size, shuffle=True, num_workers=0)
    held = DataLoader(validation, batch_size)
    losses = []
    for _ in range(epochs):
        network.train()
        total, seen = 0.0, 0
        for x, y in batches:
            total += training_step(network, optimizer, x, y) * len(y)
            seen += len(y)
        losses.append(total / seen)
        evaluate(network, held)
    return losses


def evaluate(network: nn.Module, batches: DataLoader[tuple[Tensor, ...]]) -> tuple[float, float]:
    """Accuracy in [0, 1] and mean negative log-likelihood."""
    network.eval()
    correct, nll, seen = 0, 0.0, 0
    with torch.no_grad():
        for x, y in batches:
            logits = network(x)  # (n, classes)
            correct += int((logits.argmax(dim=1) == y).sum())
            nll += F.cross_entropy(logits, y, reduction="sum").item()
            seen += len(y)
    return correct / seen, nll / seen
