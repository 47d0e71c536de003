"""Drawing architectures uniformly: every isomorphism class of a size is equally likely."""

from collections.abc import Callable

import numpy as np

from vilfredo.spaces.canonical import canonical, first_occurrences
from vilfredo.spaces.codes import Alphabet, Cells
from vilfredo.spaces.expansion import blocks_to_add

_BATCH = 4096


def sample(space: Alphabet, size: int, count: int, rng: np.random.Generator) -> Cells:
    """Draw up to `count` different canonical cells of `size` blocks, uniformly and without replacement.

    A spelling is drawn uniformly and kept only when it is the canonical one; each class has exactly one, so
    the classes are equally likely whatever the number of their spellings.

    Returns
    -------
    Shape (m, size, 4). m < `count` only where the space has hardly more than `count` cells of that size.
    """
    pools = [blocks_to_add(space, position)[:, 0] for position in range(size)]

    def draw(many: int) -> Cells:
        drawn = np.stack([pool[rng.integers(len(pool), size=many)] for pool in pools], axis=1)  # (n, size, 4)
        kept: Cells = drawn[(canonical(drawn) == drawn).all(axis=(1, 2))]
        return kept

    return without_replacement(draw, size, count)


def without_replacement(draw: Callable[[int], Cells], size: int, count: int) -> Cells:
    """Draw until there are `count` different ones, or hardly any others.

    Parameters
    ----------
    draw
        Given a number n, draws up to n architectures of `size`, independent and all equally likely.

    Returns
    -------
    Shape (m, size, 4), m ≤ `count`.
    """
    if size == 0:
        return np.empty((min(1, count), 0, 4), dtype=np.int8)
    found = np.empty((0, size, 4), dtype=np.int8)
    fruitless = 0
    while len(found) < count and fruitless < 50:
        merged = np.concatenate([found, draw(_BATCH)])
        merged = merged[first_occurrences(merged)]
        fruitless = fruitless + 1 if len(merged) == len(found) else 0
        found = merged
    return found[:count]
