from typing import Any

import numpy as np
import pandas as pd
import pytest

from vilfredo.errors import InputError
from vilfredo.tasks.memory import dataset_from

RNG = np.random.default_rng(0)
Y = np.arange(40) % 2


def test_images() -> None:
    dataset = dataset_from(RNG.integers(0, 256, (40, 6, 6), dtype=np.uint8), Y, class_names=["no", "yes"])
    assert (dataset.task, dataset.input_shape, dataset.labels) == ("image", (1, 6, 6), ("no", "yes"))
    assert (len(dataset.x_train), len(dataset.x_test)) == (32, 8)


def test_series_of_equal_and_unequal_length() -> None:
    x = RNG.normal(size=(40, 2, 9))
    dataset = dataset_from(x, Y.tolist(), x[:10], Y[:10])
    assert (dataset.task, dataset.input_shape, len(dataset.x_test)) == ("series", (2, 9), 10)
    assert dataset_from(list(x), Y).input_shape == (2, 9)
    ragged = [series[:, : 5 + index % 5] for index, series in enumerate(x)]
    dataset = dataset_from(ragged, Y)
    assert (dataset.task, dataset.input_shape) == ("series", (2, 9))
    assert any("5 to 9 steps" in note for note in dataset.notes)


def test_tables() -> None:
    frame = pd.DataFrame({"size": RNG.normal(size=40), "colour": ["red", "blue"] * 20})
    dataset = dataset_from(frame, pd.Series(np.where(Y, "a", "b")))
    assert (dataset.task, dataset.input_shape, dataset.labels) == ("table", (2,), ("a", "b"))
    assert [column.name for column in dataset.columns] == ["size", "colour"]
    assert dataset_from(RNG.normal(size=(40, 3)), Y, task="table").input_shape == (3,)


def test_two_dimensions_may_mean_several_things() -> None:
    with pytest.raises(InputError, match="may mean several things"):
        dataset_from(RNG.normal(size=(40, 3)), Y)
    with pytest.raises(InputError, match="is unknown"):
        dataset_from(RNG.normal(size=(40, 3)), Y, task="tabel")


def test_half_a_test_part() -> None:
    with pytest.raises(InputError, match="y_test is missing"):
        dataset_from(np.zeros((40, 6, 6)), Y, np.zeros((40, 6, 6)))


@pytest.mark.parametrize(
    ("x", "y", "options", "message"),
    [
        ([[1.0, 2.0], [[3.0], 4.0]], [0, 1], {}, "x cannot be read as an array"),
        (np.zeros((2, 3, 4)), [[0], [1, 2]], {}, "y cannot be read as an array"),
        ([np.zeros((4, 4)), np.zeros((4, 5))], [0, 1], {"task": "image"}, "images are no array: they differ in shape"),
        (RNG.normal(size=(2, 3, 4)), np.array(["a", None], dtype=object), {}, r"labels hold None \(at 1\)"),
        (None, [0, 1], {}, "x is a single value of type NoneType"),
        (np.zeros((2, 3, 4)), None, {}, "y is a single value of type NoneType"),
        (np.zeros((2, 3, 4)), [0, 1], {"resize": 0}, "is not a size"),
    ],
)
def test_what_is_no_data(x: object, y: object, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        dataset_from(x, y, **options)


def test_a_length_may_be_one_number() -> None:
    assert dataset_from(np.zeros((40, 2, 9)) + RNG.normal(size=9), Y, resize=5).input_shape == (2, 5)


def test_a_data_frame_is_a_table() -> None:
    frame = pd.DataFrame({"a": RNG.normal(size=40), "b": RNG.normal(size=40)})
    with pytest.raises(InputError, match="a data frame is read as a table, not as 'series'"):
        dataset_from(frame, Y, task="series")
    assert [column.name for column in dataset_from(frame, Y, ignore="a").columns] == ["b"]


def test_without_a_test_part() -> None:
    x = RNG.normal(size=(40, 3))
    dataset = dataset_from(x, Y, task="table", hold_out=False)
    assert np.array_equal(dataset.x_train, x)
    assert np.array_equal(dataset.y_train, Y)
    assert (dataset.x_test.shape, dataset.y_test.shape) == ((0, 3), (0,))
    assert dataset.x_test.dtype == dataset.x_train.dtype
    given = dataset_from(x, Y, x[:5], Y[:5], task="table", hold_out=False)
    assert len(given.x_test) == 5
