"""The heuristic of POPNAS v1 (section 3.3.3): a block adds what it takes alone as a cell of one block."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from numpy.typing import NDArray

from vilfredo.predictors.operator_times import operator_times
from vilfredo.predictors.protocol import Floats, Prediction, Predictor, Samples, check_targets
from vilfredo.spaces.canonical import canonical
from vilfredo.spaces.codes import Cells, consumed_blocks


@final
class BlockSum(Predictor):
    """Time of an architecture = time of a trained one that lacks one of its blocks + time of that block alone.

    What was trained is not predicted but looked up. What no trained one is a part of is taken apart further. A block
    that reads others is looked up as if it read the previous cell; one that was not trained alone is taken for the
    mean of its operators' symmetric cells. As in the paper, what every network costs is counted with each block. The
    seed changes nothing.
    """

    name: ClassVar[str] = "block-sum"

    def fit(self, samples: Samples, targets: Floats, seed: int) -> "FittedSum":
        """Remember every time; see `Predictor.fit`."""
        check_targets(samples, targets)
        sums: dict[bytes, list[float]] = {}
        for size in np.unique(samples.sizes).tolist():
            rows = np.flatnonzero(samples.sizes == size)
            for key, time in zip(_keys(samples.cells[rows, :size]), targets[rows], strict=True):
                sums.setdefault(key, []).append(float(time))
        return FittedSum({key: float(np.mean(times)) for key, times in sums.items()}, operator_times(samples, targets))


@dataclass(frozen=True)
class FittedSum:
    """Times of what was trained, and of operators."""

    times: Mapping[bytes, float]
    operators: Floats

    def predict(self, samples: Samples) -> Prediction:
        """Add up each sample's time; with deviation zero."""
        mean = np.zeros(len(samples))
        for size in np.unique(samples.sizes).tolist():
            rows = np.flatnonzero(samples.sizes == size)
            mean[rows] = self._of_one_size(samples.cells[rows, :size])
        return Prediction(mean, np.zeros(len(samples)))

    def _of_one_size(self, cells: Cells) -> Floats:
        size = cells.shape[1]
        times = self._known(cells)
        if size == 0:
            return np.nan_to_num(times, nan=0.0)
        if size == 1:
            estimates = self.operators[cells[:, 0, 1::2]].mean(axis=1)
            return np.where(np.isnan(times), estimates, times)
        consumed = consumed_blocks(cells)  # (n, b)
        for block in reversed(range(size)):  # what was added last comes last, mostly
            rows = np.flatnonzero(np.isnan(times) & ~consumed[:, block])
            times[rows] = self._known(_without(cells[rows], block)) + self._alone(cells[rows, block])
        rows = np.flatnonzero(np.isnan(times))
        if len(rows):
            times[rows] = self._of_one_size(_without(cells[rows], size - 1)) + self._alone(cells[rows, -1])
        return times

    def _known(self, cells: Cells) -> Floats:
        """Times that were measured (n,), NaN where there is none."""
        return np.array([self.times.get(key, np.nan) for key in _keys(cells)], dtype=np.float64)

    def _alone(self, blocks: NDArray[np.int8]) -> Floats:
        """Times (n,) of blocks (n, 4) as cells of one block."""
        cells = blocks[:, None].copy()
        cells[..., 0::2] = np.minimum(cells[..., 0::2], -1)
        return self._of_one_size(cells)


def _without(cells: Cells, block: int) -> Cells:
    """Leave out a block that no other reads."""
    left = np.delete(cells, block, axis=1)
    left[..., 0::2] -= left[..., 0::2] > block
    return left


def _keys(cells: Cells) -> list[bytes]:
    """Name isomorphism classes; those of different sizes have different lengths."""
    if cells.shape[1] == 0:
        return [b""] * len(cells)
    return [row.tobytes() for row in canonical(cells)]
