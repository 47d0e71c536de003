"""What each operator costs, as far as the trained architectures tell (POPNAS v1, section 3.3.4)."""

import numpy as np
from scipy.optimize import lsq_linear

from vilfredo.predictors.protocol import Floats, Samples


def operator_times(samples: Samples, targets: Floats) -> Floats:
    """Time of each operator's symmetric cell of one block, ``[(-1, o, -1, o)]``, shape (operators,).

    Where that cell is not among the samples, its time is estimated: by so much for each operator in an architecture
    and so much for the rest, neither of it negative. An operator that no sample uses counts as the slowest.

    Parameters
    ----------
    targets
        Shape (n,), n ≥ 1.
    """
    counts = _counts(samples)  # (n, operators)
    columns = np.column_stack([np.ones(len(samples)), counts])
    offset, *costs = lsq_linear(columns, targets, bounds=(0, np.inf), method="bvls").x
    times = offset + 2 * np.array(costs)
    measured = _symmetric(samples)
    for operator in range(samples.operators):
        rows = measured == operator
        if rows.any():
            times[operator] = targets[rows].mean()
    used = counts.any(axis=0)
    times[~used] = times[used].max() if used.any() else 1.0
    return np.asarray(times, dtype=np.float64)


def _counts(samples: Samples) -> Floats:
    """How often each architecture uses each operator, shape (n, operators)."""
    names, there = samples.cells[..., 1::2], samples.present[..., None]  # (n, B, 2), (n, B, 1)
    counted = [((names == operator) & there).sum(axis=(1, 2)) for operator in range(samples.operators)]
    return np.stack(counted, axis=1).astype(np.float64)


def _symmetric(samples: Samples) -> Floats:
    """Operator of which each sample is the symmetric cell, -1 where it is none, shape (n,)."""
    if samples.cells.shape[1] == 0:
        return np.full(len(samples), -1.0)
    in1, op1, in2, op2 = samples.cells[:, 0].T
    symmetric = (samples.sizes == 1) & (in1 == -1) & (in2 == -1) & (op1 == op2)
    return np.where(symmetric, op1, -1).astype(np.float64)
