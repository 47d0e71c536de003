"""How often building blocks occur in architectures: operators and inputs, or widths and activations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from vilfredo.spaces.codes import Cells
from vilfredo.spaces.mlp_codes import DROPOUT
from vilfredo.spaces.mlp_space import MlpSpace
from vilfredo.spaces.parallel_space import ParallelSpace
from vilfredo.spaces.space import Space

Shares = NDArray[np.float64]

_DRAWN = 2000
"""Networks of each size that stand for the space: a share is then known to about one hundredth."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is chosen at each place of an architecture."""

    name: str
    """In the plural: ``operators``."""
    values: tuple[int, ...]
    """What may be chosen, as arrays spell it, in the order of `labels`."""
    labels: tuple[str, ...]
    columns: tuple[int, ...]
    """Where arrays (n, b, 4) have it."""

    def count(self, codes: Cells) -> Shares:
        """How often each value occurs in architectures (n, b, 4), shape (values,)."""
        found = codes[..., self.columns].ravel()
        return np.array([(found == value).sum() for value in self.values], dtype=np.float64)


def parts_of(space: Space, largest: int) -> tuple[Part, ...]:
    """What is chosen in architectures of up to `largest` units."""
    index = {name: place for place, name in enumerate(space.vocabulary)}
    if isinstance(space, MlpSpace):
        dropout = (DROPOUT,) * space.dropout
        widths, activations = (*map(str, sorted(space.widths)), *dropout), (*space.activations, *dropout)
        return (
            Part("widths", tuple(index[name] for name in widths), widths, (1,)),
            Part("activations", tuple(index[name] for name in activations), activations, (3,)),
        )
    operators = Part("operators", tuple(index.values()), tuple(index), (1, 3))
    earlier = (*range(-1, -space.reach - 1, -1), *range(largest - 1))
    inputs = Part("inputs", earlier, tuple(map(_input, earlier)), (0, 2))
    # All of a flat cell reads the previous cell.
    return (operators,) if isinstance(space, ParallelSpace) or len(earlier) == 1 else (operators, inputs)


def shares(counts: Shares) -> Shares:
    """Counts as shares of all; NaN where there are none."""
    total = counts.sum()
    return counts / total if total else np.full(len(counts), np.nan)


def codes_by_size(space: Space, texts: Sequence[str]) -> Mapping[int, Cells]:
    """Architectures as arrays, those of each size together; that of size zero is left out."""
    found = dict[int, list[str]]()
    for text in texts:
        found.setdefault(space.size_of(text), []).append(text)
    return {size: space.codes(found[size]) for size in sorted(found) if size}


def drawn(space: Space, size: int) -> Cells:
    """Architectures that stand for all of `size`, the same at every call; all of them where these are few."""
    spellings = prod(space.added(smaller) for smaller in range(size))
    if spellings > _DRAWN:
        return space.sample(size, _DRAWN, np.random.default_rng(size))
    whole = space.first()
    for _ in range(1, size):
        whole = space.unique(space.expand(whole))
    return whole


def _input(value: int) -> str:
    if value >= 0:
        return f"block {value}"
    return "previous cell" if value == -1 else f"{-value} cells back"
