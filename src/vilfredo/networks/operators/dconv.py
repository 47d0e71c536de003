"""``3x3 dconv``, ``3x3:2dr dconv``, ``13 dconv``: depthwise-separable convolution, optionally dilated."""

import re

from torch import nn

from vilfredo.networks.layers import ConvNormSwish, SameConv, kernel_size, shrinking_pool
from vilfredo.networks.shapes import OperandShape

WORDS = "depthwise-separable convolution: far fewer weights than a plain one of the same window"
EXAMPLES = {"image": "5x5 dconv", "series": "13 dconv"}
PATTERNS = {
    "image": re.compile(r"(\d+)x(\d+)(?::(\d+)dr)? dconv"),
    "series": re.compile(r"()(\d+)(?::(\d+)dr)? dconv"),
}


def build(match: re.Match[str], shape: OperandShape) -> nn.Module:
    """Build the operator: one batch norm and Swish after the depthwise and the pointwise convolution."""
    kernel, dilation = kernel_size(match), int(match[3] or 1)
    pooled = dilation > 1 and shape.stride > 1
    stride = 1 if pooled else shape.stride
    depthwise = SameConv(
        shape.in_filters,
        shape.in_filters,
        kernel,
        shape.size,
        (stride, stride),
        dilation,
        groups=shape.in_filters,
        bias=False,
    )
    between = shape.size if pooled else shape.out_size
    separable = ConvNormSwish(
        depthwise, SameConv(shape.in_filters, shape.out_filters, (1, 1), between), filters=shape.out_filters
    )
    if not pooled:
        return separable
    return nn.Sequential(separable, shrinking_pool(shape))
