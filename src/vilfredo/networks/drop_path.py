"""Scheduled drop path: whole paths are dropped at random while training (POPNASv3, section 3.4)."""

import torch
from torch import Tensor, nn


class DropPath(nn.Module):
    """Drops each of several parallel paths with probability `rate`, independently for each sample.

    At least one path survives; the survivors are scaled by paths / survivors, so that the expected sum stays.
    Inactive in evaluation and at rate 0.
    """

    rate: float | Tensor
    """In [0, 1). A tensor () on the device of the paths is used without being looked at: reading it would stall a
    GPU, and a captured graph would keep the value of its capture."""

    def __init__(self) -> None:
        super().__init__()
        self.rate = 0.0

    def forward(self, paths: list[Tensor]) -> list[Tensor]:
        """Map k tensors (n, c, h, w) to k of the same shapes."""
        if not self.training or len(paths) < 2 or (not isinstance(self.rate, Tensor) and self.rate == 0.0):
            return paths
        count, batch, device = len(paths), len(paths[0]), paths[0].device
        draws = torch.rand(count, batch, device=device)  # (k, n)
        # The path with the largest draw survives in any case: that choice is uniform and costs no second draw.
        kept = (draws >= self.rate) | (draws == draws.amax(dim=0))
        scale = kept * (count / kept.sum(dim=0))  # (k, n)
        return [path * factor.to(path.dtype).view(-1, 1, 1, 1) for path, factor in zip(paths, scale, strict=True)]


def drop_paths(network: nn.Module) -> list[DropPath]:
    """Find every `DropPath` in `network`."""
    return [module for module in network.modules() if isinstance(module, DropPath)]


def set_drop_path(network: nn.Module, rate: float | Tensor) -> None:
    """Set the rate of every `DropPath` in `network`."""
    for module in drop_paths(network):
        module.rate = rate
