import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.tasks.open import open_dataset
from vilfredo.tasks.raw import Options
from vilfredo.tasks.readers import npz

X = np.random.default_rng(0).integers(0, 256, (20, 6, 5, 3), dtype=np.uint8)
Y = np.arange(20) % 2


class Bomb:
    """Leaves a trace if it is ever unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.trace,)


def save(folder: Path, **arrays: Any) -> str:
    path = folder / "fruit.npz"
    np.savez(path, **arrays)
    return str(path)


def refusal(source: str) -> str:
    with pytest.raises(InputError) as caught:
        open_dataset(source)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_with_a_test_part(tmp_path: Path) -> None:
    dataset = open_dataset(save(tmp_path, x_train=X, y_train=Y, x_test=X[:4] // 2, y_test=Y[:4]))
    assert dataset.name == "fruit"
    assert dataset.source == str(tmp_path / "fruit.npz")
    assert dataset.x_train.dtype == np.uint8
    np.testing.assert_array_equal(dataset.x_train, X.transpose(0, 3, 1, 2))
    np.testing.assert_array_equal(dataset.x_test, X[:4].transpose(0, 3, 1, 2) // 2)
    np.testing.assert_array_equal(dataset.y_test, Y[:4])
    assert dataset.notes == ()


@pytest.mark.parametrize("keys", [("x", "y"), ("x_train", "y_train")])
def test_without_a_test_part(tmp_path: Path, keys: tuple[str, str]) -> None:
    dataset = open_dataset(save(tmp_path, **dict(zip(keys, (X, Y), strict=True))))
    assert (len(dataset.x_train), len(dataset.x_test)) == (16, 4)
    assert "held out 20% (4 of 20 images, stratified)" in dataset.notes[0]


def test_class_names(tmp_path: Path) -> None:
    for names in (np.array(["apple", "pear"]), np.array([b"apple", b"pear"])):
        assert open_dataset(save(tmp_path, x=X, y=Y, class_names=names)).labels == ("apple", "pear")


def test_original_labels_name_the_classes(tmp_path: Path) -> None:
    series = np.random.default_rng(0).random((20, 2, 9))
    for y, names, expected in (
        (Y, [-1.0, 1.0], ("-1", "1")),
        (10 ** (Y + 1), np.array([3, 7], dtype=np.uint8), ("3", "7")),
        (Y + 1, [0.5, 1.5], ("0.5", "1.5")),
    ):
        dataset = open_dataset(save(tmp_path, x=series, y=y, original_labels=np.array(names)))
        assert (dataset.task, dataset.labels) == ("series", expected)
    both = open_dataset(save(tmp_path, x=X, y=Y, class_names=["a", "b"], original_labels=[8, 9]))
    assert both.labels == ("a", "b")
    assert "arrays not used: original_labels" in both.notes


def test_unused_arrays_are_mentioned_and_not_loaded(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    source = save(tmp_path, x=X, y=Y, extra=np.array([Bomb(trace)], dtype=object))
    assert "arrays not used: extra" in open_dataset(source).notes
    assert not trace.exists()


def test_compressed(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.NPZ.npz", x=X, y=Y)
    assert open_dataset(str(tmp_path / "a.NPZ.npz")).input_shape == (3, 6, 5)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"images": X, "labels": Y}, "Expected x_train and y_train .* or x and y; found: images, labels"),
        ({"x_train": X}, "it has x_train but no y_train.*found: x_train"),
        ({"y_train": Y}, "it has y_train but no x_train"),
        ({"x": X, "y_train": Y}, "no x_train.*found: x, y_train"),
        ({"x_train": X, "y_train": Y, "x_test": X}, "it has x_test but no y_test. Expected both or neither"),
        ({"x_train": X, "y_train": Y, "y_test": Y}, "it has y_test but no x_test"),
        ({}, "found: none"),
        ({"x": X, "y": Y, "class_names": np.zeros((2, 2))}, r"class_names has shape \(2, 2\)"),
        ({"x": X, "y": Y, "original_labels": np.zeros((2, 2))}, r"original_labels has shape \(2, 2\)"),
    ],
)
def test_other_arrays(tmp_path: Path, arrays: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        open_dataset(save(tmp_path, **arrays))


@pytest.mark.parametrize("key", ["x", "y", "class_names"])
def test_object_arrays_are_never_loaded(tmp_path: Path, key: str) -> None:
    trace = tmp_path / "trace"
    arrays = {"x": X, "y": Y, key: np.array([Bomb(trace)] * 20, dtype=object)}
    message = refusal(save(tmp_path, **arrays))
    assert f"{key} is an array of Python objects" in message
    assert not trace.exists()


def test_pickles_are_never_loaded(tmp_path: Path) -> None:
    trace, path = tmp_path / "trace", tmp_path / "a.npz"
    path.write_bytes(pickle.dumps(Bomb(trace)))
    assert "not an .npz file" in refusal(str(path))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x", pickle.dumps(Bomb(trace)))
        archive.writestr("y", pickle.dumps(Bomb(trace)))
    assert "x is not an array" in refusal(str(path))
    assert not trace.exists()


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.npz").touch()
    assert "the file is empty" in refusal(str(tmp_path / "a.npz"))


def test_other_contents(tmp_path: Path) -> None:
    single = io.BytesIO()
    np.save(single, X)
    for contents in (b"hello", single.getvalue(), b"PK\x03\x04"):
        (tmp_path / "a.npz").write_bytes(contents)
        assert "not an .npz file" in refusal(str(tmp_path / "a.npz"))


def test_damage_anywhere_is_an_input_error(tmp_path: Path) -> None:
    whole = bytearray(Path(save(tmp_path, x=X, y=Y)).read_bytes())
    path, rng = tmp_path / "damaged.npz", np.random.default_rng(0)
    for end in range(0, len(whole), 97):
        path.write_bytes(whole[:end])
        refusal(str(path))
    refused = 0
    for _ in range(300):
        damaged = whole.copy()
        for place in rng.integers(0, len(whole), size=3):
            damaged[place] = rng.integers(0, 256)
        path.write_bytes(damaged)
        try:
            open_dataset(str(path))
        except InputError:
            refused += 1
    assert refused > 200


def test_a_header_that_claims_more_than_memory(tmp_path: Path) -> None:
    array = io.BytesIO()
    np.lib.format.write_array_header_1_0(array, {"descr": "|u1", "fortran_order": False, "shape": (1 << 40, 32, 32)})
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("x.npy", array.getvalue())
        archive.writestr("y.npy", array.getvalue())
    assert "x" in refusal(str(tmp_path / "a.npz"))


@pytest.mark.parametrize(
    ("keys", "training", "test"),
    [
        ("x", "x", None),
        ("x y", "x y", None),
        ("y x_train", "x_train", None),
        ("x_train y_train x_test", "x_train y_train", "x_test"),
        ("x_train x_test y_test", "x_train", "x_test y_test"),
        ("x_test", "x_test", None),
        ("x_test y_test", "x_test y_test", None),
        ("anything", "anything", None),
        ("anything class_names", "anything", None),
    ],
)
def test_labels_where_they_are(tmp_path: Path, keys: str, training: str, test: str | None) -> None:
    arrays = {key: (Y + index if key[0] in "yc" else X + index) for index, key in enumerate(keys.split())}
    raw = npz.read(save(tmp_path, **arrays), Options(labelled=False))
    for part, expected in ((raw.training, training), (raw.test, test)):
        if part is None or expected is None:
            assert (part, expected) == (None, None)
            continue
        x, *y = expected.split()
        np.testing.assert_array_equal(part.samples, arrays[x])
        assert (part.known is None) == bool(y)
        np.testing.assert_array_equal(part.labels, arrays[y[0]] if y else [])


@pytest.mark.parametrize("keys", ["a b", "y z", "class_names"])
def test_no_samples_in_it(tmp_path: Path, keys: str) -> None:
    with pytest.raises(InputError, match=r"it (lacks the samples|has y but no x)\. Expected"):
        npz.read(save(tmp_path, **dict.fromkeys(keys.split(), X)), Options(labelled=False))


def test_a_single_array(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", X)
    source = str(tmp_path / "a.npy")
    assert npz.accepts(source)
    raw = npz.read(source, Options(labelled=False))
    assert (raw.name, raw.source, raw.task) == ("a", source, None)
    np.testing.assert_array_equal(raw.training.samples, X)
    assert "samples without labels. Expected an .npz file" in refusal(source)


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        (b"", "the file is empty"),
        (b"junk", "damaged or incomplete"),
        (b"\x93NUMPY\x01\x00\x10\x00{'descr': 'oops'}", "damaged or incomplete"),
    ],
)
def test_a_damaged_array(tmp_path: Path, contents: bytes, message: str) -> None:
    (tmp_path / "a.npy").write_bytes(contents)
    with pytest.raises(InputError, match=message):
        npz.read(str(tmp_path / "a.npy"), Options(labelled=False))


def test_a_pickle_in_an_array_is_never_loaded(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([Bomb(tmp_path / "trace")], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="which could run code when loaded"):
        npz.read(str(tmp_path / "a.npy"), Options(labelled=False))
    assert not (tmp_path / "trace").exists()


def test_an_array_cut_short(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", X)
    whole = (tmp_path / "a.npy").read_bytes()
    (tmp_path / "a.npy").write_bytes(whole[:-7])
    with pytest.raises(InputError, match="damaged or incomplete"):
        npz.read(str(tmp_path / "a.npy"), Options(labelled=False))
    np.save(tmp_path / "a.npy", np.array(3))
    with pytest.raises(InputError, match=r"a\.npy is a single value"):
        npz.read(str(tmp_path / "a.npy"), Options(labelled=False))
