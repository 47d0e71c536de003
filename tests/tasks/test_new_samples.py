from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from tests.tasks.readers.test_contract import EXAMPLES, READING, SIZES, UNLABELLED, every_reader

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.layout import InputLayout
from vilfredo.tasks.memory import dataset_from
from vilfredo.tasks.new_samples import NewSamples, admit_samples, open_samples
from vilfredo.tasks.open import open_dataset

RNG = np.random.default_rng(0)
DIGITS = open_dataset("digits", samples=200)
X = DIGITS.x_test[:6, 0]
FRAME = pd.DataFrame(
    {"size": RNG.normal(size=60), "colour": ["red", "blue", "red"] * 20, "one": 1, "kind": ["a", "b"] * 30}
)


def opened(source: Any, dataset: Dataset, **asked: Any) -> NewSamples:
    return open_samples(str(source), InputLayout.of(dataset), dataset.labels, **asked)


def refused(source: Any, dataset: Dataset, **asked: Any) -> str:
    with pytest.raises(InputError) as caught:
        opened(source, dataset, **asked)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@every_reader
@pytest.mark.parametrize("resized", [False, True])
@pytest.mark.parametrize("samples", [None, 20])
def test_the_data_of_training_are_judged_by_their_test_part(
    name: str, resized: bool, samples: int | None, tmp_path: Path
) -> None:
    source = EXAMPLES[name](tmp_path)
    dataset = open_dataset(
        source, resize=SIZES.get(name, (4, 5)) if resized else None, samples=samples, **READING.get(name, {})
    )
    for part, x, y in (
        (None, dataset.x_test, dataset.y_test),
        ("test", dataset.x_test, dataset.y_test),
        ("train", dataset.x_train, dataset.y_train),
    ):
        found = opened(source, dataset, part=part)
        assert found.x.tobytes() == x.tobytes()
        assert (found.x.dtype, found.x.shape) == (x.dtype, x.shape)
        np.testing.assert_array_equal(found.y, y)
        assert len(set(found.names)) == len(x)
        assert any("the data that the model was trained on" in note for note in found.notes)
        assert found.labelled() is found
    everything = opened(source, dataset, part="all")
    assert len(everything.x) >= len(dataset.x_train) + len(dataset.x_test)


@every_reader
def test_samples_without_labels(name: str, tmp_path: Path) -> None:
    write = UNLABELLED[name]
    if write is None:
        return
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
    dataset = open_dataset(EXAMPLES[name](tmp_path / "old"), **READING.get(name, {}))
    if dataset.task == "series":
        dataset = dataset_from(RNG.integers(0, 256, (40, *((7, 6) if name == "ts" else (1, 42)))), np.arange(40) % 2)
    found = opened(write(tmp_path / "new"), dataset)
    assert len(found.x) == len(found.names) == 40
    assert found.y is None
    assert found.x.shape[1:] == dataset.input_shape
    with pytest.raises(InputError, match=r"^data '.*': the samples have no labels to compare predictions with"):
        found.labelled()


def test_labels_are_known_by_their_text(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=X, y=np.array([3, 1, 4, 1, 5, 9]))
    np.savez(tmp_path / "b.npz", x=X, y=np.array(list("314159")))
    np.savez(tmp_path / "c.npz", x=X, y=np.array([1, 0, 2, 0, 3, 4]), class_names=np.array(list("13459")))
    for file in ("a.npz", "b.npz", "c.npz"):
        found = opened(tmp_path / file, DIGITS)
        np.testing.assert_array_equal(found.y, [3, 1, 4, 1, 5, 9])
        assert found.names == tuple("012345")
        assert found.source == str(tmp_path / file)


