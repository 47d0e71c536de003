"""``vilfredo evaluate``."""

from pathlib import Path

import numpy as np
import pytest
from tests.bundle import models
from tests.cli.command import refused, vilfredo
from tests.test_documentation import _documented, _fields

from vilfredo.bundle.folder import load_model
from vilfredo.bundle.report import report


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data and models of every kind."""
    folder = tmp_path_factory.mktemp("evaluate")
    models.write(folder / "image", models.image_data(folder))
    models.write(folder / "series", models.series_data(folder))
    models.write(folder / "table", models.table_data(folder))
    return folder


@pytest.mark.parametrize(("kind", "data"), [("image", "pets.npz"), ("series", "waves.npz"), ("table", "shop.csv")])
def test_the_report_on_the_test_part(house: Path, kind: str, data: str) -> None:
    found = vilfredo("evaluate", house / kind, house / data, "--json").value
    model, dataset = load_model(house / kind), models.opened(house / data)
    expected = report(model.predict_proba(dataset.x_test), dataset.y_test, dataset.labels).model_dump(mode="json")
    assert {name: found[name] for name in expected} == expected
    assert (found["model"], found["picture"]) == (str(house / kind), None)
    assert any("held out for the test" in note for note in found["notes"])


def test_as_a_table(house: Path) -> None:
    answer = vilfredo("evaluate", house / "image", house / "pets.npz")
    assert answer.code == 0
    found = vilfredo("evaluate", house / "image", house / "pets.npz", "--json").value
    low, high = found["accuracy_interval"]
    assert f"accuracy           {found['accuracy']:.4f}  95 % interval {low:.4f} to {high:.4f}" in answer.out
    assert "its accuracy on its test part was 0.5000" in answer.out
    lines = answer.out.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("class (worst first)"))
    shown = [line.split() for line in lines[start + 1 : start + 4]]
    assert sorted(cells[0] for cells in shown) == ["ant", "bee", "cat"]
    scores = [-1.0 if cells[-1] == "–" else float(cells[-1]) for cells in shown]
    assert scores == sorted(scores)
    assert "most often confused: '" in answer.out


def test_samples_that_were_learnt_from_are_called_so(house: Path) -> None:
    answer = vilfredo("evaluate", house / "table", house / "shop.csv", "--part", "train")
    assert "which it learnt from, so that scores say little" in answer.err


def test_a_picture(house: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "report.svg"
    answer = vilfredo("evaluate", house / "table", house / "shop.csv", "--picture", drawn)
    assert "<svg" in drawn.read_text()
    assert str(drawn) in answer.out


def test_many_classes_are_cut(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    data = tmp_path / "pets.npz"
    np.savez(data, x=generator.integers(0, 256, (125, 4, 4)).astype(np.uint8), y=np.arange(125) % 25)
    models.write(tmp_path / "model", data)
    answer = vilfredo("evaluate", tmp_path / "model", data)
    assert "class (the 20 worst of 25 classes)" in answer.out


def test_a_target_of_another_name(house: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text((house / "shop.csv").read_text().replace("bought", "sold"))
    assert "if it holds the classes, name it as the target" in refused(vilfredo("evaluate", house / "table", other))
    found = vilfredo("evaluate", house / "table", other, "--target", "sold", "--json").value
    assert found["samples"] == 12  # they are those of training still


def test_samples_that_cannot_be_judged(house: Path, tmp_path: Path) -> None:
    x = np.load(house / "pets.npz")["x_test"]
    np.save(tmp_path / "x.npy", x)
    assert "no labels to compare" in refused(vilfredo("evaluate", house / "image", tmp_path / "x.npy"))
    np.savez(tmp_path / "y.npz", x=x, y=np.array(["ant", "dog"] * 6))
    assert "labels that the model does not know: 'dog'" in refused(
        vilfredo("evaluate", house / "image", tmp_path / "y.npz")
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere", "pets.npz"], "'nowhere' does not exist"),
        (["image", "nothing.npz"], "no such file or folder"),
        (["series", "pets.npz"], "the model was trained on"),
        (["image", "pets.npz", "--part", "rest"], "'rest' is unknown"),
        (["table", "shop.csv", "--target", "bougth"], "Did you mean 'bought'?"),
        (["image", "pets.npz", "--picture", "report.pdf"], "picture: expected a file that ends in .png or .svg"),
        (["image", "pets.npz", "--picture", "image/report.png"], "is a model"),
    ],
)
def test_bad_input_is_refused(house: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str) -> None:
    monkeypatch.chdir(house)
    assert message in refused(vilfredo("evaluate", *arguments))


def test_the_fields_are_those_documented(house: Path) -> None:
    assert _fields(_documented(("evaluate",))) == set(
        vilfredo("evaluate", house / "image", house / "pets.npz", "--json").value
    )
