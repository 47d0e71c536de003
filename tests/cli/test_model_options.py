"""What the commands that use a model have in common."""

import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from tests.bundle import models

from vilfredo.bundle.folder import load_model
from vilfredo.cli import model_options
from vilfredo.cli.model_options import answers, check_place, read_samples, writing
from vilfredo.errors import InputError


def test_in_pieces_the_answers_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = models.image_data(tmp_path)
    model, x = load_model(models.write(tmp_path / "model", data)), models.opened(data).x_train
    expected = model.predict_proba(x)
    monkeypatch.setattr(model_options, "_CHUNK", 7)
    np.testing.assert_allclose(answers(model, x), expected, atol=1e-6)


@pytest.mark.parametrize(("terminal", "patience", "shown"), [(True, -1, True), (True, 1e9, False), (False, -1, False)])
def test_a_bar_only_for_whoever_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, terminal: bool, patience: float, shown: bool
) -> None:
    data = models.image_data(tmp_path)
    model, x = load_model(models.write(tmp_path / "model", data)), models.opened(data).x_train
    screen = io.StringIO()
    monkeypatch.setattr(model_options, "stderr", Console(file=screen, force_terminal=terminal, width=80))
    monkeypatch.setattr(model_options, "_CHUNK", 7)
    monkeypatch.setattr(model_options, "_PATIENCE", patience)
    answers(model, x)
    assert ("answering" in screen.getvalue()) == shown


def test_one_sample_in_an_array_has_one_name(tmp_path: Path) -> None:
    model = load_model(models.write(tmp_path / "model", models.image_data(tmp_path)))
    np.save(tmp_path / "one.npy", np.arange(30, dtype=np.uint8).reshape(6, 5))
    samples = read_samples(model, str(tmp_path / "one.npy"), None)
    assert len(samples.x) == len(samples.names) == 1


def test_places_that_cannot_be(tmp_path: Path) -> None:
    check_place(tmp_path / "a.CSV", (".csv", ".json"))
    models.write(tmp_path / "model", models.image_data(tmp_path))
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "model")
    wrong = {
        "a.txt": "ends in .csv or .json",
        "csv": "ends in .csv",
        "folder.csv": "is a folder",
        "no/a.csv": "there is no folder",
        "model/a.csv": "is a model",
        "link/a.csv": "is a model",
    }
    for name, message in wrong.items():
        with pytest.raises(InputError, match=message):
            check_place(tmp_path / name, (".csv", ".json"))


def test_what_the_system_says_while_writing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"out: .*cannot be written \(No such"), writing(tmp_path / "no" / "a.csv"):
        (tmp_path / "no" / "a.csv").write_text("")
