"""The plain preprocessing answers what Vilfredo's does, also on values that no data should have."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import nn

from vilfredo.bundle.plain import inputs
from vilfredo.bundle.source_expressions import write
from vilfredo.bundle.source_inputs import understand
from vilfredo.errors import VilfredoError
from vilfredo.tasks.preprocessing import Preprocessing, Standardization
from vilfredo.tasks.series_preprocessing import SeriesStandardization
from vilfredo.tasks.table_preprocessing import Category, Number, TablePreprocessing

numbers = st.builds(
    Number,
    fill=st.floats(-1e6, 1e6),
    mean=st.floats(-1e6, 1e6),
    scale=st.floats(1e-300, 1e6),
    indicator=st.booleans(),
)
categories = st.integers(1, 4).flatmap(
    lambda width: st.builds(
        Category,
        places=st.lists(st.integers(-1, width - 1), min_size=1, max_size=5).map(tuple),
        missing=st.integers(-1, width - 1),
        width=st.just(width),
    )
)
values = st.one_of(
    st.just(np.nan), st.floats(allow_nan=False), st.integers(-2, 7).map(float), st.sampled_from([np.inf, -np.inf])
)


def plain(preprocessing: Preprocessing) -> nn.Module:
    module: nn.Module = eval(write(understand(preprocessing).expression), dict(vars(inputs)))  # our own text
    assert not module.state_dict(), "the file of weights has no place for it"
    return module


def check(preprocessing: Preprocessing, samples: NDArray[Any]) -> None:
    expected = preprocessing.apply(samples)
    answers = plain(preprocessing)(torch.from_numpy(samples)).numpy()
    assert answers.dtype == expected.dtype
    assert answers.shape == expected.shape
    assert np.allclose(answers, expected, rtol=1e-6, atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(numbers, categories), min_size=1, max_size=6).map(tuple), st.data())
def test_rows_of_all_tables(columns: tuple[Number | Category, ...], data: st.DataObject) -> None:
    rows = [[data.draw(values) for _ in columns] for _ in range(4)]
    check(TablePreprocessing(columns), np.array(rows))


def test_categories_fall_where_they_should() -> None:
    column = Category((1, -1, 0), 2, 3)
    rows = np.array([[0.0], [1.0], [2.0], [9.0], [np.nan]])
    features = plain(TablePreprocessing((column,)))(torch.from_numpy(rows))[:, :, 0, 0]
    assert features.tolist() == [[0, 1, 0], [0, 0, 0], [1, 0, 0], [1, 0, 0], [0, 0, 1]]


def test_images() -> None:
    generator = np.random.default_rng(0)
    coloured = generator.integers(0, 256, (3, 2, 5, 4)).astype(np.uint8)
    check(Standardization.fit(coloured), coloured)
    floats = generator.normal(1e3, 1e-3, (3, 2, 5, 4)).astype(np.float32)
    check(Standardization.fit(floats), floats)


def test_series_with_unknown_and_infinite_steps() -> None:
    samples = np.random.default_rng(0).normal(7, 2, (4, 3, 6)).astype(np.float32)
    samples[0, 1, 2:4] = samples[1, 2] = np.nan
    preprocessing = SeriesStandardization.fit(samples)
    samples[2, 0, :2] = np.inf, -np.inf
    check(preprocessing, samples)


def test_types_and_shapes_of_samples() -> None:
    coloured, floats = Standardization((0.0,), (1.0,), 255.0), Standardization((0.0,), (1.0,), 1.0)
    assert (understand(coloured).dtype, understand(floats).dtype) == ("uint8", "float32")
    assert understand(coloured).shape == (1, None, None)
    assert understand(SeriesStandardization(floats)).shape == (1, None)
    table = understand(TablePreprocessing((Category((0,), -1, 1),) * 4))
    assert (table.dtype, table.shape) == ("float64", (4,))


def test_a_preprocessing_that_is_not_known_is_named() -> None:
    class Curious:
        def apply(self, x: NDArray[Any]) -> NDArray[np.float32]:
            return x

        def to_dict(self) -> dict[str, Any]:
            return {}

    with pytest.raises(VilfredoError, match="Curious"):
        understand(Curious())
