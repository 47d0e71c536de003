"""``vilfredo predict``."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.bundle import models
from tests.cli.command import refused, vilfredo
from tests.test_documentation import _documented, _fields

from vilfredo.bundle.folder import load_model, write_model


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data and models of every kind."""
    folder = tmp_path_factory.mktemp("predict")
    models.write(folder / "image", models.image_data(folder))
    models.write(folder / "series", models.series_data(folder))
    models.write(folder / "table", models.table_data(folder))
    return folder


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_label_and_its_probability_for_each_sample(house: Path) -> None:
    answer = vilfredo("predict", house / "image", house / "pets.npz")
    assert answer.code == 0
    model, x = load_model(house / "image"), models.opened(house / "pets.npz").x_test
    expected = model.predict_proba(x)
    rows = _rows(answer.out)
    assert list(rows[0]) == ["sample", "label", "probability"]
    assert [row["label"] for row in rows] == [model.labels[number] for number in expected.argmax(axis=1)]
    assert [float(row["probability"]) for row in rows] == pytest.approx(expected.max(axis=1), rel=1e-5)
    assert "held out" in answer.err
    right = sum(row["label"] == ["ant", "bee", "cat"][at % 3] for at, row in enumerate(rows))
    assert f"{right} of these were answered rightly: accuracy {right / 12:.4f}" in answer.err


def test_more_columns(house: Path) -> None:
    flags = ["--top", "2", "--probabilities", "--labels"]
    (row, *_) = _rows(vilfredo("predict", house / "image", house / "pets.npz", *flags).out)
    columns = ["sample", "true", "label", "probability", "label_2", "probability_2", "p_ant", "p_bee", "p_cat"]
    assert list(row) == columns
    assert row["true"] == "ant"
    assert float(row["probability"]) == float(row[f"p_{row['label']}"]) >= float(row["probability_2"])
    assert sum(float(row[f"p_{label}"]) for label in ("ant", "bee", "cat")) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(("kind", "data"), [("image", "pets.npz"), ("series", "waves.npz"), ("table", "shop.csv")])
def test_json_and_files_say_the_same(house: Path, kind: str, data: str, tmp_path: Path) -> None:
    found = vilfredo("predict", house / kind, house / data, "--part", "all", "--json", "--top=9").value
    assert found["samples"] == len(found["predictions"]) == (40 if kind == "series" else 60)
    assert found["notes"]
    assert found["predictions"][0]["top"][0]["label"] == found["predictions"][0]["label"]
    for name in ("out.csv", "out.json"):
        answer = vilfredo("predict", house / kind, house / data, "--part", "all", "--out", tmp_path / name, "--json")
        assert answer.value["predictions"] is None
        assert answer.value["out"] == str(tmp_path / name)
    labels = [one["label"] for one in found["predictions"]]
    assert [row["label"] for row in _rows((tmp_path / "out.csv").read_text())] == labels
    assert [one["label"] for one in json.loads((tmp_path / "out.json").read_text())["predictions"]] == labels
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.json"]


def test_samples_without_labels(house: Path, tmp_path: Path) -> None:
    rows = (house / "shop.csv").read_text().splitlines()
    shuffled = tmp_path / "new.csv"
    shuffled.write_text("\n".join(",".join([row.split(",")[2], *row.split(",")[:2]]) for row in rows))
    answer = vilfredo("predict", house / "table", shuffled, "--json").value
    known = vilfredo("predict", house / "table", house / "shop.csv", "--part", "all", "--json").value
    assert answer["predictions"] == known["predictions"]
    assert (answer["accuracy"], known["accuracy"]) != (None, None)
    assert answer["accuracy"] is None
    assert "none that the model knows" in refused(vilfredo("predict", house / "table", shuffled, "--labels"))


def test_an_array_alone(house: Path, tmp_path: Path) -> None:
    x = np.load(house / "pets.npz")["x_test"]
    np.save(tmp_path / "x.npy", x[3])
    (row,) = _rows(vilfredo("predict", house / "image", tmp_path / "x.npy").out)
    assert row["label"] == _rows(vilfredo("predict", house / "image", house / "pets.npz").out)[3]["label"]


def test_a_file_that_was_there_is_replaced_and_said_so(house: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("mine")
    answer = vilfredo("predict", house / "image", house / "pets.npz", "--out", out)
    assert (answer.code, answer.out) == (0, "")
    assert "was there before: replaced" in answer.err
    assert len(_rows(out.read_text())) == 12


def test_a_file_that_cannot_be_replaced_stays(house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out.csv"
    out.write_text("mine")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = vilfredo("predict", house / "image", house / "pets.npz", "--out", out)
    assert "cannot be written (No space left on device)" in refused(answer)
    assert out.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere", "pets.npz"], "'nowhere' does not exist"),
        (["pets.npz", "image"], "'pets.npz' is a file"),
        ([".", "pets.npz"], "'.' is not a model: there is no model.json"),
        (["image", "nothing.npz"], "no such file or folder"),
        (["image", "waves.npz"], "the model was trained on 6×5×1"),
        (["image", "shop.csv"], "these are rows, the model was trained on images of 6×5×1"),
        (["table", "pets.npz"], "rows"),
        (["image", "pets.npz", "--part", "tset"], "Did you mean 'test'?"),
        (["table", "shop.csv", "--part", "validation"], "Known: train, test, all"),
        (["image", "pets.npz", "--target", "bought"], "without columns"),
        (["table", "shop.csv", "--target", "b"], "held no classes in training"),
        (["image", "pets.npz", "--top", "0"], "top: 0 is no number of answers"),
        (["image", "pets.npz", "--out", "answers.txt"], "ends in .csv or .json"),
        (["image", "pets.npz", "--out", "nowhere/answers.csv"], "there is no folder 'nowhere'"),
        (["image", "pets.npz", "--out", "image/answers.csv"], "is a model"),
        (["table", "shop.csv", "--out", "shop.csv"], "holds the samples"),
    ],
)
def test_bad_input_is_refused(house: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str) -> None:
    monkeypatch.chdir(house)
    before = {path: path.stat().st_mtime_ns for path in house.rglob("*")}
    assert message in refused(vilfredo("predict", *arguments))
    assert {path: path.stat().st_mtime_ns for path in house.rglob("*")} == before


def test_columns_that_were_not_there_and_those_that_are_missing(house: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b,colour,price\n1,2,red,3\n")
    assert "were not there in training: 'price'" in refused(vilfredo("predict", house / "table", other))
    other.write_text("a,colour\n1,red\n")
    assert "are missing: 'b'" in refused(vilfredo("predict", house / "table", other))


def test_a_model_of_a_broken_network_does_not_answer(house: Path, tmp_path: Path) -> None:
    record, ship = models.parts(models.opened(house / "shop.csv"))
    weights = {name: value * np.nan for name, value in ship.network.state_dict().items()}
    write_model(tmp_path / "model", record, weights, lambda _: None)
    answer = vilfredo("predict", tmp_path / "model", house / "shop.csv")
    assert answer.code == 1
    assert "is not a number" in answer.err


@pytest.mark.slow
def test_a_reader_that_goes_away_is_no_error_of_ours(house: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "many.npy", np.zeros((20_000, 6, 5), np.uint8))
    program = "from vilfredo.cli.main import main; main()"
    command = [sys.executable, "-c", program, "predict", str(house / "image"), str(tmp_path / "many.npy")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "sample,label,probability\n"
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()


def test_the_fields_are_those_documented(house: Path) -> None:
    assert _fields(_documented(("predict",))) == set(
        vilfredo("predict", house / "image", house / "pets.npz", "--json").value
    )
