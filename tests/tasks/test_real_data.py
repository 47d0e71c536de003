"""The readers on real data, where it is there: `VILFREDO_DATA`, or ``../shared/data`` beside the repository."""

import os
from pathlib import Path

import numpy as np
import pytest

from vilfredo.tasks.open import open_dataset

DATA = Path(os.environ.get("VILFREDO_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")


def real(name: str) -> str:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path} is not there; VILFREDO_DATA may name another folder")
    return str(path)


def test_fashion_mnist() -> None:
    dataset = open_dataset(real("images/fashion_mnist"), samples=10_000)
    assert dataset.name == "fashion_mnist"
    assert dataset.input_shape == (1, 28, 28)
    np.testing.assert_array_equal(np.bincount(dataset.y_train), [1000] * 10)
    np.testing.assert_array_equal(np.bincount(dataset.y_test), [1000] * 10)
    assert round(float(dataset.x_test.mean()) / 255, 3) == 0.287


@pytest.mark.parametrize(
    ("name", "shape", "counts", "label"),
    [
        ("mnist", (1, 28, 28), (60_000, 10_000), "0"),
        ("cifar10_mini", (3, 32, 32), (10_000, 2_000), "airplane"),
        ("eurosat_mini", (3, 32, 32), (8_000, 2_000), "AnnualCrop"),
    ],
)
def test_npz(name: str, shape: tuple[int, int, int], counts: tuple[int, int], label: str) -> None:
    dataset = open_dataset(real(f"images/{name}.npz"))
    assert dataset.input_shape == shape
    assert (len(dataset.x_train), len(dataset.x_test)) == counts
    assert dataset.labels[0] == label
    assert dataset.x_train.dtype == np.uint8
    assert dataset.notes == ()
