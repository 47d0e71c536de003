"""The layers that operators are made of: "same" convolution and pooling, convolution-norm-Swish."""

import math
import re

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vilfredo.networks.shapes import OperandShape, same_padding

BATCH_NORM_EPS = 1e-3


def initialise(layer: nn.Conv2d | nn.ConvTranspose2d | nn.Linear) -> None:
    """He-uniform weights from torch's global generator and zero biases, as the original implementation has them."""
    bound = math.sqrt(6 / layer.weight[0].numel())
    with torch.no_grad():
        layer.weight.uniform_(-bound, bound)
        if layer.bias is not None:
            layer.bias.zero_()


class SameConv(nn.Conv2d):
    """Convolution with bias whose output is ``ceil(size / stride)``, also where the padding is asymmetric."""

    def __init__(
        self,
        in_filters: int,
        out_filters: int,
        kernel: tuple[int, int],
        size: tuple[int, int],
        stride: tuple[int, int] = (1, 1),
        dilation: int = 1,
        groups: int = 1,
        bias: bool = True,
    ) -> None:
        self.out_size = (-(-size[0] // stride[0]), -(-size[1] // stride[1]))
        extent = (dilation * (kernel[0] - 1) + 1, dilation * (kernel[1] - 1) + 1)
        left, right, top, bottom = same_padding(size, extent, stride)
        even = left == right and top == bottom
        super().__init__(
            in_filters,
            out_filters,
            kernel,
            stride=stride,
            padding=(top, left) if even else 0,
            dilation=dilation,
            groups=groups,
            bias=bias,
        )
        self.asymmetric = None if even else (left, right, top, bottom)
        # Torch 2.13 corrupts memory in the backward pass of strided 1×1 convolutions with few input channels
        # (channels last, AVX2). Such a convolution reads only every stride-th pixel: picking them first is the same.
        self.thinned = kernel == (1, 1) and stride != (1, 1)

    @property
    def flops(self) -> int:
        """Of one sample's forward pass; a multiply-add is two, the bias is not counted."""
        return 2 * self.weight.numel() * math.prod(self.out_size)

    def reset_parameters(self) -> None:
        """Draw the weights when the layer is made."""
        initialise(self)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, in_filters, h, w) to (n, out_filters, ceil(h / stride), ceil(w / stride))."""
        if self.thinned:
            # Pooling single pixels picks them too, and its gradient costs less than half of slicing's.
            y = F.conv2d(F.avg_pool2d(x, 1, self.stride), self.weight, self.bias, groups=self.groups)
        else:
            y = super().forward(x if self.asymmetric is None else F.pad(x, self.asymmetric))
        if self.in_channels == 1 and x.device.type == "cpu":
            # One channel has no layout of its own, and torch would leave channels last for all that follows.
            y = y.contiguous(memory_format=torch.channels_last)
        return y


class ConvNormSwish(nn.Sequential):
    """Convolutions in a row, then batch norm and Swish: the form of every convolutional operator (3.1).

    The last convolution's bias keeps its initial value: whatever it were, the norm would take it off again. Its
    gradient is zero but for rounding, costs a pass over the output, and AdamW would turn it into a random walk.
    """

    def __init__(self, *convolutions: nn.Conv2d | nn.ConvTranspose2d, filters: int) -> None:
        super().__init__(*convolutions, nn.BatchNorm2d(filters, eps=BATCH_NORM_EPS), nn.SiLU())
        bias = convolutions[-1].bias
        if bias is not None:
            bias.requires_grad_(False)


def conv_norm_swish(
    shape: OperandShape, kernel: tuple[int, int], *, stride: tuple[int, int] | None = None, dilation: int = 1
) -> ConvNormSwish:
    """One convolution, batch norm, Swish; `stride` (height, width) defaults to the shape's."""
    steps = stride or (shape.stride, shape.stride)
    conv = SameConv(shape.in_filters, shape.out_filters, kernel, shape.size, steps, dilation)
    return ConvNormSwish(conv, filters=shape.out_filters)


def pointwise(shape: OperandShape) -> ConvNormSwish:
    """1×1 convolution, batch norm, Swish."""
    return conv_norm_swish(shape, (1, 1))


class SameMaxPool(nn.Module):
    """Max pooling whose output is ``ceil(size / stride)``."""

    def __init__(self, kernel: tuple[int, int], size: tuple[int, int], stride: int) -> None:
        super().__init__()
        self.kernel = kernel
        self.stride = stride
        self.padding = same_padding(size, kernel, (stride, stride))

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, c, h, w) to (n, c, ceil(h / stride), ceil(w / stride))."""
        if any(self.padding):
            x = F.pad(x, self.padding, value=-math.inf)
        return F.max_pool2d(x, self.kernel, self.stride)


class SameAvgPool(nn.Module):
    """Average pooling whose output is ``ceil(size / stride)``; padding does not count in the averages."""

    share: Tensor

    def __init__(self, kernel: tuple[int, int], size: tuple[int, int], stride: int) -> None:
        super().__init__()
        self.kernel = kernel
        self.stride = stride
        self.padding = same_padding(size, kernel, (stride, stride))
        if any(self.padding):
            inside = torch.ones(1, 1, *size)
            share = 1 / F.avg_pool2d(F.pad(inside, self.padding), kernel, stride)
            self.register_buffer("share", share, persistent=False)  # (1, 1, h', w')

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, c, h, w) to (n, c, ceil(h / stride), ceil(w / stride))."""
        if not any(self.padding):
            return F.avg_pool2d(x, self.kernel, self.stride)
        return F.avg_pool2d(F.pad(x, self.padding), self.kernel, self.stride) * self.share


def kernel_size(match: re.Match[str]) -> tuple[int, int]:
    """Height and width in the first two groups of an operator's name; for a series the first is empty."""
    return int(match[1] or 1), int(match[2])


def shrinking_pool(shape: OperandShape) -> nn.Module:
    """Max pooling over as many pixels as the stride has; none where it is 1."""
    if shape.stride == 1:
        return nn.Identity()
    # No more than there are: a series would have to be padded to twice its height.
    height, width = (min(shape.stride, side) for side in shape.size)
    return SameMaxPool((height, width), shape.size, shape.stride)


def adapted(operator: nn.Module, shape: OperandShape) -> nn.Module:
    """Let an operator that keeps the filters be followed by a pointwise convolution where they must change."""
    if shape.in_filters == shape.out_filters:
        return operator
    return nn.Sequential(operator, pointwise(OperandShape(shape.in_filters, shape.out_filters, shape.out_size)))
