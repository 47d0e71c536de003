"""Architectures as rows of one length for the time regressors of POPNAS v1 (sections 3.3.1 to 3.3.4).

A row holds the number of blocks and, for each of B places, a block's two operators, and its inputs where they are
kept; what is empty is 0. An architecture of b blocks is put in every place that it fits, as often as B - b + 1 times
with the same time (the sliding blocks), so that a regressor that has seen b blocks has a weight for block b + 1.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from vilfredo.predictors.operator_times import operator_times
from vilfredo.predictors.protocol import Floats, Prediction, Samples
from vilfredo.predictors.spellings import sort_operands
from vilfredo.settings import Settings

Reindex = Literal["none", "static", "dynamic"]
_PAPERS_BLOCKS = 5


class SlidingBlocks(Settings):
    """How architectures become rows."""

    blocks: int | None = Field(default=None, ge=1, le=16)
    """B, places for blocks; not set: as many as the largest architectures of the search have (section 3.3.3), or the
    paper's 5 where nobody says. Larger architectures fill them over again, their blocks added up."""
    inputs: bool = False
    """Whether a block's inputs are kept; without them nothing is lost in flat cells (section 4.1.2)."""
    reindex: Reindex = "dynamic"
    """What an operator's number is: ``none``: its place in the alphabet; ``static``: its place in the order of the
    symmetric cells' times; ``dynamic``: in proportion to that time (section 3.3.4)."""

    def sized(self, blocks: int) -> "SlidingBlocks":
        """Fill in the number of places where it is not set."""
        return self if self.blocks is not None else self.model_copy(update={"blocks": blocks})

    def encoder(self, samples: Samples, targets: Floats) -> "Encoder":
        """Number the operators by what the samples tell of their times."""
        return Encoder(self.sized(_PAPERS_BLOCKS), operator_numbers(operator_times(samples, targets), self.reindex))


def operator_numbers(times: Floats, reindex: Reindex) -> Floats:
    """Numbers of operators whose symmetric cells take `times` (o,); all in (0, o], 0 being an empty place."""
    count = len(times)
    if reindex == "dynamic" and count and times.max() > 0:
        return np.asarray(times / times.max() * count, dtype=np.float64)
    numbers = np.arange(1.0, count + 1)
    if reindex == "none":
        return numbers
    ranked = np.empty(count)
    ranked[np.argsort(times, kind="stable")] = numbers
    return ranked


@dataclass(frozen=True)
class Encoder:
    """Writes architectures as rows."""

    settings: SlidingBlocks
    numbers: Floats
    """Of the operators, shape (o,)."""

    @property
    def places(self) -> int:
        """B."""
        return self.settings.blocks or _PAPERS_BLOCKS

    def rows(self, samples: Samples, place: int = 0) -> Floats:
        """Encode each architecture with its first block at `place`, shape (n, 1 + 2·B), or 1 + 4·B with inputs."""
        places = self.places
        operands = np.zeros((len(samples), places, 4 if self.settings.inputs else 2))
        cells, there = sort_operands(samples.cells), samples.present
        for block in range(cells.shape[1]):
            in1, op1, in2, op2 = np.where(there[:, block, None], cells[:, block], 0).T
            values = [self.numbers[op1], self.numbers[op2]]
            if self.settings.inputs:
                # From 1 on, furthest lookback first: an empty place has 0.
                first, second = (source.astype(np.float64) + samples.lookback + 1 for source in (in1, in2))
                values = [first, values[0], second, values[1]]
            added = np.stack(values, axis=1) * there[:, block, None]
            operands[:, (place + block) % places] += added
        return np.column_stack([samples.sizes, operands.reshape(len(samples), -1)])

    def slid(self, samples: Samples) -> tuple[Floats, NDArray[np.int64]]:
        """Encode each architecture in every place that it fits; the empty one has one row.

        Returns
        -------
        Rows (m, F), those of one architecture one after the other, and which sample each is of (m,).
        """
        free = np.where(samples.sizes == 0, 0, np.maximum(0, self.places - samples.sizes))  # (n,)
        parts, sources = [], []
        for place in range(int(free.max(initial=0)) + 1):
            fitting = np.flatnonzero(free >= place)
            parts.append(self.rows(samples.take(fitting), place))
            sources.append(fitting)
        source = np.concatenate(sources)
        order = np.argsort(source, kind="stable")
        return np.concatenate(parts)[order], source[order]


def without_thrust(samples: Samples, targets: Floats) -> tuple[Samples, Floats]:
    """Leave the empty architecture out once there are some of two blocks (section 3.3.2).

    Until then it is the initial thrust: from architectures of one block alone no regressor could tell what a second
    one adds.
    """
    if len(samples) == 0 or samples.sizes.max() < 2:
        return samples, targets
    kept = np.flatnonzero(samples.sizes > 0)
    return samples.take(kept), targets[kept]


class Regressor(Protocol):
    """What has learnt of rows."""

    def predict(self, rows: Floats) -> Floats:
        """Predict a time (m,) for each of the rows (m, F)."""
        ...


@dataclass(frozen=True)
class FittedSliding:
    """A regressor with its encoding."""

    encoder: Encoder
    regressor: Regressor
    empty: float | None
    """Time of the empty architecture, where it was measured: it need not be predicted."""

    def predict(self, samples: Samples) -> Prediction:
        """Predict each sample's target; as a single model, with deviation zero."""
        if len(samples) == 0:
            return Prediction(np.empty(0), np.empty(0))
        mean = self.regressor.predict(self.encoder.rows(samples))
        if self.empty is not None:
            mean = np.where(samples.sizes == 0, self.empty, mean)
        return Prediction(np.asarray(mean, dtype=np.float64), np.zeros(len(samples)))


def empty_time(samples: Samples, targets: Floats) -> float | None:
    """Time of the empty architecture; None where it is not among the samples."""
    rows = samples.sizes == 0
    return float(targets[rows].mean()) if rows.any() else None
