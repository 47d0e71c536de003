"""How good a classifier's answers are, all from one confusion matrix."""

import numpy as np
from numpy.typing import NDArray


def classification_metrics(confusion: NDArray[np.int64]) -> dict[str, float]:
    """Accuracy, balanced accuracy and macro F1, as scikit-learn defines them.

    Parameters
    ----------
    confusion
        Shape (classes, classes): how many samples of each class (row) were taken for each class (column). At least
        one sample.

    Returns
    -------
    ``accuracy``; ``balanced_accuracy``, the mean recall over the classes that occur; ``macro_f1``, the mean F1 over
    the classes that occur or were answered. Each in [0, 1].
    """
    right = np.diag(confusion).astype(np.float64)  # (classes,)
    there, answered = confusion.sum(axis=1), confusion.sum(axis=0)
    occurs, seen = there > 0, there + answered > 0
    return {
        "accuracy": float(right.sum() / confusion.sum()),
        "balanced_accuracy": float((right[occurs] / there[occurs]).mean()),
        "macro_f1": float((2 * right[seen] / (there + answered)[seen]).mean()),
    }
