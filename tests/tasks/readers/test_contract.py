"""What every reader in the folder must do."""

import gzip
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vilfredo.errors import InputError
from vilfredo.tasks.open import assemble, open_dataset
from vilfredo.tasks.raw import Options
from vilfredo.tasks.readers import readers

X = np.random.default_rng(0).integers(0, 256, (40, 7, 6), dtype=np.uint8)
Y = np.arange(40, dtype=np.uint8) % 3


def write_npz(folder: Path) -> str:
    np.savez(folder / "a.npz", x=X, y=Y)
    return str(folder / "a.npz")


def write_idx(folder: Path) -> str:
    for name, array in (("train-images-idx3-ubyte.gz", X), ("train-labels-idx1-ubyte.gz", Y)):
        header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
        (folder / name).write_bytes(gzip.compress(header + array.tobytes()))
    return str(folder)


def write_folder(folder: Path) -> str:
    for index, (image, label) in enumerate(zip(X, Y, strict=True)):
        (folder / str(label)).mkdir(exist_ok=True)
        Image.fromarray(image).save(folder / str(label) / f"{index}.png")
    return str(folder)


def write_ucr(folder: Path) -> str:
    for part in ("TRAIN", "TEST"):
        lines = ["\t".join(map(str, [label, *image.flat])) for image, label in zip(X, Y, strict=True)]
        (folder / f"Toy_{part}.tsv").write_text("\n".join(lines))
    return str(folder / "Toy_TRAIN.tsv")


def write_ts(folder: Path) -> str:
    rows = [[",".join(map(str, row)) for row in image] for image in X]
    lines = [":".join([*channels, f"class {label}"]) for channels, label in zip(rows, Y, strict=True)]
    (folder / "Toy_TRAIN.ts").write_text("\n".join(["@problemName Toy", "@classLabel true", "@data", *lines]))
    return str(folder)


def write_table(folder: Path) -> str:
    lines = [",".join(map(str, [*image.flat, label])) for image, label in zip(X, Y, strict=True)]
    header = ",".join([*(f"pixel {index}" for index in range(42)), "class"])
    (folder / "toy.csv").write_text("\n".join([header, *lines]))
    return str(folder / "toy.csv")


def write_unlabelled_npz(folder: Path) -> str:
    np.savez(folder / "a.npz", anything=X)
    return str(folder / "a.npz")


def write_unlabelled_idx(folder: Path) -> str:
    write_idx(folder)
    (folder / "train-labels-idx1-ubyte.gz").unlink()
    return str(folder)


def write_flat_folder(folder: Path) -> str:
    for index, image in enumerate(X):
        Image.fromarray(image).save(folder / f"{index:02}.png")
    return str(folder)


def write_unlabelled_ucr(folder: Path) -> str:
    (folder / "Toy.tsv").write_text("\n".join("\t".join(map(str, ["?", *image.flat])) for image in X))
    return str(folder / "Toy.tsv")


def write_unlabelled_ts(folder: Path) -> str:
    lines = [":".join(",".join(map(str, row)) for row in image) for image in X]
    (folder / "Toy.ts").write_text("\n".join(["@problemName Toy", "@classLabel false", "@data", *lines]))
    return str(folder / "Toy.ts")


def write_unlabelled_table(folder: Path) -> str:
    rows = [",".join(map(str, image.flat)) for image in X]
    (folder / "toy.csv").write_text("\n".join([",".join(f"pixel {index}" for index in range(42)), *rows]))
    return str(folder / "toy.csv")


UNLABELLED: dict[str, Callable[[Path], str] | None] = {
    "bundled": None,
    "folder": write_flat_folder,
    "idx": write_unlabelled_idx,
    "npz": write_unlabelled_npz,
    "table": write_unlabelled_table,
    "ts": write_unlabelled_ts,
    "ucr": write_unlabelled_ucr,
}
"""Samples alone; None where there are always labels."""
EXAMPLES: dict[str, Callable[[Path], str]] = {
    "bundled": lambda folder: "digits",
    "folder": write_folder,
    "idx": write_idx,
    "npz": write_npz,
    "table": write_table,
    "ts": write_ts,
    "ucr": write_ucr,
}
TEXT = ("table", "ts", "ucr")
"""Of which a part may be whole again."""
READING: dict[str, dict[str, Any]] = {"table": {"target": "class"}}
"""What must be said about an example."""
SIZES = {"table": None, "ts": (5,), "ucr": (5,)}
"""What to resize to, where it is not an image."""
HOSTILE = ("", " ", "/", ".", "no such thing", "a\0b", "x" * 5000, "\udcff", "/dev/null", "~", "../..")

