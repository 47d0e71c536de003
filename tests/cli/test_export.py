"""``vilfredo export``."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.bundle import models
from tests.cli.command import refused, vilfredo
from tests.test_documentation import _documented, _fields

from vilfredo.bundle import export_check
from vilfredo.bundle.exports import find_export
from vilfredo.bundle.folder import load_model


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data and models."""
    folder = tmp_path_factory.mktemp("export")
    models.write(folder / "image", models.image_data(folder))
    models.write(folder / "table", models.table_data(folder))
    (folder / "moved").mkdir()
    models.write(folder / "lonely", models.table_data(folder / "moved"))
    (folder / "moved" / "shop.csv").unlink()
    return folder


@pytest.mark.parametrize("form", ["onnx", "torch"])
def test_a_file_that_answers_what_the_model_does(house: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"mine.{'onnx' if form == 'onnx' else 'pt2'}"
    found = vilfredo("export", house / "image", "--format", form, "--out", out, "--json").value
    assert (found["file"], found["bytes"]) == (str(out), out.stat().st_size)
    assert found["largest_difference"] < 1e-4
    assert found["samples"] == 12
    assert "where the training data were" in found["checked_with"]
    assert [one["batch"] for one in found["latency"]] == [1, 8, 64]
    x = models.opened(house / "pets.npz").x_test
    expected = load_model(house / "image").predict_proba(x)
    np.testing.assert_allclose(find_export(form).run(out, x), expected, atol=1e-5)
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_the_source_and_its_weights(house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answer = vilfredo("export", house / "table", "--format", "source")
    assert answer.code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.safetensors", "network.py"]
    spec = spec_from_file_location("network", tmp_path / "network.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec.loader.exec_module(module)
    x = models.opened(house / "shop.csv").x_test
    with torch.inference_mode():
        answers = module.load()(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(answers, load_model(house / "table").predict_proba(x), atol=1e-5)
    assert vilfredo("export", house / "table", "--format", "source").code == 0  # the same again
    assert "holds other weights" in refused(vilfredo("export", house / "image", "--format", "source"))


def test_samples_of_the_user(house: Path, tmp_path: Path) -> None:
    arguments: list[str | Path] = ["export", house / "table", "--out", tmp_path / "a.onnx", "--json"]
    found = vilfredo(*arguments, "--data", house / "shop.csv").value
    assert str(house / "shop.csv") in found["checked_with"]
    assert "no such file" in refused(vilfredo(*arguments, "--data", house / "nothing.csv"))


def test_made_up_samples_where_the_data_are_gone(house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answer = vilfredo("export", house / "lonely")
    assert answer.code == 0
    assert "made-up samples: the training data are not there" in answer.err
    assert (tmp_path / "shop.onnx").is_file()


def test_a_file_that_differs_is_refused(house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_check, "TOLERANCE", -1.0)
    for form in ("onnx", "source"):
        monkeypatch.chdir(tmp_path)
        answer = vilfredo("export", house / "table", "--format", form)
        assert (answer.code, answer.out) == (1, "")
        assert f"export to {form}:" in answer.err
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "'nowhere' does not exist"),
        (["image", "--format", "onxn"], "Did you mean 'onnx'?"),
        (["image", "--out", "model.pt2"], "ends in .onnx"),
        (["image", "--format", "torch", "--out", "image/model.pt2"], "is a model"),
        (["image", "--data", "shop.csv"], "these are rows"),
    ],
)
def test_bad_input_is_refused(house: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str) -> None:
    monkeypatch.chdir(house)
    before = sorted(house.rglob("*"))
    assert message in refused(vilfredo("export", *arguments))
    assert sorted(house.rglob("*")) == before


def test_the_fields_are_those_documented(house: Path, tmp_path: Path) -> None:
    assert _fields(_documented(("export",))) == set(
        vilfredo("export", house / "table", "--format", "source", "--out", tmp_path / "network.py", "--json").value
    )
