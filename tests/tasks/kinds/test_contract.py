"""What every kind of data in the folder must do."""

import copy
import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import tomli_w
import torch
from hypothesis import given
from hypothesis import strategies as st

from vilfredo.errors import InputError
from vilfredo.spaces.discovery import spaces
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.kinds import find_kind, kinds
from vilfredo.tasks.layout import InputLayout
from vilfredo.tasks.memory import dataset_from
from vilfredo.tasks.open import open_dataset
from vilfredo.tasks.split import hold_out, validation_split
from vilfredo.training.loop import split_batches
from vilfredo.training.samples import prepare
from vilfredo.training.settings import TrainingSettings


def series() -> Dataset:
    """Lines of digits one below the other, as the pen goes: two channels, unequal lengths, a gap."""
    digits = open_dataset("digits", samples=100)
    x = [image.reshape(2, 32)[:, : 20 + index % 13] for index, image in enumerate(digits.x_train)]
    x[3] = x[3].copy()
    x[3][0, 5] = np.nan
    return dataset_from(x, digits.y_train)


def table() -> Dataset:
    """Irises with gaps, and one column in words."""
    iris = open_dataset("iris")
    frame = pd.DataFrame(iris.x_train, columns=[column.name for column in iris.columns])
    frame.iloc[::7, 1] = np.nan
    frame["length in words"] = np.where(frame.iloc[:, 0] > 6, "long", "short")
    return dataset_from(frame, iris.y_train)


EXAMPLES: dict[str, Callable[[], Dataset]] = {
    "image": lambda: open_dataset("digits", samples=100),
    "series": series,
    "table": table,
}
LAYOUT = {"image": (4, np.float32), "series": (3, np.float32), "table": (2, np.float64)}
"""Dimensions and type, as `Samples` documents them."""

DAMAGES: tuple[Any, ...] = (None, "text", [None], [{}], float("nan"))

every_kind = pytest.mark.parametrize("name", list(kinds()))


@pytest.fixture(scope="module")
def opened() -> dict[str, Dataset]:
    return {name: example() for name, example in EXAMPLES.items()}


@pytest.fixture
def dataset(name: str, opened: dict[str, Dataset]) -> Dataset:
    assert name in opened, f"give kinds/{name}.py an example here, so that this suite can run over it"
    return opened[name]


def test_all_are_found() -> None:
    assert set(kinds()) >= {"image", "series", "table"}


@every_kind
def test_says_what_it_is(name: str) -> None:
    kind = find_kind(name)
    first = str(kind.__doc__).splitlines()[0]
    assert first.endswith(".")
    assert len(first) < 120
    assert kind.SAMPLES.islower()
    assert kind.ARCHITECTURES
    assert set(kind.ARCHITECTURES) <= set(spaces())


@every_kind
def test_samples_are_laid_out_as_documented(name: str, dataset: Dataset) -> None:
    dimensions, dtype = LAYOUT[name]
    assert dataset.task == name
    for x, y in ((dataset.x_train, dataset.y_train), (dataset.x_test, dataset.y_test)):
        assert (x.ndim, x.shape[1:]) == (dimensions, dataset.input_shape)
        assert x.dtype == dtype
        assert len(x) == len(y) > 0
        assert x.flags.c_contiguous
    assert len(dataset.columns) == (dataset.input_shape[0] if name == "table" else 0)


@every_kind
def test_every_class_is_in_the_training_part(name: str, dataset: Dataset) -> None:
    assert set(dataset.y_train) == set(range(dataset.classes))
    assert set(dataset.y_test) <= set(dataset.y_train)
    assert len(set(dataset.labels)) == dataset.classes


@every_kind
def test_networks_read_what_is_applied(name: str, dataset: Dataset) -> None:
    fitted = find_kind(name).fit(dataset.x_train, dataset.columns)
    for x in (dataset.x_train, dataset.x_test, dataset.x_test[:1], dataset.x_test[:0]):
        applied = fitted.apply(x)
        assert applied.dtype == np.float32
        assert applied.ndim == 4
        assert len(applied) == len(x)
        assert np.isfinite(applied).all()
        assert applied.shape[1:] == fitted.apply(dataset.x_train).shape[1:]
    assert applied.shape[2] == 1 or name == "image"
    assert applied.shape[3] == 1 or name != "table"


