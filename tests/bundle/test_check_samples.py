"""Samples to run exported files on."""

from pathlib import Path

import numpy as np
import pytest
from tests.bundle import models

from vilfredo.bundle.check_samples import MOST, check_samples, made_up
from vilfredo.bundle.folder import load_model
from vilfredo.bundle.model import Model
from vilfredo.errors import InputError

KINDS = {"image": models.image_data, "series": models.series_data, "table": models.table_data}


def _model(folder: Path, kind: str, **changes: object) -> tuple[Model, Path]:
    data = KINDS[kind](folder)
    return load_model(models.write(folder / "model", data, **changes)), data


@pytest.mark.parametrize("kind", KINDS)
def test_those_of_the_training_data(tmp_path: Path, kind: str) -> None:
    model, data = _model(tmp_path, kind)
    x, what = check_samples(model)
    np.testing.assert_array_equal(x, models.opened(data).x_test)
    assert "where the training data were" in what


@pytest.mark.parametrize("kind", KINDS)
def test_made_up_where_they_are_gone(tmp_path: Path, kind: str) -> None:
    model, data = _model(tmp_path, kind)
    real = models.opened(data).x_train
    data.unlink()
    x, what = check_samples(model)
    assert "made-up" in what
    assert x.dtype == real.dtype
    assert x.shape[1:] == real.shape[1:]
    probabilities = model.predict_proba(x)
    assert np.isfinite(probabilities).all()
    assert len(np.unique(probabilities, axis=0)) > 1
    if kind == "table":
        assert np.isnan(x).any(axis=0).all()
        assert set(np.unique(x[:, 2][~np.isnan(x[:, 2])])) >= {0.0, 1.0}  # the colours
    else:
        assert x.min() >= real.min()
        assert x.max() <= real.max()
        assert x.std() > 0
    np.testing.assert_array_equal(x, made_up(model))


def test_those_of_the_user(tmp_path: Path) -> None:
    model, _ = _model(tmp_path, "image")
    other = tmp_path / "other.npy"
    np.save(other, np.zeros((MOST + 1, 6, 5), np.uint8))
    x, what = check_samples(model, str(other))
    assert len(x) == MOST
    assert str(other) in what
    np.save(other, np.zeros((3, 5, 6), np.uint8))
    with pytest.raises(InputError, match="the model was trained on"):
        check_samples(model, str(other))


@pytest.mark.parametrize(
    "source", ["/dev/zero", "/dev/stdin", "pets.npz", "", "\0", "/", 3, None, ["x"], "http://example.org/x.csv", "wine"]
)
def test_a_record_may_name_anything_as_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: object
) -> None:
    model, _ = _model(tmp_path, "image", origin={"source": source})
    monkeypatch.chdir(tmp_path)
    assert "made-up" in check_samples(model)[1]
