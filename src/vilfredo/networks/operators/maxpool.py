"""``2x2 maxpool``, ``2 maxpool``: max pooling, then a pointwise convolution where the filters must change."""

import re

from torch import nn

from vilfredo.networks.layers import SameMaxPool, adapted, kernel_size
from vilfredo.networks.shapes import OperandShape

WORDS = "the largest value in each window; nothing is learnt"
EXAMPLES = {"image": "2x2 maxpool", "series": "2 maxpool"}
PATTERNS = {"image": re.compile(r"(\d+)x(\d+) maxpool"), "series": re.compile(r"()(\d+) maxpool")}


def build(match: re.Match[str], shape: OperandShape) -> nn.Module:
    """Build the operator."""
    return adapted(SameMaxPool(kernel_size(match), shape.size, shape.stride), shape)