@every_kind
def test_each_sample_is_applied_by_itself_and_left_as_it_is(name: str, dataset: Dataset) -> None:
    fitted = find_kind(name).fit(dataset.x_train, dataset.columns)
    x = dataset.x_train.copy()
    together = fitted.apply(x)
    np.testing.assert_array_equal(x, dataset.x_train)
    one_by_one = [fitted.apply(x[index : index + 1])[0] for index in range(len(x))]
    np.testing.assert_array_equal(np.stack(one_by_one), together)


@every_kind
def test_fit_sees_only_the_rows_that_it_is_given(name: str, dataset: Dataset) -> None:
    kept, held = validation_split(dataset.y_train, 0.3, seed=0)
    kind, x = find_kind(name), dataset.x_train.copy()
    before = kind.fit(x[kept], dataset.columns).to_dict()
    x[held] = 3 - x[held]
    assert kind.fit(x[kept], dataset.columns).to_dict() == before
    assert kind.fit(x, dataset.columns).to_dict() != before


@every_kind
@pytest.mark.parametrize(
    "through",
    [
        lambda values: json.loads(json.dumps(values, allow_nan=False)),
        lambda values: tomllib.loads(tomli_w.dumps(values)),
    ],
    ids=["json", "toml"],
)
def test_what_was_learnt_survives_files(name: str, dataset: Dataset, through: Callable[[Any], Any]) -> None:
    kind = find_kind(name)
    fitted = kind.fit(dataset.x_train, dataset.columns)
    values = through(fitted.to_dict())
    restored = kind.restore(values)
    assert restored.to_dict() == fitted.to_dict()
    np.testing.assert_array_equal(restored.apply(dataset.x_test), fitted.apply(dataset.x_test))


@every_kind
def test_damaged_values_are_refused(name: str, dataset: Dataset) -> None:
    kind = find_kind(name)
    values = kind.fit(dataset.x_train, dataset.columns).to_dict()
    for key in values:
        for damage in DAMAGES:
            with pytest.raises(InputError):
                kind.restore({**copy.deepcopy(values), key: damage})
        with pytest.raises(InputError):
            kind.restore({other: value for other, value in values.items() if other != key})


@every_kind
def test_samples_of_another_shape_are_refused(name: str, dataset: Dataset) -> None:
    fitted = find_kind(name).fit(dataset.x_train, dataset.columns)
    shape = dataset.x_train.shape
    for wrong in (shape[:1], (2, shape[1] + 1, *shape[2:]), (*shape, 1), shape[1:]):
        with pytest.raises(InputError, match="Expected"):
            fitted.apply(np.zeros(wrong, dtype=dataset.x_train.dtype))


@every_kind
def test_nothing_to_fit_is_refused(name: str, dataset: Dataset) -> None:
    with pytest.raises(InputError, match="Expected"):
        find_kind(name).fit(dataset.x_train[:0], dataset.columns)


@every_kind
def test_shapes_in_words(name: str, dataset: Dataset) -> None:
    words = find_kind(name).describe(dataset.input_shape)
    assert "\n" not in words
    assert all(str(size) in words for size in dataset.input_shape)


@given(st.lists(st.integers(0, 5), max_size=5), st.sampled_from(["f4", "f8", "i8", "u1", "?", "U1", "O", "M8[D]"]))
def test_at_most_one_kind_claims_an_array(shape: list[int], dtype: str) -> None:
    samples = np.zeros(shape, dtype=dtype)
    claims = [kind.claims(samples) for kind in kinds().values()]
    assert all(claim in (True, False) for claim in claims)
    assert sum(claims) <= 1


@pytest.mark.parametrize("samples", [None, "text", [], {}, [np.zeros(3)], pd.DataFrame({"a": [1]}), pd.Series([1]), 3])
def test_at_most_one_kind_claims_what_is_no_array(samples: Any) -> None:
    assert sum(kind.claims(samples) for kind in kinds().values()) <= 1


@every_kind
@pytest.mark.parametrize("divide", [hold_out, lambda y: validation_split(y, 0.2, seed=1)])
def test_divided_by_class(name: str, dataset: Dataset, divide: Callable[[Any], tuple[Any, Any]]) -> None:
    kept, held = divide(dataset.y_train)
    assert sorted([*kept, *held]) == list(range(len(dataset.y_train)))
    counts, aside = np.bincount(dataset.y_train), np.bincount(dataset.y_train[held], minlength=dataset.classes)
    assert (np.abs(aside - 0.2 * counts) <= 1).all()


