from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from tests.estimators import small

from vilfredo import TabularSearch

RNG = np.random.default_rng(0)
COLOURS = RNG.choice(["red", "green", "blue"], 90)
FRAME = pd.DataFrame({"size": RNG.normal(size=90), "colour": COLOURS, "zip": RNG.integers(1, 4, 90)})
FRAME.loc[::9, "size"] = np.nan
Y = np.where(COLOURS == "red", "yes", "no")


def fit(x: Any, y: Any = Y, **parameters: Any) -> TabularSearch:
    return TabularSearch(**{**small.TABLE, **parameters}).fit(x, y)


def test_columns_of_text_are_categories() -> None:
    model = fit(FRAME)
    assert model.score(FRAME, Y) == 1
    new = pd.DataFrame({"size": [np.nan, 0.0], "colour": ["red", "mauve"], "zip": [1, 9]})
    assert model.predict(new).shape == (2,)
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(new[["colour", "size", "zip"]])
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(new.rename(columns={"zip": "postcode"}))
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        assert np.array_equal(model.predict(FRAME.to_numpy()), model.predict(FRAME))


@pytest.mark.parametrize("named", [("zip",), (2,), (-1,), "zip", 2])
def test_numbers_that_are_categories(named: Any) -> None:
    (column,) = [one for one in fit(FRAME, categorical=named).best_model_.layout.columns if one.name == "zip"]
    assert column.categories == ("1", "2", "3")


def test_columns_to_ignore() -> None:
    model = fit(FRAME, ignore=["colour"])
    assert [column.name for column in model.best_model_.layout.columns] == ["size", "zip"]
    assert model.n_features_in_ == 3
    assert model.predict(FRAME).shape == (90,)
    array = RNG.normal(size=(90, 3))
    model = fit(array, Y, ignore=(0,), categorical=None)
    assert [column.name for column in model.best_model_.layout.columns] == ["x1", "x2"]
    assert model.predict(array).shape == (90,)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"categorical": ("zap",)}, "Did you mean 'zip'"),
        ({"ignore": (3,)}, "there is no column 3"),
        ({"ignore": (1.5,)}, "expected names or positions"),
    ],
)
def test_columns_that_are_not_there(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit(FRAME, **parameters)


def test_arrays_with_texts() -> None:
    array = FRAME.to_numpy()
    model = fit(array)
    assert model.score(array, Y) == 1
    assert np.array_equal(model.predict(array[:3]), model.predict(array)[:3])
    texts = array[:, 1:2].astype(str)
    assert fit(texts).score(texts, Y) == 1


def test_frames_of_numbered_columns() -> None:
    frame = FRAME.set_axis(range(3), axis=1)
    model = fit(frame)
    assert not hasattr(model, "feature_names_in_")
    assert model.score(frame, Y) == 1


def test_a_frame_for_what_was_fitted_on_an_array() -> None:
    model = fit(FRAME.to_numpy())
    with pytest.warns(UserWarning, match="X has feature names"):
        assert model.score(FRAME, Y) == 1


def test_behind_an_imputer_that_makes_objects_of_all() -> None:
    imputer = make_column_transformer((SimpleImputer(strategy="most_frequent"), ["size", "colour"]))
    pipeline = make_pipeline(imputer, TabularSearch(**small.TABLE)).fit(FRAME, Y)
    assert pipeline.score(FRAME, Y) == 1


def test_other_frames_are_turned_into_those_of_pandas() -> None:
    class Polars:
        def to_pandas(self) -> pd.DataFrame:
            return FRAME

        def __len__(self) -> int:
            return len(FRAME)

    assert fit(Polars()).score(Polars(), Y) == 1


def test_what_is_no_table() -> None:
    with pytest.raises(TypeError, match="Sparse data was passed"):
        fit(sparse.csr_matrix(np.eye(90)))
    with pytest.raises(ValueError, match="infinite number"):
        fit(FRAME.assign(size=[np.inf, *range(89)]))
    with pytest.raises(ValueError, match="contains infinity"):
        fit(np.full((90, 2), np.inf))
    with pytest.raises(ValueError, match="no column is left"):
        fit(FRAME.assign(size=1)[["size"]])
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        fit(FRAME[:50])


def test_no_class_has_two_samples() -> None:
    with pytest.raises(ValueError, match="no class has two"):
        fit(FRAME[:3], ["a", "b", "c"])
