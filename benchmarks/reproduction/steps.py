"""The cells of a recorded space, size by size, as predictors see them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vilfredo.predictors.protocol import Floats, Samples
from vilfredo.search.landscape import Landscape, cells_by_size
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.strategies.protocol import Problem
from vilfredo.strategies.surrogates import samples
from vilfredo.trials import Measurement, Proposal


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """All cells of one size that were trained to the end, with one seed."""

    size: int
    samples: Samples
    """Without time features: the regressors of POPNAS v1 read none."""
    times: Floats
    """Shape (n,), seconds per epoch."""


def problem(landscape: Landscape, space: CellSpace) -> Problem:
    """Say what is searched."""
    return Problem(space=space, macro=landscape.about.network, score="accuracy")


def measured(landscape: Landscape, cells: Sequence[str], seed: int) -> list[Measurement]:
    """Look up those of the cells that could be trained."""
    found = (landscape.measurement(Proposal(id=0, architecture=cell, step=0), seed) for cell in cells)
    return [m for m in found if m.outcome == "complete"]


def steps(landscape: Landscape, space: CellSpace, seed: int) -> list[Step]:
    """All sizes of a space, from the empty cell on."""
    found = []
    for size, texts in cells_by_size(space).items():
        trained = measured(landscape, texts, seed)
        codes = space.codes([m.architecture for m in trained])
        times = np.array([m.objectives["training_time"] for m in trained], dtype=np.float64)
        found.append(Step(size, samples(problem(landscape, space), [codes], None), times))
    return found


def title(landscape: Landscape, space: CellSpace) -> str:
    """Name a space on the page in a few words."""
    return f"{landscape.about.name}, {len(space.operators)} operators"
