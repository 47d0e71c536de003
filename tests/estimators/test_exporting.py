from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.estimators import small

from vilfredo import ImageSearch, SeriesSearch, TabularSearch
from vilfredo.bundle.model import Model
from vilfredo.estimators.exporting import example_samples, export_model

RNG = np.random.default_rng(0)
Y = np.arange(40) % 2


def fitted(estimator: Any, x: Any) -> Model:
    model = estimator.fit(x, Y).best_model_
    assert isinstance(model, Model)
    return model


def test_made_up_rows_have_all_sorts_of_values() -> None:
    frame = pd.DataFrame({"a": RNG.normal(1000, 5, 40), "b": ["x", "y"] * 20})
    rows = example_samples(fitted(TabularSearch(**small.TABLE), frame))
    assert rows.dtype == np.float64
    assert 950 < np.nanmin(rows[:, 0]) < np.nanmax(rows[:, 0]) < 1050
    assert set(rows[1:, 1]) >= {0.0, 1.0}
    assert np.isnan(rows).any(axis=0).all()


@pytest.mark.parametrize("ending", [pytest.param(".onnx", marks=pytest.mark.slow), ".pt2", ".py"])
def test_every_kind_of_model_is_exported(ending: str, tmp_path: Path) -> None:
    images = RNG.integers(0, 17, (40, 6, 6)).astype(float)
    series = RNG.normal(size=(40, 2, 12))
    for estimator, x in ((ImageSearch(**small.IMAGE), images), (SeriesSearch(**small.SERIES), series)):
        model = fitted(estimator, x)
        made_up = example_samples(model)
        assert made_up.shape[1:] == model.layout.shape
        assert made_up.dtype == model.layout.dtype
        assert x.min() <= made_up.min() < made_up.max() <= x.max()
        written = export_model(model, tmp_path / f"model{ending}", None)
        assert all(path.stat().st_size for path in written)
