import copy
import json
import math
import tomllib
from typing import Any

import numpy as np
import pandas as pd
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.layout import InputLayout
from vilfredo.tasks.memory import dataset_from
from vilfredo.tasks.open import open_dataset

RNG = np.random.default_rng(0)
Y = np.arange(40) % 2
FRAME = pd.DataFrame(
    {"size": RNG.normal(size=40), "same": 1, "colour": ["red", "blue"] * 20, "day": ["2024-01-31"] * 40, "left": Y}
)
DIGITS = open_dataset("digits", samples=100)
SERIES = dataset_from(RNG.normal(size=(40, 2, 9)), Y, resize=5)
TABLE = dataset_from(FRAME, Y, ignore="left")
BYTES = dataset_from(RNG.integers(3, 250, (40, 6, 5, 3), dtype=np.uint8), Y, resize=(4, 4))
EXAMPLES = {"image": DIGITS, "series": SERIES, "table": TABLE, "bytes": BYTES}

DAMAGES: tuple[Any, ...] = ({}, 3.5, [None], [{}], math.nan, [math.inf, 1], -1, [[1]])

every_example = pytest.mark.parametrize("dataset", EXAMPLES.values(), ids=EXAMPLES)


def test_of_images() -> None:
    layout = InputLayout.of(DIGITS)
    assert (layout.task, layout.shape, layout.dtype, layout.resize) == ("image", (1, 8, 8), "float32", None)
    assert (layout.span, layout.whole, layout.samples) == ((0, 16), True, 100)
    assert layout.fingerprint == DIGITS.fingerprint
    assert layout.describe() == "images of 8×8×1, whole numbers from 0 to 16"


def test_of_bytes_and_series() -> None:
    layout = InputLayout.of(BYTES)
    assert (layout.shape, layout.dtype, layout.resize, layout.whole) == ((3, 4, 4), "uint8", (4, 4), True)
    layout = InputLayout.of(SERIES)
    assert (layout.shape, layout.dtype, layout.resize, layout.whole) == ((2, 5), "float32", (5,), False)
    assert layout.describe().startswith("series of 2 channels × 5 steps, numbers from -")


def test_of_series_with_unknown_ends() -> None:
    layout = InputLayout.of(dataset_from([np.arange(3.0 + index % 4) for index in range(40)], Y))
    assert layout.span == (0, 5)


def test_of_a_table() -> None:
    layout = InputLayout.of(TABLE)
    assert layout.header == ("size", "same", "colour", "day", "left")
    assert layout.unused == ("same", "day", "left")
    assert [column.name for column in layout.columns] == ["size", "colour"]
    assert (layout.span, layout.whole) == (None, False)
    assert layout.describe() == "rows of 2 columns: 'size' (number), 'colour' (blue, red)"


def test_how_a_file_was_read(tmp_path: Any) -> None:
    FRAME.assign(label=Y).to_csv(tmp_path / "a.csv", index=False)
    dataset = open_dataset(str(tmp_path / "a.csv"), target="label", ignore=["left"], categorical=["size"], samples=20)
    layout = InputLayout.of(dataset)
    assert (layout.target, layout.ignore, layout.categorical) == ("label", ("left",), ("size",))
    assert layout.samples == 20
    assert layout.header == tuple(FRAME.columns)
    assert layout.options.target == "label"


def test_header_and_size_are_no_part_of_the_fingerprint() -> None:
    one = dataset_from(FRAME[["size", "colour"]], Y)
    other = dataset_from(FRAME, Y, ignore="left")
    assert one.header != other.header
    assert one.fingerprint == other.fingerprint
    x = RNG.normal(size=(40, 1, 9))
    assert dataset_from(x, Y, resize=9).fingerprint == dataset_from(x, Y).fingerprint


@every_example
@pytest.mark.parametrize(
    "through",
    [
        lambda values: json.loads(json.dumps(values, allow_nan=False)),
        lambda values: tomllib.loads(tomli_w.dumps(values)),
    ],
    ids=["json", "toml"],
)
def test_survives_files(dataset: Dataset, through: Any) -> None:
    layout = InputLayout.of(dataset)
    assert InputLayout.from_dict(through(layout.to_dict())) == layout
    assert hash(layout) == hash(InputLayout.from_dict(layout.to_dict()))


@every_example
def test_damage_is_refused(dataset: Dataset) -> None:
    values = InputLayout.of(dataset).to_dict()
    for key in values:
        for damage in DAMAGES:
            with pytest.raises(InputError, match=r"^layout of the samples: it is damaged \(.*\)\. Expected"):
                InputLayout.from_dict({**copy.deepcopy(values), key: damage})
    for key in ("task", "shape", "dtype"):
        with pytest.raises(InputError, match=f"{key} is None"):
            InputLayout.from_dict({other: value for other, value in values.items() if other != key})


@pytest.mark.parametrize(
    ("dataset", "changed", "message"),
    [
        (DIGITS, {"task": "imag"}, "Did you mean 'image'"),
        (DIGITS, {"task": "series"}, r"is none of \(channels, steps\)"),
        (DIGITS, {"shape": [1, 8, 10**6, 1]}, r"is none of \(channels, height, width\)"),
        (DIGITS, {"shape": [10**6, 10**6, 10**6]}, "is none of"),
        (DIGITS, {"shape": [1, 8, 10**7]}, "no whole number from 1 to 1,000,000"),
        (DIGITS, {"shape": [1, 8, True]}, "no whole number"),
        (DIGITS, {"dtype": "float64"}, "'float64' is none of uint8, float32"),
        (DIGITS, {"columns": [{"name": "a"}]}, "columns of images"),
        (DIGITS, {"header": ["a"]}, "columns of images"),
        (DIGITS, {"span": [2, 1]}, "no least and largest"),
        (DIGITS, {"span": [1]}, "no least and largest"),
        (DIGITS, {"span": [0, 10**400]}, "damaged"),
        (DIGITS, {"whole": 1}, "neither true nor false"),
        (BYTES, {"resize": [4, 5]}, "resize"),
        (BYTES, {"resize": [4]}, "resize"),
        (TABLE, {"shape": [3]}, "2 columns in a shape of 3"),
        (TABLE, {"header": ["size"]}, "the header lacks: colour"),
        (TABLE, {"header": ["size", "colour", "size"]}, "there twice"),
        (TABLE, {"columns": [{"name": "size"}, {"name": "size"}]}, "there twice"),
        (TABLE, {"columns": [{"name": "size"}, {"name": "colour", "categories": ["a", "a"]}]}, "a category twice"),
        (TABLE, {"columns": [{"name": "size"}, "colour"]}, "column 'colour'"),
    ],
)
def test_contradictions_are_refused(dataset: Dataset, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        InputLayout.from_dict({**InputLayout.of(dataset).to_dict(), **changed})


def test_no_table_of_values() -> None:
    wrong: Any = [1]
    with pytest.raises(InputError, match="no table of values"):
        InputLayout.from_dict(wrong)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(list(EXAMPLES.values())), st.data())
def test_anything_else_is_a_layout_or_refused(dataset: Dataset, data: st.DataObject) -> None:
    values = InputLayout.of(dataset).to_dict()
    key = data.draw(st.sampled_from([*values, "resize", "samples", "header"]))
    try:
        layout = InputLayout.from_dict({**values, key: data.draw(ANY)})
    except InputError:
        return
    assert InputLayout.from_dict(layout.to_dict()) == layout
    assert "\n" not in layout.describe()
