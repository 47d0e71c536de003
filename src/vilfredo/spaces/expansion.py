"""Growing cells by one block (POPNASv3, section 3.3)."""

import numpy as np

from vilfredo.spaces.codes import Alphabet, Cells


def blocks_to_add(space: Alphabet, size: int) -> Cells:
    """All blocks that may follow `size` others, without specular ones: operands in ascending order.

    Returns
    -------
    Shape (m, 1, 4) with m as `CellSpace.added_blocks` says.
    """
    inputs = np.r_[-space.lookback : 0, 0:size]
    operators = np.arange(len(space.vocabulary))
    elements = np.stack(np.meshgrid(inputs, operators, indexing="ij"), axis=-1).reshape(-1, 2)  # (e, 2)
    first, second = np.triu_indices(len(elements))
    return np.concatenate([elements[first], elements[second]], axis=1).astype(np.int8)[:, None, :]


def expand(parents: Cells, space: Alphabet) -> Cells:
    """Every cell that adds one block to one of the `parents` (n, b, 4).

    Isomorphic children of different parents are not removed; `canonical.unique` does that.

    Returns
    -------
    Shape (n · m, b + 1, 4), the children of the first parent first.
    """
    count, size, _ = parents.shape
    added = blocks_to_add(space, size)  # (m, 1, 4)
    children = np.empty((count, len(added), size + 1, 4), dtype=np.int8)
    children[:, :, :size] = parents[:, None]
    children[:, :, size:] = added[None]
    return children.reshape(-1, size + 1, 4)
