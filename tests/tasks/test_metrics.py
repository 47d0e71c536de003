import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, balanced_accuracy_score, confusion_matrix, f1_score

from vilfredo.tasks.metrics import classification_metrics


def counts(confusion: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """What was right, what was there and what was answered, from a matrix of classes (rows) and answers."""
    return np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)


ANSWERS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40)


@given(ANSWERS)
def test_equal_to_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    y, answer = np.array(pairs).T
    found = classification_metrics(*counts(confusion_matrix(y, answer, labels=range(5))))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of classes that were answered and don't occur
        balanced = balanced_accuracy_score(y, answer)
    assert found["accuracy"] == pytest.approx(accuracy_score(y, answer))
    assert found["balanced_accuracy"] == pytest.approx(balanced)
    assert found["macro_f1"] == pytest.approx(f1_score(y, answer, average="macro", zero_division=0))


def test_the_majority_class_is_accurate_but_not_balanced() -> None:
    found = classification_metrics(*counts(np.array([[90, 0], [10, 0]])))
    assert found["accuracy"] == 0.9
    assert found["balanced_accuracy"] == 0.5
    assert found["macro_f1"] == pytest.approx(0.5 * 180 / 190)
