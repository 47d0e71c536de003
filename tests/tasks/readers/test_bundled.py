from pathlib import Path

import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.tasks.open import open_dataset
from vilfredo.tasks.readers.bundled import NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_name_opens(name: str) -> None:
    dataset = open_dataset(name)
    assert dataset.name == dataset.source == name


def test_digits() -> None:
    dataset = open_dataset("digits")
    assert dataset.input_shape == (1, 8, 8)
    assert dataset.labels == tuple("0123456789")
    assert len(dataset.x_train) + len(dataset.x_test) == 1797
    assert (dataset.x_train.min(), dataset.x_train.max()) == (0, 16)
    assert np.bincount(dataset.y_test).min() >= 34


@pytest.mark.parametrize("name", ["dgits", "Digits", "digit"])
def test_misspelt(name: str) -> None:
    with pytest.raises(InputError, match=r"nor a bundled name \(digits\)\. Did you mean 'digits'\?"):
        open_dataset(name)


def test_a_folder_of_that_name_is_mentioned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "digits").mkdir()
    dataset = open_dataset("digits")
    assert len(dataset.labels) == 10
    assert "write ./digits for that" in dataset.notes[0]