def test_labels_that_the_model_does_not_know(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=X, y=np.array([3, 1, 4, 77, 5, -1]))
    found = opened(tmp_path / "a.npz", DIGITS)
    np.testing.assert_array_equal(found.y, [3, 1, 4, -1, 5, -1])
    assert found.strange == ("-1", "77")
    assert found.notes == ("labels that the model does not know: '-1', '77'",)
    with pytest.raises(InputError, match=r"does not know: '-1', '77'\. Expected its classes: 0, 1, 2.*; mend them"):
        found.labelled()


def test_some_rows_have_no_label(tmp_path: Path) -> None:
    FRAME.to_csv(tmp_path / "old.csv", index=False)
    dataset = open_dataset(str(tmp_path / "old.csv"), target="kind")
    FRAME.iloc[::-1].assign(kind=["b", None, "a"] * 20).to_csv(tmp_path / "new.csv", index=False)
    found = opened(tmp_path / "new.csv", dataset)
    np.testing.assert_array_equal(found.y, [1, -1, 0] * 20)
    labelled = found.labelled()
    np.testing.assert_array_equal(labelled.y, [1, 0] * 20)
    np.testing.assert_array_equal(labelled.x, found.x[np.array([True, False, True] * 20)])
    assert labelled.names[:3] == ("0", "2", "3")
    assert labelled.notes[-1] == "20 of 60 samples have no label: left out"


def test_a_table_with_the_classes_elsewhere(tmp_path: Path) -> None:
    FRAME.to_csv(tmp_path / "old.csv", index=False)
    dataset = open_dataset(str(tmp_path / "old.csv"), target="kind", ignore=["one"])
    new = tmp_path / "new.csv"
    FRAME[::-1].rename(columns={"kind": "sort"}).drop(columns="one").to_csv(new, index=False)
    np.testing.assert_array_equal(opened(new, dataset, target="sort").y, [1, 0] * 30)
    assert "not there in training: 'sort'. Expected" in refused(new, dataset)
    assert "there is no column 'sorts' with classes in it. Did you mean 'sort'" in refused(new, dataset, target="sorts")
    assert "target: 'size' held no classes in training" in refused(new, dataset, target="size")
    assert "bundled data come with their classes" in refused("iris", dataset, target="kind")
    assert "data of kind 'image', without columns" in refused(new, DIGITS, target="kind")


def test_a_table_of_one_column(tmp_path: Path) -> None:
    FRAME[["size", "kind"]].to_csv(tmp_path / "old.csv", index=False)
    dataset = open_dataset(str(tmp_path / "old.csv"), target="kind")
    FRAME[["size"]].head(4).to_csv(tmp_path / "new.csv", index=False)
    np.testing.assert_array_equal(opened(tmp_path / "new.csv", dataset).x[:, 0], FRAME["size"].head(4))


def test_files_of_images_go_by_their_names(tmp_path: Path) -> None:
    colour = RNG.integers(0, 256, (40, 9, 8, 3), dtype=np.uint8)
    dataset = dataset_from(colour, np.arange(40) % 2)
    Image.fromarray(colour[0]).save(tmp_path / "a.png")
    Image.fromarray(colour[1]).save(tmp_path / "b.png")
    (tmp_path / "notes.txt").write_text("no image")
    found = opened(tmp_path, dataset)
    assert found.names == ("a.png", "b.png")
    np.testing.assert_array_equal(found.x, colour[:2].transpose(0, 3, 1, 2))
    one = opened(tmp_path / "b.png", dataset)
    assert (one.names, one.y) == (("b.png",), None)
    np.testing.assert_array_equal(one.x, found.x[1:])
    (tmp_path / "1").mkdir()
    Image.fromarray(colour[2]).save(tmp_path / "1" / "c.png")
    found = opened(tmp_path, dataset)
    assert found.names == ("a.png", "b.png", str(Path("1") / "c.png"))
    np.testing.assert_array_equal(found.y, [-1, -1, 1])


