"""The readers on real data, where it is there: `VILFREDO_DATA`, or ``../shared/data`` beside the repository."""

import os
from pathlib import Path

import numpy as np
import pytest

from vilfredo.tasks.kinds import find_kind
from vilfredo.tasks.open import open_dataset

DATA = Path(os.environ.get("VILFREDO_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")


def real(name: str) -> str:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path} is not there; VILFREDO_DATA may name another folder")
    return str(path)


def test_fashion_mnist() -> None:
    dataset = open_dataset(real("images/fashion_mnist"), samples=10_000)
    assert dataset.name == "fashion_mnist"
    assert dataset.input_shape == (1, 28, 28)
    np.testing.assert_array_equal(np.bincount(dataset.y_train), [1000] * 10)
    np.testing.assert_array_equal(np.bincount(dataset.y_test), [1000] * 10)
    assert round(float(dataset.x_test.mean()) / 255, 3) == 0.287


@pytest.mark.parametrize(
    ("name", "shape", "counts", "label"),
    [
        ("mnist", (1, 28, 28), (60_000, 10_000), "0"),
        ("cifar10_mini", (3, 32, 32), (10_000, 2_000), "airplane"),
        ("eurosat_mini", (3, 32, 32), (8_000, 2_000), "AnnualCrop"),
    ],
)
def test_npz(name: str, shape: tuple[int, int, int], counts: tuple[int, int], label: str) -> None:
    dataset = open_dataset(real(f"images/{name}.npz"))
    assert dataset.input_shape == shape
    assert (len(dataset.x_train), len(dataset.x_test)) == counts
    assert dataset.labels[0] == label
    assert dataset.x_train.dtype == np.uint8
    assert dataset.notes == ()


@pytest.mark.parametrize(
    ("name", "shape", "counts", "labels"),
    [
        ("Adiac", (1, 176), (390, 391), [str(label) for label in range(1, 38)]),
        ("Wafer", (1, 152), (1000, 6163), ["-1", "1"]),
        ("SmallKitchenAppliances", (1, 720), (375, 375), ["1", "2", "3"]),
        ("NATOPS", (24, 51), (180, 180), list("012345")),
        ("PenDigits", (2, 8), (7494, 3498), list("0123456789")),
        ("JapaneseVowels_eq", (12, 25), (270, 370), list("123456789")),
    ],
)
def test_series(name: str, shape: tuple[int, int], counts: tuple[int, int], labels: list[str]) -> None:
    dataset = open_dataset(real(f"series/{name}.npz"))
    assert (dataset.task, dataset.input_shape) == ("series", shape)
    assert (len(dataset.x_train), len(dataset.x_test)) == counts
    assert list(dataset.labels) == labels
    assert dataset.x_train.dtype == np.float32
    assert not np.isnan(dataset.x_train).any()
    assert not any("renumbered" not in note and "class names" not in note for note in dataset.notes)
    x = find_kind("series").fit(dataset.x_train, ()).apply(dataset.x_train)
    assert x.shape == (counts[0], shape[0], 1, shape[1])
    np.testing.assert_allclose(x.mean(axis=(0, 2, 3), dtype=np.float64), 0, atol=1e-4)
    np.testing.assert_allclose(x.std(axis=(0, 2, 3), dtype=np.float64), 1, atol=1e-4)


def test_series_as_text_are_the_same_data(tmp_path: Path) -> None:
    """PenDigits written as .ts, Adiac as .tsv, both in their split."""
    for name, extension in (("PenDigits", "ts"), ("Adiac", "tsv")):
        source = real(f"series/{name}.npz")
        for part, arrays in {"TRAIN": ("x_train", "y_train"), "TEST": ("x_test", "y_test")}.items():
            with np.load(source) as archive:
                x, y = (archive[key] for key in arrays)
            lines = ["@classLabel true", "@data"] if extension == "ts" else []
            for series, label in zip(x.tolist(), y.tolist(), strict=True):
                channels = [",".join(map(repr, channel)) for channel in series]
                line = ":".join([*channels, str(label)])
                lines.append(line if extension == "ts" else f"{label}\t{channels[0]}".replace(",", "\t"))
            (tmp_path / f"{name}_{part}.{extension}").write_text("\n".join(lines))
        dataset, expected = open_dataset(str(tmp_path / f"{name}_TRAIN.{extension}")), open_dataset(source)
        for key in ("x_train", "y_train", "x_test", "y_test"):
            np.testing.assert_array_equal(getattr(dataset, key), getattr(expected, key))


@pytest.mark.parametrize(
    ("colour", "counts", "labels"), [("red", (1279, 320), "345678"), ("white", (3918, 980), "3456789")]
)
def test_wine_quality(colour: str, counts: tuple[int, int], labels: str) -> None:
    dataset = open_dataset(real(f"tables/winequality-{colour}.csv"), target="quality")
    assert (dataset.name, dataset.task, dataset.input_shape) == (f"winequality-{colour}", "table", (11,))
    assert (len(dataset.x_train), len(dataset.x_test)) == counts
    assert dataset.labels == tuple(labels)
    assert [column.name for column in dataset.columns][::10] == ["fixed acidity", "alcohol"]
    assert all(column.categories is None for column in dataset.columns)
    assert not any("left out" in note or "missing" in note for note in dataset.notes)
    x = find_kind("table").fit(dataset.x_train, dataset.columns).apply(dataset.x_train)
    assert x.shape == (counts[0], 11, 1, 1)
    np.testing.assert_allclose(x.mean(axis=0, dtype=np.float64), 0, atol=1e-5)
    np.testing.assert_allclose(x.std(axis=0, dtype=np.float64), 1, atol=1e-5)


def test_wine_quality_with_numbers_as_categories() -> None:
    source = real("tables/winequality-red.csv")
    dataset = open_dataset(source, target="quality", categorical=["free sulfur dioxide"], ignore=["pH"])
    kept = next(column for column in dataset.columns if column.categories)
    assert (len(dataset.columns), len(kept.categories or ())) == (10, 50)
    assert any("the 50 commonest of its 60 categories are kept" in note for note in dataset.notes)
    x = find_kind("table").fit(dataset.x_train, dataset.columns).apply(dataset.x_test)
    index = dataset.columns.index(kept)
    known = np.isin(dataset.x_test[:, index], dataset.x_train[:, index])
    assert known.mean() > 0.99
    np.testing.assert_array_equal(x[:, 9:, 0, 0].sum(axis=1), known)  # none is rare, so the unseen have no feature
