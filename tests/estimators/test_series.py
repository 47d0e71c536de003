import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tests.estimators import small
from tests.estimators.test_collections_of_series import multiindex, nested

from vilfredo import SeriesSearch

RNG = np.random.default_rng(0)
Y = np.array(["low", "high"])[np.arange(60) % 2]
X = RNG.normal(size=(60, 1, 24)) + np.where(Y == "high", 2, -2)[:, None, None] * np.sin(np.arange(24))
RAGGED = [one[:, : 16 + number % 9] for number, one in enumerate(X)]


def fit(x: Any, **parameters: Any) -> SeriesSearch:
    return SeriesSearch(**{**small.SERIES, **parameters}).fit(x, Y)


@pytest.fixture(scope="module")
def fitted() -> SeriesSearch:
    return fit(X)


def test_what_is_known_of_it(fitted: SeriesSearch) -> None:
    assert fitted.score(X, Y) > 0.8
    assert fitted.classes_.tolist() == ["high", "low"]
    assert fitted.n_features_in_ == 1
    assert not hasattr(fitted, "feature_names_in_")


@pytest.mark.parametrize(
    "x",
    [
        X[:, 0],
        list(X),
        list(X[:, 0]),
        [pd.DataFrame(one) for one in X],
        pd.DataFrame(X[:, 0]),
        multiindex(X),
        nested(X),
    ],
    ids=["numpy2D", "np-list", "1-D arrays", "df-list", "pd-wide", "pd-multiindex", "nested_univ"],
)
def test_every_collection_is_answered_alike(fitted: SeriesSearch, x: Any) -> None:
    assert np.allclose(fitted.predict_proba(x), fitted.predict_proba(X))


@pytest.mark.parametrize("resize", [None, 24, np.int64(20)])
def test_unequal_lengths(resize: Any) -> None:
    model = fit(RAGGED, resize=resize)
    assert model.score(RAGGED, Y) > 0.8
    assert model.best_model_.layout.shape == (1, resize or 24)
    longer = [np.tile(one, 2) for one in RAGGED[:3]]
    assert model.predict_proba(longer).shape == (3, 2)


def test_missing_values() -> None:
    gaps = X.copy()
    gaps[::2, 0, 3:6] = np.nan
    assert fit(gaps).score(gaps, Y) > 0.8


def test_several_channels_stored_and_loaded(tmp_path: Path) -> None:
    both = np.concatenate([X, -X], axis=1)
    model = fit(both)
    assert model.n_features_in_ == 2
    model.save(tmp_path / "model")
    for again in (SeriesSearch.load(tmp_path / "model"), pickle.loads(pickle.dumps(model))):
        assert np.allclose(again.predict_proba(both), model.predict_proba(both), atol=1e-6)
        assert again.n_features_in_ == 2
    with pytest.raises(ValueError, match="have 1 channel"):
        model.predict(X)
    with pytest.raises(ValueError, match="have 1 channel"):
        model.predict(both[0])  # (channels, length): read as two cases, not as one of two channels


def test_in_a_pipeline() -> None:
    pipeline = make_pipeline(StandardScaler(), SeriesSearch(**small.SERIES)).fit(X[:, 0], Y)
    assert pipeline.score(X[:, 0], Y) > 0.8


@pytest.mark.parametrize("resize", ["long", 0, (3, 4), 2.5])
def test_lengths_that_are_none(resize: Any) -> None:
    with pytest.raises(ValueError, match="resize"):
        fit(X, resize=resize)


def test_tags() -> None:
    tags = SeriesSearch().__sklearn_tags__()
    assert tags.estimator_type == "classifier"
    assert tags.input_tags.three_d_array
    assert tags.input_tags.allow_nan
