"""``gru``: GRU over a series, answering at every step; max pooling where the length must shrink."""

import re

from torch import nn

from vilfredo.networks.recurrent import recurrent_operator
from vilfredo.networks.shapes import OperandShape

WORDS = "recurrent layer: reads a series step by step and remembers; smaller than an LSTM"
EXAMPLES = {"series": "gru"}
PATTERNS = {"series": re.compile(r"gru")}


def build(match: re.Match[str], shape: OperandShape) -> nn.Module:
    """Build the operator."""
    return recurrent_operator("gru", shape)