@every_kind
def test_nothing_is_learnt_of_what_judges(name: str, dataset: Dataset) -> None:
    """Neither the validation part nor the test part changes what training sees."""
    before = prepare(dataset, TrainingSettings(), seed=1)
    x = dataset.x_train.copy()
    x[before.held] = 3 - x[before.held]
    after = prepare(replace(dataset, x_train=x, x_test=3 - dataset.x_test), TrainingSettings(), seed=1)
    assert after.preprocessing.to_dict() == before.preprocessing.to_dict()
    np.testing.assert_array_equal(after.x_train, before.x_train)
    assert not np.array_equal(after.x_val, before.x_val)
    x[before.kept] = 3 - x[before.kept]
    other = prepare(replace(dataset, x_train=x), TrainingSettings(), seed=1)
    assert other.preprocessing.to_dict() != before.preprocessing.to_dict()


@every_kind
def test_an_epoch_has_each_training_sample_once(name: str, dataset: Dataset) -> None:
    samples = prepare(dataset, TrainingSettings(), seed=1)
    assert sorted([*samples.kept, *samples.held]) == list(range(len(dataset.y_train)))
    np.testing.assert_array_equal(samples.x_train, samples.preprocessing.apply(dataset.x_train[samples.kept]))
    np.testing.assert_array_equal(samples.y_train, dataset.y_train[samples.kept])
    assert set(samples.y_train) == set(range(dataset.classes))
    count = len(samples.y_train)
    for size in (2, 7, count - 1, count, count + 1):
        batches = split_batches(torch.randperm(count, generator=torch.Generator().manual_seed(size)), size)
        assert sorted(torch.cat(batches).tolist()) == list(range(count))
        assert all(2 <= len(batch) <= size + 1 for batch in batches)


def as_it_came(dataset: Dataset, x: Any) -> Any:
    """Samples as `arrange` takes them: of a table, with names and categories in words."""
    if not dataset.columns:
        return x
    words = {
        column.name: x[:, index]
        if column.categories is None
        else [None if np.isnan(place) else column.categories[int(place)] for place in x[:, index]]
        for index, column in enumerate(dataset.columns)
    }
    return pd.DataFrame(words)


@every_kind
def test_what_was_arranged_is_admitted_as_it_is(name: str, dataset: Dataset) -> None:
    layout = InputLayout.of(dataset)
    for x in (dataset.x_train, dataset.x_test, dataset.x_test[:1]):
        admitted, notes = find_kind(name).admit(as_it_came(dataset, x), layout)
        assert admitted.tobytes() == x.tobytes()
        assert (admitted.dtype, admitted.shape) == (x.dtype, x.shape)
        assert admitted.flags.c_contiguous
        assert all(note and "\n" not in note for note in notes)


@every_kind
def test_each_sample_is_admitted_by_itself(name: str, dataset: Dataset) -> None:
    layout = InputLayout.of(dataset)
    for index in range(5):
        x = dataset.x_test[index : index + 1]
        assert find_kind(name).admit(as_it_came(dataset, x), layout)[0].tobytes() == x.tobytes()


@every_kind
def test_the_layout_has_its_axes_and_types(name: str, dataset: Dataset) -> None:
    kind, layout = find_kind(name), InputLayout.of(dataset)
    assert len(kind.AXES) == len(dataset.input_shape)
    assert str(dataset.x_train.dtype) in kind.DTYPES
    assert InputLayout.from_dict(layout.to_dict()) == layout
    assert layout.describe().startswith(kind.SAMPLES)


@every_kind
def test_what_does_not_fit_is_not_admitted(name: str, dataset: Dataset) -> None:
    layout, kind, x = InputLayout.of(dataset), find_kind(name), dataset.x_test[:3]
    further = np.concatenate([x, x, x, x], axis=1)
    infinite = np.full_like(x, np.inf)
    others: tuple[Any, ...] = (None, "text", 3, [], {}, np.array("text"))
    for wrong in (x[:0], further, infinite, x[..., None, None, None], *others):
        with pytest.raises(InputError) as caught:
            kind.admit(wrong, layout)
        assert "Expected" in str(caught.value)
        assert "\n" not in str(caught.value)


@every_kind
def test_new_samples_are_left_as_they_are(name: str, dataset: Dataset) -> None:
    came = as_it_came(dataset, dataset.x_test.copy())
    before = came.copy()
    find_kind(name).admit(came, InputLayout.of(dataset))
    assert came.equals(before) if name == "table" else came.tobytes() == before.tobytes()
