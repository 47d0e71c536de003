"""How a trained classifier does on its test part: the scores, where it errs, and whether its confidence can be trusted.

Of an accuracy from few samples the interval says more than the digits; of a classifier whose mistakes cost something,
the classes that it mixes up; of probabilities that somebody acts on, the calibration.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vilfredo.bundle.calibration import Bin, calibration_error, reliability
from vilfredo.errors import InputError
from vilfredo.tasks.metrics import classification_metrics
from vilfredo.trials import Value

_SMALLEST = 1e-15
"""Probability below which an answer counts as this one, so that no log-loss is infinite."""
_Z = 1.959963984540054
"""Of the normal distribution at 97.5 %."""
_PAIRS = 10
_ROUNDING = 1e-3
"""By how much the probabilities of a sample may miss a sum of one."""


class ClassScores(Value):
    """How one class does."""

    label: str
    support: int
    """Samples of it in the test part."""
    answered: int
    """Samples that were taken for it."""
    precision: float | None
    """Share of right answers among those that name it; None where none does."""
    recall: float | None
    """Share of its samples that were found; None where there are none."""
    f1: float | None
    """Harmonic mean of the two, 0 where one of them is; None where the class neither occurs nor is answered."""


class Confusion(Value):
    """Samples of one class that were taken for another."""

    true: int
    """Class number."""
    answered: int
    """Class number."""
    count: int
    """At least 1."""
    share: float
    """Of the true class' samples."""


class TestReport(Value):
    """All of it, with what the pictures need."""

    __test__ = False  # not a test, whatever pytest thinks of the name

    samples: int
    accuracy: float
    accuracy_interval: tuple[float, float]
    """95 %, by Wilson's score (1927)."""
    balanced_accuracy: float
    """Mean recall over the classes that occur."""
    macro_f1: float
    """Mean F1 over the classes that occur or were answered."""
    nll: float
    """Mean negative log-likelihood, in nats; probabilities below 1e-15 count as 1e-15."""
    brier: float
    """Mean squared distance of the probabilities from the one-hot truth, summed over the classes (Brier 1950): in
    [0, 2]."""
    calibration_error: float
    """Expected calibration error over `bins`, in [0, 1]."""
    bins: tuple[Bin, ...]
    confusion: tuple[tuple[int, ...], ...]
    """Samples by true class (rows) and answer (columns)."""
    classes: tuple[ClassScores, ...]
    """In the order of the class numbers."""
    confused: tuple[Confusion, ...]
    """The pairs that are mixed up most often, at most ten, most frequent first."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Of the classes, in order."""
        return tuple(each.label for each in self.classes)


def report(probabilities: NDArray[np.floating], y: NDArray[np.int64], labels: Sequence[str]) -> TestReport:
    """Judge answers; of classes equally probable the first is the answer.

    Parameters
    ----------
    probabilities
        Shape (N, classes), N ≥ 1; rows sum to 1.
    y
        Shape (N,), true classes in [0, classes); not all need occur.
    labels
        The name of each class.

    Raises
    ------
    InputError
        When the shapes do not fit each other, a class number is out of range, or a row is no distribution.
    """
    answered = _checked(probabilities, y, len(labels))
    answers = answered.argmax(axis=1)  # (N,)
    matrix = confusion_matrix(y, answers, len(labels))  # (classes, classes)
    right = np.diagonal(matrix)
    scores = classification_metrics(right, matrix.sum(axis=1), matrix.sum(axis=0))
    likelihood = np.clip(answered[np.arange(len(y)), y], _SMALLEST, 1.0)
    truth = np.eye(len(labels))[y]  # (N, classes)
    bins = reliability(answered.max(axis=1), answers == y)
    return TestReport(
        samples=len(y),
        accuracy=scores["accuracy"],
        accuracy_interval=wilson_interval(int(right.sum()), len(y)),
        balanced_accuracy=scores["balanced_accuracy"],
        macro_f1=scores["macro_f1"],
        nll=float(np.log(1 / likelihood).mean()),
        brier=float(((answered - truth) ** 2).sum(axis=1).mean()),
        calibration_error=calibration_error(bins),
        bins=bins,
        confusion=tuple(tuple(row) for row in matrix.tolist()),
        classes=_by_class(matrix, labels),
        confused=_most_confused(matrix),
    )


def confusion_matrix(y: NDArray[np.int64], answers: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """Count samples by true class (rows) and answer (columns): (classes, classes)."""
    pairs = np.bincount(y * classes + answers, minlength=classes * classes)
    return pairs.reshape(classes, classes).astype(np.int64)


def wilson_interval(right: int, samples: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927), which stays within [0, 1] and holds for few samples too."""
    share, weight = right / samples, _Z**2 / samples
    centre = (share + weight / 2) / (1 + weight)
    reach = _Z * math.sqrt(share * (1 - share) / samples + weight / (4 * samples)) / (1 + weight)
    # At 0 and 1 the bounds are exact; computed, they miss by a rounding.
    low = 0.0 if right == 0 else max(0.0, centre - reach)
    return low, 1.0 if right == samples else min(1.0, centre + reach)


def _checked(probabilities: NDArray[np.floating], y: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """Return the probabilities in double precision, (N, classes)."""
    if probabilities.ndim != 2 or probabilities.shape[1] != classes or y.shape != probabilities.shape[:1] or not len(y):
        raise InputError(
            f"report: expected probabilities (samples, {classes}) for {classes} labels and one class number for each "
            f"of at least one sample, not shapes {probabilities.shape} and {y.shape}."
        )
    if y.min() < 0 or y.max() >= classes:
        raise InputError(f"report: expected class numbers from 0 to {classes - 1}, not {y.min()} to {y.max()}.")
    exact = probabilities.astype(np.float64)
    # Written so that what is not a number fails too.
    fine = (exact >= -_ROUNDING).all(axis=1) & (np.abs(exact.sum(axis=1) - 1) <= _ROUNDING)
    if not fine.all():
        row = int(np.argmin(fine))
        shown = np.array2string(exact[row], threshold=10, precision=4)
        raise InputError(
            f"report: expected probabilities that sum to 1. Those of sample {row} don't: {shown}. "
            "Logits want a softmax first; a network that answers nan did not train."
        )
    return exact


def _by_class(matrix: NDArray[np.int64], labels: Sequence[str]) -> tuple[ClassScores, ...]:
    counts = zip(matrix.diagonal().tolist(), matrix.sum(axis=1).tolist(), matrix.sum(axis=0).tolist(), strict=True)
    return tuple(
        ClassScores(
            label=label,
            support=there,
            answered=answered,
            precision=_share(right, answered),
            recall=_share(right, there),
            f1=_share(2 * right, there + answered),
        )
        for label, (right, there, answered) in zip(labels, counts, strict=True)
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _most_confused(matrix: NDArray[np.int64]) -> tuple[Confusion, ...]:
    wrong = matrix - np.diag(matrix.diagonal())
    there = matrix.sum(axis=1)
    # Stable, so that pairs equally frequent stay in the order of their numbers.
    order = np.argsort(-wrong, axis=None, kind="stable")[:_PAIRS]
    pairs = ((int(at) // len(matrix), int(at) % len(matrix)) for at in order)
    return tuple(
        Confusion(
            true=true,
            answered=answered,
            count=int(wrong[true, answered]),
            share=float(wrong[true, answered] / there[true]),
        )
        for true, answered in pairs
        if wrong[true, answered]
    )
