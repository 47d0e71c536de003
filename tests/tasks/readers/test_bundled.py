import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.tasks.open import open_dataset
from vilfredo.tasks.readers.bundled import NAMES, descriptions

OF_AEON = tuple(name for name, text in descriptions().items() if "(aeon)" in text)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_opens(name: str) -> None:
    if name in OF_AEON and not find_spec("aeon"):
        pytest.skip("aeon is not installed")
    dataset = open_dataset(name)
    assert dataset.name == dataset.source == name
    again = open_dataset(f"bundled:{name}")
    assert (again.name, again.fingerprint) == (name, dataset.fingerprint)
    sizes = re.findall(r"[\d,]+", descriptions()[name].partition("×")[0].partition("of")[0])
    assert sum(int(size.replace(",", "")) for size in sizes[:2]) == len(dataset.x_train) + len(dataset.x_test)
    assert f"{dataset.classes} classes" in descriptions()[name]


@pytest.mark.skipif(find_spec("aeon") is not None, reason="aeon is installed")
def test_what_a_missing_package_has_says_how_to_get_it() -> None:
    with pytest.raises(InputError, match=r'GunPoint comes with the package aeon: pip install "vilfredo\[aeon\]"'):
        open_dataset("GunPoint")


def test_tables_know_their_columns_and_classes() -> None:
    dataset = open_dataset("iris")
    assert dataset.labels == ("setosa", "versicolor", "virginica")
    assert dataset.columns[0].name == "sepal length (cm)"
    assert (dataset.task, dataset.input_shape) == ("table", (4,))


def test_an_unknown_bundled_name() -> None:
    with pytest.raises(InputError, match=r"no data set is bundled by that name\. Did you mean 'wine'"):
        open_dataset("bundled:wime")


def test_digits() -> None:
    dataset = open_dataset("digits")
    assert dataset.input_shape == (1, 8, 8)
    assert dataset.labels == tuple("0123456789")
    assert len(dataset.x_train) + len(dataset.x_test) == 1797
    assert (dataset.x_train.min(), dataset.x_train.max()) == (0, 16)
    assert np.bincount(dataset.y_test).min() >= 34


@pytest.mark.parametrize("name", ["dgits", "Digits", "digit"])
def test_misspelt(name: str) -> None:
    with pytest.raises(InputError, match=r"nor a bundled name \(digits, .*\)\. Did you mean 'digits'\?"):
        open_dataset(name)


def test_a_folder_of_that_name_is_mentioned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "digits").mkdir()
    dataset = open_dataset("digits")
    assert len(dataset.labels) == 10
    assert "write ./digits for that" in dataset.notes[0]


def test_tables_come_with_their_classes() -> None:
    with pytest.raises(InputError, match=r"target: wine comes with its classes\. Leave --target out"):
        open_dataset("wine", target="alcohol")
    dataset = open_dataset("wine", ignore=["alcohol"], categorical=["hue"])
    assert len(dataset.columns) == 12
    assert [column.name for column in dataset.columns if column.categories] == ["hue"]
