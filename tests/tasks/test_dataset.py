import dataclasses

import numpy as np
import pytest

from vilfredo.tasks.dataset import Dataset


def dataset() -> Dataset:
    x = np.arange(6 * 3 * 2 * 4, dtype=np.uint8).reshape(6, 3, 2, 4)
    y = np.array([0, 1, 0, 1, 0, 1])
    return Dataset("name", "source", x[:4], y[:4], x[4:], y[4:], ("a", "b"))


def test_shape_and_classes() -> None:
    assert dataset().input_shape == (3, 2, 4)
    assert dataset().classes == 2


def test_fingerprint_is_hexadecimal_and_repeatable() -> None:
    assert len(bytes.fromhex(dataset().fingerprint)) == 32
    assert dataset().fingerprint == dataset().fingerprint


def test_fingerprint_ignores_names_and_memory_layout() -> None:
    one = dataset()
    other = dataclasses.replace(one, name="x", source="y", notes=("z",), x_train=np.asfortranarray(one.x_train))
    assert other.fingerprint == one.fingerprint


@pytest.mark.parametrize(
    "change",
    [
        {"x_train": dataset().x_train[::-1]},
        {"x_train": dataset().x_train.reshape(4, 3, 4, 2)},
        {"x_train": dataset().x_train.astype(np.float32)},
        {"y_train": dataset().y_train[::-1]},
        {"x_test": dataset().x_test + 1},
        {"y_test": dataset().y_test[::-1]},
        {"labels": ("a", "c")},
    ],
)
def test_fingerprint_changes_with_the_data(change: dict[str, object]) -> None:
    assert dataclasses.replace(dataset(), **change).fingerprint != dataset().fingerprint  # type: ignore[arg-type]
