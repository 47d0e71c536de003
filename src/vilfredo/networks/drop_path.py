"""Scheduled drop path: whole paths are dropped at random while training (POPNASv3, section 3.4)."""

import torch
from torch import Tensor, nn


class DropPath(nn.Module):
    """Drops each of several parallel paths with probability `rate`, independently for each sample.

    At least one path survives; the survivors are scaled by paths / survivors, so that the expected sum stays.
    Inactive in evaluation and at rate 0.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rate = 0.0

    def forward(self, paths: list[Tensor]) -> list[Tensor]:
        """Map k tensors (n, c, h, w) to k of the same shapes."""
        if not self.training or self.rate == 0.0 or len(paths) < 2:
            return paths
        count, batch, device = len(paths), len(paths[0]), paths[0].device
        draws = torch.rand(count, batch, device=device)  # (k, n)
        # The path with the largest draw survives in any case: that choice is uniform and costs no second draw.
        kept = (draws >= self.rate) | (draws == draws.amax(dim=0))
        scale = kept * (count / kept.sum(dim=0))  # (k, n)
        return [path * factor.to(path.dtype).view(-1, 1, 1, 1) for path, factor in zip(paths, scale, strict=True)]


def set_drop_path(network: nn.Module, rate: float) -> None:
    """Set the rate, in [0, 1), of every `DropPath` in `network`."""
    for module in network.modules():
        if isinstance(module, DropPath):
            module.rate = rate
