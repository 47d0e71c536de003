"""``3x3 conv``, ``3x3:2dr conv``: convolution, optionally dilated.

A dilated convolution does not stride (it would skip inputs altogether): max pooling follows it instead.
"""

import re

from torch import nn

from vilfredo.networks.layers import SameMaxPool, conv_norm_swish
from vilfredo.networks.shapes import OperandShape

EXAMPLE = "3x3 conv"
PATTERN = re.compile(r"(\d+)x(\d+)(?::(\d+)dr)? conv")


def build(match: re.Match[str], shape: OperandShape) -> nn.Module:
    """Build the operator."""
    kernel, dilation = (int(match[1]), int(match[2])), int(match[3] or 1)
    if dilation == 1 or shape.stride == 1:
        return conv_norm_swish(shape, kernel, dilation=dilation)
    conv = conv_norm_swish(shape, kernel, stride=(1, 1), dilation=dilation)
    return nn.Sequential(conv, SameMaxPool((shape.stride, shape.stride), shape.size, shape.stride))
