"""``identity``: the input itself; where the shape must change, a strided pointwise convolution."""

import re

from torch import nn

from vilfredo.networks.layers import conv_norm_swish
from vilfredo.networks.shapes import OperandShape

WORDS = "hands its input on as it is"
EXAMPLES = {"image": "identity", "series": "identity"}
PATTERNS = dict.fromkeys(EXAMPLES, re.compile(r"identity"))


def build(match: re.Match[str], shape: OperandShape) -> nn.Module:
    """Build the operator."""
    return nn.Identity() if shape.unchanged else conv_norm_swish(shape, (1, 1))
