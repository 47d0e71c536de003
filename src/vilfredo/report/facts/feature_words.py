"""What the features of architectures mean that predict their training time."""

from collections.abc import Mapping

from vilfredo.spaces.mlp import ACTIVATIONS

_SHORT: Mapping[str, str] = {
    "blocks": "blocks in the cell",
    "cells": "cells stacked",
    "op_score": "cost of all operators",
    "multiple_lookbacks": "reads several cells",
    "lookback_op_fraction": "share on earlier cells",
    "block_dependencies": "blocks read by blocks",
    "depth": "longest chain of blocks",
    "concatenated": "outputs concatenated",
    "heaviest_path_fraction": "share on heaviest path",
    "heaviest_op": "heaviest operator",
    "layers": "layers",
    "dropouts": "dropout layers",
    "first_width": "units in the first layer",
    "last_width": "units in the last layer",
    "total_width": "units in all layers",
    "weights": "weights between layers",
    **{f"{activation}_width": f"units with {activation}" for activation in ACTIVATIONS},
}
"""A few words for each, for axes."""

_LONG: Mapping[str, str] = {
    "blocks": "how many blocks a cell has",
    "cells": "how many cells the network really stacks: fewer where a cell reads only what is two back",
    "op_score": "the operators' relative costs (the slowest is 1), added up over the cell",
    "multiple_lookbacks": "whether the cell reads more than one earlier cell (1) or a single one (0)",
    "lookback_op_fraction": "which share of that cost is in operators that read earlier cells, not blocks",
    "block_dependencies": "how many inputs in the cell are outputs of its own blocks",
    "depth": "how many blocks stand behind one another on the longest chain",
    "concatenated": "how many blocks' outputs are joined side by side to the cell's output",
    "heaviest_path_fraction": "which share of the cost lies on the most costly chain; the rest can run beside it",
    "heaviest_op": "the relative cost of the most costly operator",
    "layers": "how many layers there are, dropout included",
    "dropouts": "how many of the layers are dropout",
    "first_width": "units of the first hidden layer, which the inputs' weights grow with",
    "last_width": "units of the last hidden layer, which the outputs' weights grow with",
    "total_width": "units of all hidden layers together",
    "weights": "weights between hidden layers",
    **{f"{activation}_width": f"units whose activation is {activation}" for activation in ACTIVATIONS},
}


def short(feature: str) -> str:
    """Name a feature in a few words; features of other spaces by their own names."""
    return _SHORT.get(feature, feature.replace("_", " "))


def meaning(feature: str) -> str:
    """Say what a feature counts; nothing for those of other spaces."""
    return _LONG.get(feature, "")
