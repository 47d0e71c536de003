"""``2x2 maxpool``: max pooling, followed by a pointwise convolution where the filters must change."""

import re

from torch import nn

from vilfredo.networks.layers import SameMaxPool, adapted
from vilfredo.networks.shapes import OperandShape

EXAMPLE = "2x2 maxpool"
PATTERN = re.compile(r"(\d+)x(\d+) maxpool")


def build(match: re.Match[str], shape: OperandShape) -> nn.Module:
    """Build the operator."""
    return adapted(SameMaxPool((int(match[1]), int(match[2])), shape.size, shape.stride), shape)
