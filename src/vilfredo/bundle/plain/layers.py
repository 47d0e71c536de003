"""What torch's own layers cannot do: padding that is one larger on one side, and doubling."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class PaddedConv(nn.Conv2d):
    """Convolution with a padding (left, right, top, bottom) that may differ from side to side."""

    def __init__(
        self,
        channels: int,
        out_channels: int,
        kernel: tuple[int, int],
        *,
        padding: tuple[int, int, int, int],
        stride: tuple[int, int] = (1, 1),
        dilation: tuple[int, int] = (1, 1),
        groups: int = 1,
        bias: bool = True,
    ) -> None:
        super().__init__(channels, out_channels, kernel, stride, dilation=dilation, groups=groups, bias=bias)
        self.sides = padding

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, channels, h, w) to (n, out_channels, h', w')."""
        return super().forward(F.pad(x, self.sides))


class PaddedMaxPool(nn.Module):
    """Max pooling with a padding (left, right, top, bottom) that is never the largest."""

    def __init__(self, kernel: tuple[int, int], *, stride: int, padding: tuple[int, int, int, int]) -> None:
        super().__init__()
        self.kernel, self.stride, self.sides = kernel, stride, padding

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, c, h, w) to (n, c, h', w')."""
        return F.max_pool2d(F.pad(x, self.sides, value=-math.inf), self.kernel, self.stride)


class PaddedAvgPool(nn.Module):
    """Average pooling with a padding (left, right, top, bottom) that does not count in the averages."""

    def __init__(self, kernel: tuple[int, int], *, stride: int, padding: tuple[int, int, int, int]) -> None:
        super().__init__()
        self.kernel, self.stride, self.sides = kernel, stride, padding

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, c, h, w) to (n, c, h', w')."""
        inside = torch.ones(1, 1, x.shape[2], x.shape[3], dtype=x.dtype, device=x.device)
        share = F.avg_pool2d(F.pad(inside, self.sides), self.kernel, self.stride)  # (1, 1, h', w')
        return F.avg_pool2d(F.pad(x, self.sides), self.kernel, self.stride) / share


class DoublingConv(nn.ConvTranspose2d):
    """Transposed convolution whose output is exactly as many times larger as the stride says, for any kernel."""

    def __init__(self, channels: int, out_channels: int, kernel: tuple[int, int], *, stride: tuple[int, int]) -> None:
        missing = (max(0, stride[0] - kernel[0]), max(0, stride[1] - kernel[1]))
        super().__init__(channels, out_channels, kernel, stride, output_padding=missing)

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """Map (n, channels, h, w) to (n, out_channels, 2h, 2w) with a stride of (2, 2)."""
        height, width = self.stride[0] * x.shape[2], self.stride[1] * x.shape[3]
        y = super().forward(x)  # larger kernels overlap the edges, which are cut off
        top, left = (y.shape[2] - height) // 2, (y.shape[3] - width) // 2
        return y[:, :, top : top + height, left : left + width]


class ConvNormSwish(nn.Sequential):
    """Convolutions in a row, then batch norm and Swish."""

    def __init__(self, *convolutions: nn.Module, channels: int) -> None:
        super().__init__(*convolutions, nn.BatchNorm2d(channels, eps=1e-3), nn.SiLU())
