"""What surrogates look at, what they answer, and what every one of them can do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.settings import Settings
from vilfredo.spaces.codes import Cells

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Samples:
    """What a surrogate may look at, for n architectures of mixed sizes.

    Raises
    ------
    InputError
        When the arrays disagree on n, a size exceeds the blocks there are, a block uses an operator or a
        lookback beyond the vocabularies or reads a block that is not before it, or a feature is not finite.
    """

    cells: Cells
    """Shape (n, B, 4): the smaller cells are padded behind; what stands in the padding is never read."""
    sizes: NDArray[np.int64]
    """Shape (n,): number of blocks, 0 for the empty cell."""
    features: Floats
    """Shape (n, F), F ≥ 0: the time features, columns in the order of the space's `feature_names`."""
    operators: int
    """How many operators the space has."""
    lookback: int
    """Furthest earlier cell that a block may read."""

    def __post_init__(self) -> None:
        count, blocks, _ = self.cells.shape
        if self.sizes.shape != (count,) or self.features.ndim != 2 or len(self.features) != count:
            raise InputError(
                f"samples: expected sizes ({count},) and features ({count}, F) for cells of "
                f"shape {self.cells.shape}, got {self.sizes.shape} and {self.features.shape}."
            )
        if count and not (self.sizes.min() >= 0 and self.sizes.max() <= blocks):
            raise InputError(
                f"samples: expected sizes from 0 to {blocks}, got {self.sizes.min()} to {self.sizes.max()}."
            )
        if not np.isfinite(self.features).all():
            raise InputError("samples: a time feature is NaN or infinite. Expected finite features.")
        strange = ~self._known() & self.present[..., None]
        if strange.any():
            raise InputError(
                f"samples: cell {np.nonzero(strange)[0][0]} does not belong to a space of {self.operators} operators "
                f"and lookback {self.lookback}."
            )

    @classmethod
    def of_one_size(cls, cells: Cells, features: Floats, operators: int, lookback: int) -> Self:
        """Take cells (n, b, 4) of exactly b blocks and their features (n, F)."""
        return cls(cells, np.full(len(cells), cells.shape[1], dtype=np.int64), features, operators, lookback)

    @classmethod
    def concatenate(cls, groups: Sequence[Self]) -> Self:
        """Put groups of one space one after the other, padding all cells to the widest.

        Raises
        ------
        InputError
            When there is no group, or they come from different spaces.
        """
        spaces = {(group.operators, group.lookback, group.features.shape[1]) for group in groups}
        if len(spaces) != 1:
            raise InputError(
                f"samples: expected groups of one space (operators, lookback, features), got {sorted(spaces)}."
            )
        if len(groups) == 1:
            return groups[0]
        operators, lookback, _ = spaces.pop()
        cells = np.zeros((sum(map(len, groups)), max(group.cells.shape[1] for group in groups), 4), dtype=np.int8)
        start = 0
        for group in groups:
            cells[start : start + len(group), : group.cells.shape[1]] = group.cells
            start += len(group)
        sizes = np.concatenate([group.sizes for group in groups])
        features = np.concatenate([group.features for group in groups])
        return cls(cells, sizes, features, operators, lookback)

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which blocks are there and not padding, shape (n, B)."""
        return np.arange(self.cells.shape[1]) < self.sizes[:, None]

    def take(self, indices: NDArray[np.int64]) -> Self:
        """Take the samples at `indices`, in that order."""
        return type(self)(
            self.cells[indices], self.sizes[indices], self.features[indices], self.operators, self.lookback
        )

    def __len__(self) -> int:
        return len(self.cells)

    def _known(self) -> NDArray[np.bool_]:
        """Which operands the space allows, shape (n, B, 2)."""
        inputs, names = self.cells[..., 0::2], self.cells[..., 1::2]
        before = np.arange(self.cells.shape[1])[:, None]
        return (inputs >= -self.lookback) & (inputs < before) & (names >= 0) & (names < self.operators)


@dataclass(frozen=True)
class Prediction:
    """A surrogate's answer for n architectures, in the unit of the targets."""

    mean: Floats
    """Shape (n,)."""
    deviation: Floats
    """Shape (n,): standard deviation over the members of an ensemble; zeros for a single model."""

    @classmethod
    def of_members(cls, members: Floats) -> Self:
        """Combine the answers (m, n) of m members."""
        return cls(members.mean(axis=0), members.std(axis=0))


class Fitted(Protocol):
    """A surrogate that has seen data."""

    def predict(self, samples: Samples) -> Prediction:
        """Predict the target of each sample; the samples may be larger cells than those fitted on."""
        ...


class Predictor(Settings):
    """Abstract base: the settings of a surrogate. Fitting changes nothing, and depends on nothing but the arguments."""

    name: ClassVar[str]

    def fit(self, samples: Samples, targets: Floats, seed: int) -> Fitted:
        """Learn from `targets` (n,), one per sample; the same arguments give bit-equal predictions.

        Raises
        ------
        InputError
            When there is no sample, another number of targets than of samples, or a target that is not finite.
        """
        raise NotImplementedError


def check_targets(samples: Samples, targets: Floats) -> None:
    """Refuse targets that cannot be fitted; see `Predictor.fit`."""
    if targets.shape != (len(samples),):
        raise InputError(f"targets: expected shape ({len(samples)},), one per sample, got {targets.shape}.")
    if len(samples) == 0:
        raise InputError("targets: expected at least one sample to fit on, got none.")
    missing = int((~np.isfinite(targets)).sum())
    if missing:
        raise InputError(
            f"targets: {missing} of {len(targets)} are NaN or infinite. Leave out what was not measured before fitting."
        )
