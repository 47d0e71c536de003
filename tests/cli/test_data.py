"""What is understood of data."""

from pathlib import Path

import numpy as np
import pytest
from tests.cli.command import refused, vilfredo


def _images(path: Path, labels: list[str]) -> Path:
    y = np.array(labels * 5)
    np.savez(path, x=np.random.default_rng(0).integers(0, 255, (len(y), 6, 4)).astype(np.uint8), y=y)
    return path


def test_digits() -> None:
    found = vilfredo("data", "show", "digits", "--json").value
    assert found["name"] == "digits"
    assert found["input_shape"] == [1, 8, 8]
    assert found["classes"] == 10
    assert found["labels"] == [str(digit) for digit in range(10)]
    assert sum(found["training_samples"]) + sum(found["test_samples"]) == 1797
    assert len(found["fingerprint"]) == 64
    assert any("held out" in note for note in found["notes"])


def test_as_a_search_would_read_it(tmp_path: Path) -> None:
    path = _images(tmp_path / "pets.npz", ["cat", "dog"])
    found = vilfredo("data", "show", path, "--resize", "5x7", "--samples", "6", "--json").value
    assert found["source"] == str(path)
    assert found["input_shape"] == [1, 5, 7]
    assert found["labels"] == ["cat", "dog"]
    assert found["training_samples"] == [3, 3]
    assert found["test_samples"] == [1, 1]
    assert found["dtype"] == "uint8"


def test_text_for_people(tmp_path: Path) -> None:
    answer = vilfredo("data", "show", _images(tmp_path / "pets.npz", ["cat", "dog"]))
    assert (answer.code, answer.err) == (0, "")
    assert "8 training and 2 test images of 6×4×1 (uint8), 2 classes" in answer.out
    rows = [line.split() for line in answer.out.splitlines()]
    assert ["cat", "4", "1"] in rows
    assert ["dog", "4", "1"] in rows


def test_many_classes_are_not_all_listed(tmp_path: Path) -> None:
    path = _images(tmp_path / "many.npz", [f"class{number:02d}" for number in range(23)])
    out = vilfredo("data", "show", path).out
    assert "class19" in out
    assert "class20" not in out
    assert "… and 3 classes more" in out


def test_labels_are_shown_as_they_are(tmp_path: Path) -> None:
    labels = ["[/bold]", "[red]", ":dog:", "plain"]
    out = vilfredo("data", "show", _images(tmp_path / "[red].npz", labels)).out
    assert all(label in out for label in labels)
    assert "[red].npz" in out


def test_bundled_data() -> None:
    names = vilfredo("data", "list", "--json").value["bundled"]
    assert {"digits", "wine", "GunPoint"} <= set(names)
    lines = vilfredo("data", "list").out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == names
    assert "178 rows of 13 numbers, 3 classes" in lines[1 + names.index("wine")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.npz"], "no such file"),
        (["digit"], "Did you mean 'digits'?"),
        ([""], "empty"),
        (["/dev/null"], "neither a file nor a folder"),
        (["digits", "--resize", "0x8"], "not a size"),
        (["digits", "--resize", "8"], "is a length, but these are images"),
        (["digits", "--resize", "99999x99999"], "not a size"),
        (["digits", "--samples", "0"], "at least 1"),
        (["digits", "--samples", "-4"], "at least 1"),
        (["digits", "--samples", "9"], "too few for 10 classes"),
        (["digits", "--samples", "few"], "Usage:"),
        ([], "Usage:"),
    ],
)
def test_bad_input_is_refused(arguments: list[str], message: str) -> None:
    assert message in refused(vilfredo("data", "show", *arguments))
    assert message in refused(vilfredo("data", "show", *arguments, "--json"))
