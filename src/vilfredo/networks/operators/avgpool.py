"""``2x2 avgpool``: average pooling, followed by a pointwise convolution where the filters must change."""

import re

from torch import nn

from vilfredo.networks.layers import SameAvgPool, adapted
from vilfredo.networks.shapes import OperandShape

EXAMPLE = "2x2 avgpool"
PATTERN = re.compile(r"(\d+)x(\d+) avgpool")


def build(match: re.Match[str], shape: OperandShape) -> nn.Module:
    """Build the operator."""
    return adapted(SameAvgPool((int(match[1]), int(match[2])), shape.size, shape.stride), shape)
