"""``3x3 tconv``: transposed convolution that doubles height and width, then a convolution that halves them."""

import math
import re

from torch import Tensor, nn

from vilfredo.networks.layers import ConvNormSwish, conv_norm_swish, initialise
from vilfredo.networks.shapes import OperandShape

EXAMPLE = "3x3 tconv"
PATTERN = re.compile(r"(\d+)x(\d+) tconv")


class DoublingConv(nn.ConvTranspose2d):
    """Transposed convolution of stride 2 whose output is exactly twice as high and wide, for any kernel."""

    def __init__(self, in_filters: int, out_filters: int, kernel: tuple[int, int], size: tuple[int, int]) -> None:
        self.size = size
        # A kernel of 1 ends one short: what is added here has its share of the bias, unlike padding afterwards.
        missing = (max(0, 2 - kernel[0]), max(0, 2 - kernel[1]))
        super().__init__(in_filters, out_filters, kernel, stride=2, output_padding=missing)

    @property
    def flops(self) -> int:
        """Of one sample's forward pass: each input pixel scatters; a multiply-add is two, the bias is not counted."""
        return 2 * self.weight.numel() * math.prod(self.size)

    def reset_parameters(self) -> None:
        """Draw the weights when the layer is made."""
        initialise(self)

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """Map (n, in_filters, h, w) to (n, out_filters, 2h, 2w)."""
        height, width = 2 * x.shape[2], 2 * x.shape[3]
        y = super().forward(x)  # (n, out_filters, 2(h - 1) + max(kernel, 2), ...)
        top, left = (y.shape[2] - height) // 2, (y.shape[3] - width) // 2
        return y[:, :, top : top + height, left : left + width]


def build(match: re.Match[str], shape: OperandShape) -> nn.Module:
    """Build the operator: both convolutions with batch norm and Swish."""
    kernel = (int(match[1]), int(match[2]))
    filters, (height, width) = shape.out_filters, shape.size
    doubling = ConvNormSwish(DoublingConv(shape.in_filters, filters, kernel, shape.size), filters=filters)
    halving = OperandShape(filters, filters, (2 * height, 2 * width), 2 * shape.stride)
    return nn.Sequential(doubling, conv_norm_swish(halving, kernel))
