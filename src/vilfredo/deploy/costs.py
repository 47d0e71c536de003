"""What an epoch of a network that nobody has trained yet will cost: predicted from what the search measured.

The search's own time predictor knows one macro-architecture only. This one is for networks of other M, N and F. Time is
taken to be a sum of shares for operations, for memory traffic and for the number of cells, none of them negative: so it
extrapolates to larger networks as it should. What a cell's measured time is beside that sum stays its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, final

import numpy as np
from numpy.typing import NDArray

from vilfredo.networks.counting import Counts

_LEAST_SECONDS = 1e-9


@final
@dataclass(frozen=True, slots=True)
class CostModel:
    """Seconds of training on one epoch, as the objective ``training_time``."""

    shares: tuple[float, ...]
    """Seconds per operation, per byte of activations, per cell, and of an epoch at all; each at least 0."""

    @classmethod
    def fit(cls, networks: Sequence[tuple[Counts, float]]) -> Self:
        """Fit the shares to measured training times, by least squares of the relative errors.

        Parameters
        ----------
        networks
            Counts and ``training_time`` in seconds of each; one at least.
        """
        from scipy.optimize import nnls  # noqa: PLC0415 - a third of a second that only this costs

        rows = np.array([_terms(counts) for counts, _ in networks])  # (n, 4)
        times = np.maximum([seconds for _, seconds in networks], _LEAST_SECONDS)
        scale = np.maximum(rows.max(axis=0), 1.0)
        found, _ = nnls(rows / scale / times[:, None], np.ones(len(times)))
        return cls(tuple((found / scale).tolist()))

    def seconds(self, counts: Counts) -> float:
        """Predict the time of a network."""
        return max(_LEAST_SECONDS, float(_terms(counts) @ np.array(self.shares)))

    def scaled(self, measured: float, own: Counts, other: Counts) -> float:
        """Predict the time of a network from that of the same cell in another macro-architecture."""
        return measured * self.seconds(other) / self.seconds(own)


def _terms(counts: Counts) -> NDArray[np.float64]:
    return np.array([counts.flops, counts.activations, counts.cells, 1.0], dtype=np.float64)
