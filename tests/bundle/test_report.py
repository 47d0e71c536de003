import json
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vilfredo.bundle.report import TestReport, report, wilson_interval
from vilfredo.errors import InputError


def drawn(
    samples: int, classes: int, seed: int = 0, occurring: int | None = None
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    generator = np.random.default_rng(seed)
    y = generator.integers(0, occurring or classes, samples)
    logits = generator.normal(size=(samples, classes)) + 1.5 * np.eye(classes)[y]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return probabilities, y


def names(classes: int) -> list[str]:
    return [f"class {number}" for number in range(classes)]


@pytest.mark.parametrize(("samples", "classes", "occurring"), [(50, 2, 2), (1, 3, 3), (400, 10, 7), (900, 300, 250)])
def test_agrees_with_scikit_learn(samples: int, classes: int, occurring: int) -> None:
    from sklearn import metrics

    probabilities, y = drawn(samples, classes, occurring=occurring)
    answers, numbers = probabilities.argmax(axis=1), np.arange(classes)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = report(probabilities, y, names(classes))
    assert found.samples == samples
    assert found.accuracy == pytest.approx(metrics.accuracy_score(y, answers))
    present = np.unique(y)
    recalls = metrics.recall_score(y, answers, labels=present, average=None, zero_division=0)
    assert found.balanced_accuracy == pytest.approx(recalls.mean())
    assert found.macro_f1 == pytest.approx(metrics.f1_score(y, answers, average="macro", zero_division=0))
    assert found.nll == pytest.approx(metrics.log_loss(y, probabilities, labels=numbers))
    assert found.brier == pytest.approx(((probabilities - np.eye(classes)[y]) ** 2).sum() / samples)
    assert np.array_equal(np.array(found.confusion), metrics.confusion_matrix(y, answers, labels=numbers))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        y, answers, labels=numbers, zero_division=np.nan
    )
    for number, each in enumerate(found.classes):
        assert each.label == f"class {number}"
        assert each.support == support[number]
        assert each.answered == (answers == number).sum()
        for ours, theirs in ((each.precision, precision), (each.recall, recall), (each.f1, f1)):
            assert (ours is None) == np.isnan(theirs[number])
            assert ours is None or ours == pytest.approx(theirs[number])


def test_absent_classes_have_no_scores() -> None:
    found = report(np.array([[0.6, 0.3, 0.1], [0.2, 0.7, 0.1]]), np.array([0, 0]), ["a", "b", "c"])
    assert [(each.support, each.precision, each.recall, each.f1) for each in found.classes] == [
        (2, 1.0, 0.5, pytest.approx(2 / 3)),
        (0, 0.0, None, 0.0),
        (0, None, None, None),
    ]


def test_macro_f1_is_the_mean_of_the_scores_there_are() -> None:
    found = report(*drawn(30, 20, occurring=8), names(20))
    assert found.macro_f1 == pytest.approx(np.mean([each.f1 for each in found.classes if each.f1 is not None]))


def test_probabilities_of_zero_and_one() -> None:
    found = report(np.eye(3)[[0, 1, 2, 2]], np.array([0, 1, 2, 0]), ["a", "b", "c"])
    assert found.accuracy == 0.75
    assert found.nll == pytest.approx(np.log(1e15) / 4)
    assert found.brier == pytest.approx(2 / 4)
    assert found.calibration_error == pytest.approx(0.25)
    assert found.bins[-1].count == 4


def test_ties_go_to_the_first() -> None:
    found = report(np.full((2, 4), 0.25), np.array([0, 3]), names(4))
    assert found.accuracy == 0.5
    assert found.confusion[3][0] == 1


def test_most_confused_pairs_most_frequent_first() -> None:
    y = np.array([0, 0, 0, 1, 1, 2, 2, 2])
    found = report(np.eye(3)[[1, 1, 0, 0, 2, 2, 0, 0]], y, ["a", "b", "c"])
    assert [(each.true, each.answered, each.count) for each in found.confused] == [
        (0, 1, 2),
        (2, 0, 2),
        (1, 0, 1),
        (1, 2, 1),
    ]
    assert found.confused[0].share == pytest.approx(2 / 3)


def test_no_pair_where_nothing_is_confused_and_ten_where_much_is() -> None:
    assert report(np.eye(2), np.array([0, 1]), ["a", "b"]).confused == ()
    assert len(report(*drawn(500, 30), names(30)).confused) == 10


@pytest.mark.parametrize(
    ("right", "samples", "low", "high"),
    # By scipy's binomtest(…).proportion_ci(method="wilson").
    [(8, 10, 0.4901625, 0.9433178), (0, 10, 0.0, 0.2775328), (10, 10, 0.7224672, 1.0), (1, 1, 0.2065493, 1.0)],
)
def test_interval_of_an_accuracy(right: int, samples: int, low: float, high: float) -> None:
    assert wilson_interval(right, samples) == pytest.approx((low, high), abs=1e-6)


def test_interval_agrees_with_scipy() -> None:
    from scipy.stats import binomtest

    for right, samples in [(3, 7), (354, 360), (9999, 10000)]:
        theirs = binomtest(right, samples).proportion_ci(method="wilson")
        assert wilson_interval(right, samples) == pytest.approx((theirs.low, theirs.high))


@given(samples=st.integers(1, 40), classes=st.integers(2, 12), seed=st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_holds_for_whatever_comes(samples: int, classes: int, seed: int) -> None:
    probabilities, y = drawn(samples, classes, seed)
    found = report(probabilities.astype(np.float32), y, names(classes))
    low, high = found.accuracy_interval
    assert 0 <= low <= found.accuracy <= high <= 1
    assert 0 <= found.calibration_error <= 1
    assert 0 <= found.brier <= 2
    assert sum(each.count for each in found.bins) == samples
    assert sum(sum(row) for row in found.confusion) == samples
    assert sum(each.support for each in found.classes) == samples
    assert TestReport.model_validate_json(found.model_dump_json()) == found


def test_goes_through_json_with_any_label() -> None:
    labels = ["", "a|b\n# <b>$x_1$", "\u0000\u202e", "数字 🦜"]
    found = report(np.eye(4), np.arange(4), labels)
    assert TestReport.model_validate(json.loads(found.model_dump_json())).labels == tuple(labels)


@pytest.mark.parametrize(
    ("probabilities", "y", "message"),
    [
        (np.full((2, 3), 1 / 3), [0, 1], "probabilities (samples, 2)"),
        (np.full((2, 2), 0.5), [0], "shapes (2, 2) and (1,)"),
        (np.full(2, 0.5), [0, 1], "shapes (2,)"),
        (np.empty((0, 2)), [], "at least one sample"),
        (np.full((2, 2), 0.5), [0, 2], "from 0 to 1, not 0 to 2"),
        (np.full((2, 2), 0.5), [-1, 0], "not -1 to 0"),
        (np.array([[0.5, 0.5], [3.0, -2.0]]), [0, 1], "sample 1"),
        (np.array([[0.5, 0.5], [np.nan, 0.5]]), [0, 1], "did not train"),
        (np.array([[0.9, 0.9]]), [0], "sum to 1"),
    ],
)
def test_what_is_no_answer_is_said_to_be_none(probabilities: NDArray[np.float64], y: list[int], message: str) -> None:
    with pytest.raises(InputError) as raised:
        report(probabilities, np.array(y, dtype=np.int64), ["a", "b"])
    assert message in str(raised.value)
