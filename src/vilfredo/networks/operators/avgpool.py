"""``2x2 avgpool``, ``2 avgpool``: average pooling, then a pointwise convolution where the filters must change."""

import re

from torch import nn

from vilfredo.networks.layers import SameAvgPool, adapted, kernel_size
from vilfredo.networks.shapes import OperandShape

WORDS = "the mean of each window; nothing is learnt"
EXAMPLES = {"image": "2x2 avgpool", "series": "2 avgpool"}
PATTERNS = {"image": re.compile(r"(\d+)x(\d+) avgpool"), "series": re.compile(r"()(\d+) avgpool")}


def build(match: re.Match[str], shape: OperandShape) -> nn.Module:
    """Build the operator."""
    return adapted(SameAvgPool(kernel_size(match), shape.size, shape.stride), shape)
