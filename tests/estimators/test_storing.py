import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_iris
from tests.estimators import small

from vilfredo import TabularSearch
from vilfredo.bundle.folder import write_model
from vilfredo.bundle.model import Model
from vilfredo.errors import RunError
from vilfredo.estimators.storing import (
    ESTIMATOR,
    classes_from,
    classes_of_labels,
    parameters_from,
    plain_classes,
    plain_parameters,
)


@pytest.fixture(scope="module")
def model() -> Model:
    fitted = TabularSearch(**small.TABLE).fit(*load_iris(return_X_y=True))
    assert isinstance(fitted.best_model_, Model)
    return fitted.best_model_


@pytest.mark.parametrize(
    "classes",
    [
        np.array([-3, 4]),
        np.array([0, 255], dtype=np.uint8),
        np.array([0.5, 2.0], dtype=np.float32),
        np.array([False, True]),
        np.array(["", "ü'\n"]),
        np.array(["a", "b"], dtype=object),
    ],
    ids=lambda classes: str(classes.dtype),
)
def test_classes_survive_json(classes: NDArray[Any]) -> None:
    again = classes_from(json.loads(json.dumps(plain_classes(classes))))
    assert again.dtype == classes.dtype
    assert np.array_equal(again, classes)


def test_classes_of_labels() -> None:
    assert classes_of_labels(("-1", "0", "12")).tolist() == [-1, 0, 12]
    for texts in (("01", "2"), ("a", "1"), ("1.0", "2.0"), ("-", "1"), ("", "1"), ("²", "1")):
        assert classes_of_labels(texts).tolist() == list(texts)


def test_parameters_survive_json_where_they_can() -> None:
    parameters = {"run": Path("a"), "constraints": ("x<1",), "random_state": np.random.RandomState(0), "ignore": ["b"]}
    plain = json.loads(json.dumps(plain_parameters(parameters)))
    assert plain == {"run": "a", "constraints": ["x<1"], "ignore": ["b"]}
    defaults = {"run": None, "constraints": (), "random_state": None}
    assert parameters_from(plain, defaults) == {"run": "a", "constraints": ("x<1",)}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "is damaged"),
        ("{}", "is damaged"),
        ("nonsense", "is damaged"),
        ('{"format": 2}', "of a newer version"),
        ('{"format": 1, "estimator": "TabularSearch"}', "is damaged"),
    ],
)
def test_a_folder_that_is_none(model: Model, content: str, message: str, tmp_path: Path) -> None:
    weights = model.network.state_dict()
    write_model(tmp_path / "model", model.record, weights, lambda made: _write(made / ESTIMATOR, content))
    with pytest.raises(RunError, match=message):
        TabularSearch.load(tmp_path / "model")


def _write(path: Path, content: str) -> None:
    path.write_text(content)


def test_classes_that_are_not_those_of_the_model(model: Model, tmp_path: Path) -> None:
    fitted = TabularSearch(**small.TABLE).fit(*load_iris(return_X_y=True))
    fitted.classes_ = np.array([1, 2])
    fitted.save(tmp_path / "model")
    with pytest.raises(RunError, match="is damaged"):
        TabularSearch.load(tmp_path / "model")
