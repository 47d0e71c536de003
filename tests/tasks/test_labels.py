from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vilfredo.errors import InputError
from vilfredo.tasks.labels import encode_labels, match_labels, shorten
from vilfredo.tasks.raw import Part, Raw


def raw(labels: Any, test: Any = None, names: tuple[str, ...] | None = None, count: int | None = None) -> Raw:
    def part(name: str, values: Any) -> Part:
        array = np.asarray(values)
        return Part(name, np.zeros((count or len(array), 2, 2)), array)

    return Raw("name", "source", part("training", labels), None if test is None else part("test", test), names)


@pytest.mark.parametrize(
    ("labels", "names", "encoded"),
    [
        ([0, 1, 2, 1], ["0", "1", "2"], [0, 1, 2, 1]),
        ([7, -3, 7, 100], ["-3", "7", "100"], [1, 0, 1, 2]),
        (np.array([200, 3, 200], dtype=np.uint8), ["3", "200"], [1, 0, 1]),
        (np.array([1.0, 5.0, 1.0]), ["1", "5"], [0, 1, 0]),
        ([True, False, True], ["0", "1"], [1, 0, 1]),
        (["pear", "apple", "pear"], ["apple", "pear"], [1, 0, 1]),
        ([b"pear", "née".encode(), b"\xff"], ["\\xff", "née", "pear"], [2, 1, 0]),
        ([[4], [2], [4]], ["2", "4"], [1, 0, 1]),
        ([["b"], ["a"], ["b"]], ["a", "b"], [1, 0, 1]),
        ([[0, 1, 0], [1, 0, 0], [0, 0, 1]], ["0", "1", "2"], [1, 0, 2]),
        ([[0.0, 1.0], [1.0, 0.0]], ["0", "1"], [1, 0]),
    ],
)
def test_labels_of_any_kind(labels: Any, names: list[str], encoded: list[int]) -> None:
    y, y_test, found, _ = encode_labels(raw(labels, labels))
    assert y_test is not None
    assert y.dtype == y_test.dtype == np.int64
    assert y.tolist() == y_test.tolist() == encoded
    assert list(found) == names


@given(st.lists(st.integers(-(2**62), 2**62), min_size=2, max_size=30).filter(lambda values: len(set(values)) > 1))
def test_labels_can_be_restored(labels: list[int]) -> None:
    y, _, found, _ = encode_labels(raw(labels))
    assert [int(found[index]) for index in y] == labels
    assert sorted(set(y.tolist())) == list(range(len(found)))


def test_notes() -> None:
    assert encode_labels(raw([0, 1]))[3] == []
    assert encode_labels(raw([3, 7, 9]))[3] == ["labels 3, 7, 9 renumbered 0 … 2"]
    assert encode_labels(raw([[0, 1], [1, 0]]))[3] == ["training labels read as one-hot rows of 2 classes"]


def test_class_names_by_number() -> None:
    assert encode_labels(raw([0, 2], names=("a", "b", "c")))[2] == ("a", "c")


def test_class_names_by_order() -> None:
    _, _, labels, notes = encode_labels(raw([1, 2], names=("a", "b")))
    assert labels == ("a", "b")
    assert "class names given to the labels 1, 2 in their order" in notes


