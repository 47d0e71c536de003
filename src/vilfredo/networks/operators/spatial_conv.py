"""``1x3-3x1 conv``: spatially separable convolution, two in a row with a batch norm and Swish each."""

import re

from torch import nn

from vilfredo.networks.layers import conv_norm_swish
from vilfredo.networks.shapes import OperandShape

WORDS = "convolution in two steps, one direction after the other: fewer weights than one square window"
EXAMPLES = {"image": "1x7-7x1 conv"}
PATTERNS = {"image": re.compile(r"(\d+)x(\d+)-(\d+)x(\d+) conv")}


def build(match: re.Match[str], shape: OperandShape) -> nn.Module:
    """Build the operator; the first convolution strides."""
    first, second = (int(match[1]), int(match[2])), (int(match[3]), int(match[4]))
    rest = OperandShape(shape.out_filters, shape.out_filters, shape.out_size)
    return nn.Sequential(conv_norm_swish(shape, first), conv_norm_swish(rest, second))
