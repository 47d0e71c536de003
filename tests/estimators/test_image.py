import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tests.estimators import small

from vilfredo import ImageSearch

RNG = np.random.default_rng(0)
Y = np.arange(60) % 2
GREY = RNG.integers(0, 100, (60, 6, 5), dtype=np.uint8)
GREY[Y == 1, :3] += 100
COLOURED = np.stack([GREY, GREY // 2, GREY // 3], axis=3)  # (n, h, w, 3)


def fit(x: Any, **parameters: Any) -> ImageSearch:
    return ImageSearch(**{**small.IMAGE, **parameters}).fit(x, Y)


@pytest.fixture(scope="module")
def fitted() -> ImageSearch:
    return fit(GREY)


def test_what_is_known_of_it(fitted: ImageSearch, tmp_path: Path) -> None:
    assert fitted.score(GREY, Y) > 0.9
    assert fitted.best_model_.layout.shape == (1, 6, 5)
    assert fitted.best_model_.layout.dtype == "uint8"
    assert fitted.n_features_in_ == 30
    fitted.save(tmp_path / "model")
    for again in (ImageSearch.load(tmp_path / "model"), pickle.loads(pickle.dumps(fitted))):
        assert np.allclose(again.predict_proba(GREY), fitted.predict_proba(GREY), atol=1e-6)


@pytest.mark.parametrize("x", [COLOURED, COLOURED.transpose(0, 3, 1, 2)], ids=["channels last", "channels first"])
def test_coloured_images(x: Any) -> None:
    model = fit(x)
    assert model.best_model_.layout.shape == (3, 6, 5)
    assert model.score(x, Y) > 0.9


def test_floats() -> None:
    assert fit(GREY / 255).score(GREY / 255, Y) > 0.9


def test_rows_with_the_shape_of_an_image() -> None:
    rows = GREY.reshape(60, 30)
    model = fit(rows, image_shape=(6, 5))
    assert model.best_model_.layout.shape == (1, 6, 5)
    assert np.array_equal(model.predict(rows), model.predict(GREY))
    assert fit(COLOURED.reshape(60, -1), image_shape=[6, 5, 3]).best_model_.layout.shape == (3, 6, 5)


def test_in_a_pipeline_of_frames() -> None:
    frame = pd.DataFrame(GREY.reshape(60, 30), columns=[f"p{index}" for index in range(30)])
    pipeline = make_pipeline(StandardScaler(), ImageSearch(**small.IMAGE, image_shape=(6, 5)))
    pipeline.set_output(transform="pandas").fit(frame, Y)
    assert pipeline.score(frame, Y) > 0.9
    assert pipeline[-1].feature_names_in_[0] == "p0"


def test_resized() -> None:
    model = fit(GREY, resize=(8, 8))
    assert model.best_model_.layout.shape == (1, 8, 8)
    assert model.predict(np.repeat(GREY, 2, axis=1)).shape == (60,)


@pytest.mark.parametrize(
    ("x", "parameters", "message"),
    [
        (GREY.reshape(60, 30), {}, "image_shape="),
        (GREY.reshape(60, 30), {"image_shape": (6, 6)}, "makes 36 values, but X has 30"),
        (GREY.reshape(60, 30), {"image_shape": "6x5"}, "image_shape: expected 2 or 3 whole numbers"),
        (GREY, {"resize": 8}, "resize: expected 2 whole numbers"),
        (GREY[..., None, None], {}, "images have shape"),
        (np.full((60, 4, 4), np.nan), {}, "contains NaN"),
    ],
)
def test_what_is_no_image(x: Any, parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit(x, **parameters)


def test_what_the_model_does_not_know(fitted: ImageSearch) -> None:
    with pytest.raises(ValueError, match="X has 24 features, but ImageSearch is expecting 30 features"):
        fitted.predict(GREY[:, :, :4])
    with pytest.raises(ValueError, match="X has shape"):
        fitted.predict(GREY[0])
    with pytest.raises(ValueError, match="8-bit"):
        fitted.predict(GREY / 255)
    with pytest.raises(TypeError, match="Sparse data was passed"):
        fitted.predict(sparse.csr_matrix(GREY[:, 0]))


def test_tags() -> None:
    assert not ImageSearch().__sklearn_tags__().input_tags.two_d_array
    assert ImageSearch(image_shape=(2, 2)).__sklearn_tags__().input_tags.two_d_array
    assert ImageSearch().__sklearn_tags__().input_tags.three_d_array