@pytest.mark.parametrize(("labels", "names"), [([-1, 5], ("a", "b", "c")), (["x", "y"], ("a", "b"))])
def test_class_names_that_do_not_fit(labels: Any, names: tuple[str, ...]) -> None:
    _, _, found, notes = encode_labels(raw(labels, names=names))
    assert found == tuple(str(label) for label in labels)
    assert "class names ignored" in notes[-1]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([5, 5, 5], r"one class only \('5'\). Expected labels of at least two classes"),
        ([0.5, 1.0], "hold 0.5 .* Expected whole numbers or text; this is classification"),
        ([1.0, np.nan], r"hold nan \(at 1\)"),
        ([1.0, np.inf], "hold inf"),
        ([1.0, 1e300], "hold 1e[+]300"),
        ([1j, 2j], "of type complex128. Expected integers or text"),
        (np.array(["2020", "2021"], dtype="M8[Y]"), "of type datetime64"),
        ([[0, 2], [1, 0]], r"shape \(2, 2\). Expected one label for each sample, \(2,\), or one-hot"),
        ([[1, 1], [1, 0]], r"shape \(2, 2\)"),
        ([["a", "b"], ["c", "d"]], r"shape \(2, 2\)"),
        (np.zeros((2, 2, 2)), r"shape \(2, 2, 2\)"),
    ],
)
def test_what_is_no_label(labels: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        encode_labels(raw(labels))


def test_labels_of_another_number() -> None:
    with pytest.raises(InputError, match="the training part has 3 samples but 2 labels"):
        encode_labels(raw([0, 1], count=3))
    with pytest.raises(InputError, match="3 samples but a single value"):
        encode_labels(Raw("", "", Part("training", np.zeros((3, 2, 2)), np.array(1))))


def test_test_labels_never_seen() -> None:
    with pytest.raises(InputError, match=r"never occur in training: 5, 6\. Expected every class in the training"):
        encode_labels(raw([0, 1], [0, 6, 5]))
    with pytest.raises(InputError, match="never occur in training: 'kiwi'"):
        encode_labels(raw(["fig", "plum"], ["fig", "kiwi"]))


def test_test_labels_of_another_kind() -> None:
    with pytest.raises(InputError, match="training labels are numbers but the test labels text"):
        encode_labels(raw([0, 1], ["0", "1"]))


def test_test_part_may_lack_classes() -> None:
    y_test = encode_labels(raw(["fig", "plum", "pear"], ["plum"]))[1]
    assert y_test is not None
    assert y_test.tolist() == [2]


def test_shorten() -> None:
    assert shorten(["a", "b"]) == "a, b"
    assert shorten(list("abcdefgh"), most=3) == "a, b, c and 5 more"


def new(labels: Any, known: list[bool] | None = None) -> Part:
    mask = None if known is None else np.array(known)
    return Part("training", np.zeros((len(labels) if known is None else len(known), 2)), np.asarray(labels), mask)


@pytest.mark.parametrize(
    ("labels", "names", "expected"),
    [
        ([2, 10, 2], None, [0, 1, 0]),
        ([2.0, 10.0, 2.0], None, [0, 1, 0]),
        (["10", "x", "2"], None, [1, 2, 0]),
        ([[2], [10], [10]], None, [0, 1, 1]),
        ([0, 1, 2], ("x", "10", "2"), [2, 1, 0]),
        ([5, 7, 7], ("x", "10"), [2, 1, 1]),
        ([2, 10, 2], ("many", "other", "names"), [0, 1, 0]),
        ([[0, 0, 1], [1, 0, 0], [0, 1, 0]], ("x", "10", "2"), [0, 2, 1]),
    ],
)
def test_classes_of_a_model_by_their_text(labels: Any, names: tuple[str, ...] | None, expected: list[int]) -> None:
    y, strange = match_labels(new(labels), names, ("2", "10", "x"))
    assert y.dtype == np.int64
    assert (y.tolist(), strange) == (expected, [])


def test_labels_that_lack_or_are_strange() -> None:
    y, strange = match_labels(new(["b", "q", "a"], [False, True, True, False, True]), None, ("a", "b"))
    assert (y.tolist(), strange) == ([-1, 1, -1, -1, 0], ["q"])
    y, strange = match_labels(new([], [False, False]), ("a", "b"), ("a", "b"))
    assert (y.tolist(), strange) == ([-1, -1], [])


def test_what_is_no_label_of_a_new_sample() -> None:
    with pytest.raises(InputError, match=r"the new labels hold 0\.5"):
        match_labels(new([0.5, 1.0]), None, ("0", "1"))
    with pytest.raises(InputError, match="3 samples but 2 labels"):
        match_labels(Part("test", np.zeros(3), np.array([0, 1])), None, ("0", "1"))
