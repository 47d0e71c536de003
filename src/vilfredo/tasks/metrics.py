"""How good a classifier's answers are, from counts by class."""

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
"""Shape (classes,)."""


def classification_metrics(right: Counts, there: Counts, answered: Counts) -> dict[str, float]:
    """Accuracy, balanced accuracy and macro F1, as scikit-learn defines them.

    Parameters
    ----------
    right
        Samples of each class that were taken for it.
    there
        Samples of each class; at least one in all.
    answered
        Samples that were taken for each class.

    Returns
    -------
    ``accuracy``; ``balanced_accuracy``, the mean recall over the classes that occur; ``macro_f1``, the mean F1 over
    the classes that occur or were answered. Each in [0, 1].
    """
    occurs, seen = there > 0, there + answered > 0
    return {
        "accuracy": float(right.sum() / there.sum()),
        "balanced_accuracy": float((right[occurs] / there[occurs]).mean()),
        "macro_f1": float((2 * right[seen] / (there + answered)[seen]).mean()),
    }
