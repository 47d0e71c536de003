"""``3x3 conv``, ``3x3:2dr conv``, ``7 conv``: convolution, optionally dilated.

A dilated convolution does not stride (it would skip inputs altogether): max pooling follows it instead.
"""

import re

from torch import nn

from vilfredo.networks.layers import conv_norm_swish, kernel_size, shrinking_pool
from vilfredo.networks.shapes import OperandShape

WORDS = "convolution: learnt weights slide over the sample in a window of this size; with dr, it has gaps"
EXAMPLES = {"image": "3x3 conv", "series": "7 conv"}
PATTERNS = {
    "image": re.compile(r"(\d+)x(\d+)(?::(\d+)dr)? conv"),
    "series": re.compile(r"()(\d+)(?::(\d+)dr)? conv"),
}


def build(match: re.Match[str], shape: OperandShape) -> nn.Module:
    """Build the operator."""
    kernel, dilation = kernel_size(match), int(match[3] or 1)
    if dilation == 1 or shape.stride == 1:
        return conv_norm_swish(shape, kernel, dilation=dilation)
    conv = conv_norm_swish(shape, kernel, stride=(1, 1), dilation=dilation)
    return nn.Sequential(conv, shrinking_pool(shape))
