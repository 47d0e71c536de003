import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.open import open_dataset
from vilfredo.tasks.raw import Options
from vilfredo.tasks.readers.idx import read

X = np.random.default_rng(0).integers(0, 256, (12, 5, 4), dtype=np.uint8)
Y = (np.arange(12) % 3).astype(np.uint8)
CODES = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}


def encode(array: NDArray[np.generic]) -> bytes:
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, CODES[array.dtype.str[1:]], array.ndim, *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


def write(path: Path, contents: bytes) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(contents, 1) if path.suffix == ".gz" else contents)
    return path


def mnist(folder: Path, ending: str = "-idx{}-ubyte.gz", test: str = "t10k") -> Path:
    for part, count in (("train", 12), (test, 6)):
        write(folder / f"{part}-images{ending.format(3)}", encode(X[:count]))
        write(folder / f"{part}-labels{ending.format(1)}", encode(Y[:count]))
    return folder


def refusal(source: Path) -> str:
    with pytest.raises(InputError) as caught:
        open_dataset(str(source))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("ending", ["-idx{}-ubyte.gz", "-idx{}-ubyte", ".idx{}-ubyte"])
@pytest.mark.parametrize("test", ["t10k", "test"])
def test_folder_and_images_file_are_the_same_data(tmp_path: Path, ending: str, test: str) -> None:
    folder = mnist(tmp_path / "clothes", ending, test)
    whole = open_dataset(str(folder))
    assert whole.name == "clothes"
    assert whole.notes == ()
    np.testing.assert_array_equal(whole.x_train[:, 0], X)
    np.testing.assert_array_equal(whole.y_train, Y)
    np.testing.assert_array_equal(whole.x_test[:, 0], X[:6])
    images = open_dataset(str(folder / f"train-images{ending.format(3)}"))
    assert images.fingerprint == whole.fingerprint


def test_without_a_test_part(tmp_path: Path) -> None:
    mnist(tmp_path)
    (tmp_path / "t10k-images-idx3-ubyte.gz").unlink()
    dataset = open_dataset(str(tmp_path))
    assert len(dataset.x_train) + len(dataset.x_test) == 12
    assert "no test part" in dataset.notes[0]


def test_a_test_file_by_its_path(tmp_path: Path) -> None:
    dataset = open_dataset(str(mnist(tmp_path) / "t10k-images-idx3-ubyte.gz"))
    assert len(dataset.x_train) + len(dataset.x_test) == 6


@pytest.mark.parametrize("kind", ["i2", "i4", "f4", "f8"])
def test_other_types_are_big_endian(tmp_path: Path, kind: str) -> None:
    mnist(tmp_path)
    write(tmp_path / "train-images-idx3-ubyte.gz", encode(X.astype(kind)))
    (tmp_path / "t10k-images-idx3-ubyte.gz").unlink()
    dataset = open_dataset(str(tmp_path / "train-images-idx3-ubyte.gz"))
    assert dataset.x_train.dtype == np.float32
    assert {image.tobytes() for image in dataset.x_train} < {image.astype(np.float32).tobytes() for image in X}


