import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.tasks.open import open_dataset

X = np.random.default_rng(0).integers(0, 256, (100, 6, 5), dtype=np.uint8)
Y = np.arange(100) % 4


def save(folder: Path, **arrays: Any) -> str:
    np.savez(folder / "a.npz", **arrays)
    return str(folder / "a.npz")


def refusal(source: str, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        open_dataset(source, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_held_out_part_is_stratified_and_always_the_same(tmp_path: Path) -> None:
    source = save(tmp_path, x=X, y=Y)
    dataset = open_dataset(source)
    np.testing.assert_array_equal(np.bincount(dataset.y_test), [5] * 4)
    assert open_dataset(source).fingerprint == dataset.fingerprint
    both = np.concatenate([dataset.x_train, dataset.x_test])
    assert {image.tobytes() for image in both} == {image.tobytes() for image in X}


def test_how_it_was_read_opens_it_again(tmp_path: Path) -> None:
    source = save(tmp_path, x=X, y=Y)
    assert open_dataset(source).reading == {}
    dataset = open_dataset(source, resize=(4, 4), samples=20, task="image")
    assert dataset.reading == {"resize": (4, 4), "samples": 20, "task": "image"}
    assert open_dataset(source, **dataset.reading).fingerprint == dataset.fingerprint


def test_samples_take_from_the_training_part_only(tmp_path: Path) -> None:
    source = save(tmp_path, x_train=X, y_train=Y, x_test=X, y_test=Y)
    dataset = open_dataset(source, samples=20)
    np.testing.assert_array_equal(np.bincount(dataset.y_train), [5] * 4)
    assert len(dataset.x_test) == 100
    assert "20 of 100 training images used (stratified); the test part is whole" in dataset.notes
    assert open_dataset(source, samples=20).fingerprint == dataset.fingerprint
    assert open_dataset(source, samples=21).fingerprint != dataset.fingerprint


def test_samples_do_not_change_the_held_out_part(tmp_path: Path) -> None:
    source = save(tmp_path, x=X, y=Y)
    np.testing.assert_array_equal(open_dataset(source, samples=20).x_test, open_dataset(source).x_test)


def test_more_samples_than_there_are(tmp_path: Path) -> None:
    source = save(tmp_path, x=X, y=Y)
    assert open_dataset(source, samples=1000).fingerprint == open_dataset(source).fingerprint


@pytest.mark.parametrize("samples", [0, -5, 3])
def test_too_few_samples(tmp_path: Path, samples: int) -> None:
    assert f"samples: {samples} is" in refusal(save(tmp_path, x=X, y=Y), samples=samples)


def test_resize(tmp_path: Path) -> None:
    dataset = open_dataset(save(tmp_path, x=X, y=Y), resize=(3, 4))
    assert dataset.x_train.shape[1:] == dataset.x_test.shape[1:] == (1, 3, 4)
    assert "images of 6x5 resized to 3x4" in dataset.notes


def test_resize_to_nothing(tmp_path: Path) -> None:
    assert "Expected HEIGHTxWIDTH" in refusal(save(tmp_path, x=X, y=Y), resize=(0, 4))


@pytest.mark.parametrize("shape", [(100, 1, 1), (100, 1, 1, 3)])
def test_images_of_one_pixel(tmp_path: Path, shape: tuple[int, ...]) -> None:
    assert open_dataset(save(tmp_path, x=np.zeros(shape), y=Y), task="image").input_shape[1:] == (1, 1)


def test_classes_with_a_single_sample(tmp_path: Path) -> None:
    y = Y.copy()
    y[[3, 7]] = [-1, 99]
    dataset = open_dataset(save(tmp_path, x=X, y=y))
    assert set(dataset.y_train) == set(range(6))
    assert not {0, 5} & set(dataset.y_test)
    assert "2 classes have a single training sample, which stays in training: '-1', '99'" in dataset.notes


@pytest.mark.parametrize("y", [[0, 1, 2], [0, 0, 1], [0, 1]])
def test_too_few_to_set_any_aside(tmp_path: Path, y: list[int]) -> None:
    assert "no class has two" in refusal(save(tmp_path, x=X[: len(y)], y=np.array(y)))


def test_the_fewest_that_work(tmp_path: Path) -> None:
    dataset = open_dataset(save(tmp_path, x=X[:4], y=np.array([0, 0, 0, 1])))
    assert dataset.y_train.tolist() == [0, 0, 1]


@pytest.mark.parametrize("name", ["nothing.npz", "no/such/folder", "x" * 300, "a\0b", "~nobody/x", "\udcff"])
def test_missing(name: str) -> None:
    message = refusal(name)
    assert "no such file or folder" in message or "File name too long" in message
    message.encode()


def test_missing_with_a_near_neighbour(tmp_path: Path) -> None:
    source = save(tmp_path, x=X, y=Y)
    assert f"Did you mean '{source}'?" in refusal(source.replace("a.npz", "a.npy"))


@pytest.mark.parametrize("source", ["", " "])
def test_blank(source: str) -> None:
    assert "Expected a file, a folder or a bundled name (digits, wine," in refusal(source)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    assert "the file is empty" in refusal(str(tmp_path / "a.txt"))


def test_another_kind_of_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1,2,3")
    message = refusal(str(tmp_path / "a.txt"))
    for kind in ("digits", ".npz", "folder of images", "IDX", ".csv or .parquet", ".tsv", ".ts "):
        assert kind in message


def test_neither_file_nor_folder(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.npz")
    assert "neither a file nor a folder" in refusal(str(tmp_path / "pipe.npz"))


def test_home_is_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    source = save(tmp_path, x=X, y=Y)
    assert open_dataset("~/a.npz").source == source


def test_relative_paths_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source = save(tmp_path, x=X, y=Y)
    assert open_dataset("a.npz").source == open_dataset("./a.npz").source == source


def test_without_permission(tmp_path: Path) -> None:
    source = Path(save(tmp_path, x=X, y=Y))
    source.chmod(0)
    if os.access(source, os.R_OK):
        pytest.skip("nothing is forbidden to this user")
    assert "no permission to read" in refusal(str(source))
    folder = tmp_path / "folder"
    folder.mkdir(mode=0)
    assert "no permission to read" in refusal(str(folder))
    assert "no permission to read" in refusal(str(folder / "a.npz"))


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError(13, "Permission denied", "a.npz"), "no permission to read a.npz"),
        (OSError(5, "Input/output error"), "cannot be read: Input/output error"),
        (MemoryError(), "does not fit in memory"),
    ],
)
def test_what_the_system_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    source = save(tmp_path, x=X, y=Y)
    monkeypatch.setattr(np, "load", refuse)
    refused = refusal(source)
    assert message in refused
    assert source in refused


@pytest.mark.parametrize("options", [{"target": "a"}, {"ignore": ["a"]}, {"categorical": ["a"]}])
def test_options_of_tables_for_other_data(tmp_path: Path, options: dict[str, Any]) -> None:
    (option,) = options
    message = refusal(save(tmp_path, x=X, y=Y), **options)
    assert f"{option}: these data are of kind 'image', without columns. Leave --{option} out." in message
