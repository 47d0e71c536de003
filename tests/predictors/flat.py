"""Samples of flat cells for the time regressors of POPNAS v1."""

from collections.abc import Sequence

import numpy as np

from vilfredo.predictors.protocol import Samples
from vilfredo.spaces.parallel_space import OPERATORS, ParallelSpace

SPACE = ParallelSpace(blocks=3)
Pairs = Sequence[tuple[str, str]]
"""The operators of a cell, block by block."""


def samples(*cells: Pairs) -> Samples:
    """Flat cells of any sizes."""
    groups = []
    for cell in cells:
        text = "[" + ";".join(f"(-1, '{one}', -1, '{other}')" for one, other in cell) + "]"
        codes = SPACE.codes([text])
        groups.append(Samples.of_one_size(codes, np.zeros((1, 0)), len(SPACE.vocabulary), 1))
    return Samples.concatenate(groups)


SYMMETRIC = tuple(((name, name),) for name in OPERATORS)
"""T_1: the cells of one block that have an operator twice, in the paper's order."""
TIMES = np.array([40.0, 45.0, 50.0, 60.0, 63.145701, 63.789210, 70.0, 80.0])
"""Their times, where tables 1 and 2 give any theirs."""
EMPTY_TIME = 3.043455
"""Of table 2."""
EMPTY: Pairs = ()
