"""``3x3 tconv``, ``7 tconv``: transposed convolution that doubles the sides, then a convolution that halves them."""

import math
import re

from torch import Tensor, nn

from vilfredo.networks.layers import ConvNormSwish, conv_norm_swish, initialise, kernel_size
from vilfredo.networks.shapes import OperandShape

WORDS = "transposed convolution: spreads each value over a window, which doubles the size, before it is halved again"
EXAMPLES = {"image": "3x3 tconv", "series": "7 tconv"}
PATTERNS = {"image": re.compile(r"(\d+)x(\d+) tconv"), "series": re.compile(r"()(\d+) tconv")}


class DoublingConv(nn.ConvTranspose2d):
    """Transposed convolution whose output is exactly `factors` (1 or 2 each) as high and wide, for any kernel."""

    def __init__(
        self,
        in_filters: int,
        out_filters: int,
        kernel: tuple[int, int],
        size: tuple[int, int],
        factors: tuple[int, int] = (2, 2),
    ) -> None:
        self.size = size
        # A kernel of 1 ends one short: what is added here has its share of the bias, unlike padding afterwards.
        missing = (max(0, factors[0] - kernel[0]), max(0, factors[1] - kernel[1]))
        super().__init__(in_filters, out_filters, kernel, stride=factors, output_padding=missing)

    @property
    def flops(self) -> int:
        """Of one sample's forward pass: each input pixel scatters; a multiply-add is two, the bias is not counted."""
        return 2 * self.weight.numel() * math.prod(self.size)

    def reset_parameters(self) -> None:
        """Draw the weights when the layer is made."""
        initialise(self)

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """Map (n, in_filters, h, w) to (n, out_filters, 2h, 2w), or whatever the factors are."""
        height, width = self.stride[0] * x.shape[2], self.stride[1] * x.shape[3]
        y = super().forward(x)  # (n, out_filters, 2(h - 1) + max(kernel, 2), ...)
        top, left = (y.shape[2] - height) // 2, (y.shape[3] - width) // 2
        return y[:, :, top : top + height, left : left + width]


def build(match: re.Match[str], shape: OperandShape) -> nn.Module:
    """Build the operator: both convolutions with batch norm and Swish."""
    kernel = kernel_size(match)
    filters, (height, width) = shape.out_filters, shape.size
    factors = (2 if match[1] else 1, 2)  # a series stays one pixel high
    doubling = ConvNormSwish(DoublingConv(shape.in_filters, filters, kernel, shape.size, factors), filters=filters)
    halving = OperandShape(filters, filters, (factors[0] * height, 2 * width), 2 * shape.stride)
    return nn.Sequential(doubling, conv_norm_swish(halving, kernel))