def test_grey_files_for_a_model_of_colour(tmp_path: Path) -> None:
    dataset = dataset_from(RNG.integers(0, 256, (40, 9, 8, 3), dtype=np.uint8), np.arange(40) % 2)
    grey = RNG.integers(0, 256, (9, 8), dtype=np.uint8)
    Image.fromarray(grey).save(tmp_path / "a.png")
    found = opened(tmp_path / "a.png", dataset)
    np.testing.assert_array_equal(found.x, np.stack([grey] * 3)[None])
    assert found.notes == ("grey images taken as RGB, as the model was trained on",)
    np.save(tmp_path / "a.npy", grey[None])
    assert "Expected 3 channels: repeat the grey channel" in refused(tmp_path / "a.npy", dataset)


def test_files_of_several_sizes(tmp_path: Path) -> None:
    for size in (5, 6):
        Image.fromarray(RNG.integers(0, 256, (size, 6), dtype=np.uint8)).save(tmp_path / f"{size}.png")
    x = RNG.integers(0, 256, (40, 7, 6), dtype=np.uint8)
    y = np.arange(40) % 2
    message = refused(tmp_path, dataset_from(x, y))
    assert "differ in size" in message
    assert "--resize" not in message
    assert opened(tmp_path, dataset_from(x, y, resize=(4, 4))).x.shape == (2, 1, 4, 4)


def test_other_kinds_of_data_are_refused(tmp_path: Path) -> None:
    assert "these are rows, the model was trained on images of 8×8×1" in refused("iris", DIGITS)
    series = dataset_from(RNG.normal(size=(40, 1, 9)), np.arange(40) % 2, resize=9)
    Image.fromarray(np.zeros((9, 9), dtype=np.uint8)).save(tmp_path / "a.png")
    assert "these are images, the model was trained on series of 9 steps" in refused(tmp_path, series)


def test_the_test_file_of_an_archive_alone(tmp_path: Path) -> None:
    series = dataset_from(RNG.normal(size=(40, 1, 4)), np.arange(40) % 2)
    (tmp_path / "Toy_TEST.tsv").write_text("0\t1\t2\t3\t4\n1\t2\t3\t4\t5\n")
    found = opened(tmp_path / "Toy_TEST.tsv", series)
    np.testing.assert_array_equal(found.y, [0, 1])


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "it is empty"),
        ("no such thing", "no such file or folder"),
        ("bundled:digit", "Did you mean 'digits'"),
        (".", "no subfolders of images"),
    ],
)
def test_no_samples(source: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert refused(source, DIGITS).startswith(f"data {source!r}: ")
    assert message in refused(source, DIGITS)


def test_no_such_part() -> None:
    assert "part: 'tests' is unknown. Did you mean 'test'? Known: train, test, all." in refused(
        "digits", DIGITS, part="tests"
    )


def test_samples_in_memory() -> None:
    layout = InputLayout.of(DIGITS)
    for x in (X, X.tolist(), list(X), tuple(X)):
        np.testing.assert_array_equal(admit_samples(x, layout)[0][:, 0], X)
    for wrong in ([[1], [2, 3]], None, "text"):
        with pytest.raises(InputError, match="Expected"):
            admit_samples(wrong, layout)


def test_ragged_series_in_memory() -> None:
    layout = InputLayout.of(dataset_from(RNG.normal(size=(40, 1, 4)), np.arange(40) % 2))
    x, notes = admit_samples([[1.0, 2.0], [1.0, 2.0, 3.0, 4.0, 5.0]], layout)
    np.testing.assert_array_equal(x[:, 0], [[1, 2, np.nan, np.nan], [1, 2, 3, 4]])
    assert "1 of 2 cut to 4" in notes[0]


def test_a_single_sample_has_one_name(tmp_path: Path) -> None:
    dataset = open_dataset("digits")
    np.save(tmp_path / "one.npy", dataset.x_test[0, 0])
    found = open_samples(str(tmp_path / "one.npy"), InputLayout.of(dataset), dataset.labels)
    assert found.names == ("0",)
    assert len(found.x) == 1