def test_compressed_and_plain_side_by_side(tmp_path: Path) -> None:
    mnist(mnist(tmp_path), "-idx{}-ubyte")
    assert len(open_dataset(str(tmp_path)).x_train) == 12


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        (b"", "is empty"),
        (b"\0\0", "is not an IDX file: it begins with 00 00"),
        (b"\x89PNG" + bytes(50), "is not an IDX file: it begins with 89 50 4e 47"),
        (b"\0\0\x07\x03" + bytes(50), "is not an IDX file"),
        (b"\0\0\x08\x00" + bytes(50), "is not an IDX file"),
        (b"\0\0\x08\x03\0\0", "ends within its header"),
        (encode(X)[:-1], r"should hold 240 bytes of data for its shape \(12, 5, 4\), but holds 239"),
        (encode(X) + b"1", "should hold 240 bytes .* but holds more"),
        (b"\0\0\x08\x03" + b"\xff" * 12 + bytes(9), "should hold .* but holds 9"),
        (b"\0\0\x08\xff" + bytes(4 * 255), "255 dimensions"),
        (encode(X[:5]), "the training part has 5 samples but 12 labels"),
        (encode(X[:0]), "there is no image"),
        (encode(X[:, :0]), "a size is zero"),
        (encode(Y), r"the training images have shape \(12,\)"),
    ],
)
@pytest.mark.parametrize("suffix", [".gz", ""])
def test_damaged_images(tmp_path: Path, contents: bytes, message: str, suffix: str) -> None:
    write(tmp_path / f"train-images-idx3-ubyte{suffix}", contents)
    write(tmp_path / "train-labels-idx1-ubyte", encode(Y))
    with pytest.raises(InputError, match=message):
        open_dataset(str(tmp_path))


def test_damaged_compression(tmp_path: Path) -> None:
    mnist(tmp_path)
    path = tmp_path / "train-images-idx3-ubyte.gz"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    assert "damaged or incomplete" in refusal(tmp_path)
    path.write_bytes(whole[:60] + bytes(20) + whole[80:])
    assert "train-images-idx3-ubyte.gz" in refusal(tmp_path)
    path.write_bytes(b"\x1f\x8b" + bytes(30))
    assert "damaged or incomplete" in refusal(tmp_path)
    path.write_bytes(b"")
    assert "is empty" in refusal(tmp_path)


def test_missing_labels(tmp_path: Path) -> None:
    mnist(tmp_path)
    (tmp_path / "train-labels-idx1-ubyte.gz").unlink()
    assert "Expected train-labels-idx1-ubyte.gz beside it" in refusal(tmp_path)


def test_a_labels_file_by_its_path(tmp_path: Path) -> None:
    assert "not the name of IDX images" in refusal(mnist(tmp_path) / "train-labels-idx1-ubyte.gz")


def test_another_compressed_file(tmp_path: Path) -> None:
    assert "not the name of IDX images" in refusal(write(tmp_path / "archive.tar.gz", b"hello"))


def test_several_sets_in_a_folder(tmp_path: Path) -> None:
    for name in ("letters-train", "digits-train"):
        write(tmp_path / f"{name}-images-idx3-ubyte.gz", encode(X))
    message = refusal(tmp_path)
    assert "digits-train-images-idx3-ubyte.gz, letters-train-images-idx3-ubyte.gz" in message
    assert "give the path" in message


def test_only_a_test_part_in_a_folder(tmp_path: Path) -> None:
    mnist(tmp_path)
    (tmp_path / "train-images-idx3-ubyte.gz").unlink()
    assert "Expected one train-images-idx3-ubyte.gz" in refusal(tmp_path)


def test_images_without_labels(tmp_path: Path) -> None:
    folder = mnist(tmp_path / "clothes")
    for labels in folder.glob("*labels*"):
        labels.unlink()
    raw = read(str(folder), Options(labelled=False))
    np.testing.assert_array_equal(raw.training.samples, X)
    assert raw.test is not None
    assert len(raw.training.only_labelled().samples) == len(raw.test.only_labelled().samples) == 0
    assert "the labels of train-images-idx3-ubyte.gz are missing" in refusal(folder)


def test_the_test_images_by_themselves(tmp_path: Path) -> None:
    folder = mnist(tmp_path / "clothes")
    alone = read(str(folder / "t10k-images-idx3-ubyte.gz"), Options(labelled=False))
    np.testing.assert_array_equal(alone.training.labels, Y[:6])
    for file in folder.glob("train*"):
        file.unlink()
    again = read(str(folder), Options(labelled=False))
    np.testing.assert_array_equal(again.training.samples, alone.training.samples)
    assert "Expected one train-images" in refusal(folder)