every_reader = pytest.mark.parametrize("name", list(readers()))


@pytest.fixture
def source(name: str, tmp_path: Path) -> str:
    assert name in EXAMPLES, f"give readers/{name}.py an example here, so that this suite can run over it"
    folder = tmp_path / "example"
    folder.mkdir()
    return EXAMPLES[name](folder)


def test_all_are_found() -> None:
    assert set(readers()) >= {"bundled", "folder", "idx", "npz"}


@every_reader
def test_says_in_one_sentence_what_it_reads(name: str) -> None:
    first = str(readers()[name].__doc__).splitlines()[0]
    assert first.endswith(".")
    assert len(first) < 120


@every_reader
def test_accepts_never_raises(name: str) -> None:
    for source in HOSTILE:
        assert readers()[name].accepts(source) in (True, False)


@every_reader
def test_only_one_reader_accepts_a_source(name: str, source: str) -> None:
    assert [other for other, reader in readers().items() if reader.accepts(source)] == [name]


@every_reader
def test_reads_images_with_labels(name: str, source: str) -> None:
    raw = readers()[name].read(source, Options(**READING.get(name, {})))
    assert raw.name
    assert len(raw.training.samples) == len(raw.training.labels) > 0
    assert raw.training.name == "training"


@every_reader
def test_read_the_same_where_labels_need_not_be(name: str, source: str) -> None:
    strict = Options(**READING.get(name, {}))
    read = readers()[name].read(source, Options(**READING.get(name, {}), labelled=False))
    assert all(part is None or part.known is None for part in (read.training, read.test))
    assert assemble(read, strict).fingerprint == open_dataset(source, **READING.get(name, {})).fingerprint


@every_reader
def test_samples_alone(name: str, tmp_path: Path) -> None:
    assert name in UNLABELLED, f"say how readers/{name}.py reads samples without labels, so that this can be tested"
    write = UNLABELLED[name]
    if write is None:
        return
    source = write(tmp_path)
    reader = readers()[name]
    assert reader.accepts(source)
    part = reader.read(source, Options(**READING.get(name, {}), labelled=False)).training
    assert len(part.samples) == 40
    assert part.known is not None
    assert not part.known.any()
    assert len(part.labels) == 0
    np.testing.assert_array_equal(np.array(part.samples, dtype=np.float64).reshape(40, 7, 6), X)
    with pytest.raises(InputError, match=r"Expected|there is no column"):
        reader.read(source, Options(**READING.get(name, {})))


@every_reader
def test_dataset_is_sound(name: str, source: str) -> None:
    dataset = open_dataset(source, **READING.get(name, {}))
    for x, y in ((dataset.x_train, dataset.y_train), (dataset.x_test, dataset.y_test)):
        assert x.shape == (len(y), *dataset.input_shape)
        assert x.dtype == {"table": np.float64}.get(dataset.task, x.dtype) or x.dtype in (np.uint8, np.float32)
        assert y.dtype == np.int64
        assert x.flags.c_contiguous
    assert set(dataset.y_train) == set(range(dataset.classes))
    assert all(note and "\n" not in note for note in dataset.notes)


@every_reader
def test_same_source_same_data(name: str, source: str) -> None:
    options = READING.get(name, {})
    assert open_dataset(source, **options).fingerprint == open_dataset(source, **options).fingerprint


@every_reader
def test_size_and_samples_on_request(name: str, source: str) -> None:
    size = SIZES.get(name, (4, 5))
    dataset = open_dataset(source, resize=size, samples=20, **READING.get(name, {}))
    assert dataset.input_shape[1:] == (size or ())
    assert len(dataset.x_train) == 20


@every_reader
def test_files_cut_short_are_input_errors(name: str, source: str) -> None:
    found = [Path(source), *sorted(Path(source).rglob("*"))]
    for file in [path for path in found if path.is_file()][:3]:
        whole = file.read_bytes()
        for share in (0, 0.3, 0.7):
            file.write_bytes(whole[: int(share * len(whole))])
            refusal = ""
            try:
                open_dataset(source, **READING.get(name, {}))
            except InputError as error:
                refusal = str(error)
            assert source in refusal or (name in TEXT and share > 0)
            assert "\n" not in refusal
        file.write_bytes(whole)
    assert open_dataset(source, **READING.get(name, {})).classes >= 2


def test_the_same_images_in_every_form_are_the_same_data(tmp_path: Path) -> None:
    prints = set()
    for name in ("npz", "idx"):
        (tmp_path / name).mkdir()
        prints.add(open_dataset(EXAMPLES[name](tmp_path / name)).fingerprint)
    assert len(prints) == 1
