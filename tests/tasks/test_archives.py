from pathlib import Path

import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.tasks.archives import (
    Lines,
    archive_files,
    holds_archive,
    is_missing,
    is_number,
    label_arrays,
    numbers,
    parts_of,
    text_lines,
)


def touch(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).touch()
    return folder


@pytest.mark.parametrize("given", ["Toy_TRAIN.ts", "."])
def test_a_pair(tmp_path: Path, given: str) -> None:
    touch(tmp_path, "Toy_TRAIN.ts", "Toy_TEST.ts", "Toy_TRAIN.arff", "Toy.txt")
    name, training, test = archive_files(str(tmp_path / given), ".ts")
    assert (name, training, test) == ("Toy", tmp_path / "Toy_TRAIN.ts", tmp_path / "Toy_TEST.ts")


def test_names_in_any_case(tmp_path: Path) -> None:
    touch(tmp_path, "toy_Train.TS", "TOY_test.Ts")
    assert archive_files(str(tmp_path), ".ts") == ("toy", tmp_path / "toy_Train.TS", tmp_path / "TOY_test.Ts")


@pytest.mark.parametrize("name", ["Toy_TRAIN.ts", "toy.ts"])
def test_without_a_partner(tmp_path: Path, name: str) -> None:
    touch(tmp_path, name, "Other_TEST.ts", "Toy_TEST.tsv")
    assert archive_files(str(tmp_path / name), ".ts")[1:] == (tmp_path / name, None)


def test_several_in_a_folder(tmp_path: Path) -> None:
    folder = touch(tmp_path / "Toy", "A_TRAIN.ts", "B_TRAIN.ts")
    with pytest.raises(InputError, match=r"several data sets: A_TRAIN\.ts, B_TRAIN\.ts\. Give the path"):
        archive_files(str(folder), ".ts")
    touch(folder, "Toy_TRAIN.ts")
    assert archive_files(str(folder), ".ts")[0] == "Toy"


@pytest.mark.parametrize("name", ["Toy_TEST.ts", "Toy_test.ts"])
def test_the_test_file(tmp_path: Path, name: str) -> None:
    touch(tmp_path, "Toy_TRAIN.ts", name)
    with pytest.raises(InputError, match=r"this is the test part by its name\. Give Toy_TRAIN\.ts"):
        archive_files(str(tmp_path / name), ".ts")


def test_folders_that_hold_some(tmp_path: Path) -> None:
    folder = touch(tmp_path, "Toy_TRAIN.tsv")
    (tmp_path / "b_TRAIN.ts").mkdir()
    assert holds_archive(str(folder), ".tsv")
    assert holds_archive(str(folder), ".ts", ".tsv")
    assert not holds_archive(str(folder), ".ts")
    assert not holds_archive(str(folder / "Toy_TRAIN.tsv"), ".tsv")


def test_a_folder_that_may_not_be_looked_into_holds_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(folder: Path) -> None:
        raise PermissionError(folder)

    monkeypatch.setattr(Path, "iterdir", forbid)
    assert not holds_archive(str(touch(tmp_path, "Toy_TRAIN.ts")), ".ts")


def test_text_of_any_encoding(tmp_path: Path) -> None:
    for contents in ("µ\na", "\ufeffµ\r\na"):
        (tmp_path / "a").write_text(contents, encoding="utf-8")
        assert text_lines(tmp_path / "a", "") == ["µ", "a"]
    (tmp_path / "a").write_text("a\rb\r\nc\x0bd\x0ce\x85f\u2028g\n", encoding="utf-8", newline="")
    assert text_lines(tmp_path / "a", "") == ["a", "b", "c\x0bd\x0ce\x85f\u2028g", ""]
    (tmp_path / "a").write_bytes("µ\na".encode("latin-1"))
    assert text_lines(tmp_path / "a", "") == ["\\xb5", "a"]


@pytest.mark.parametrize(
    ("contents", "message"), [(b"", "a is empty. E"), (b" \n", "a is empty. E"), (b"a\0b", "a is not a text file. E")]
)
def test_what_is_no_text(tmp_path: Path, contents: bytes, message: str) -> None:
    (tmp_path / "a").write_bytes(contents)
    with pytest.raises(InputError, match=message):
        text_lines(tmp_path / "a", "E")


def test_numbers_and_missing_ones() -> None:
    np.testing.assert_array_equal(numbers(["1", " -2.5e1", "nan", "NaN"], ""), [1, -25, np.nan, np.nan])
    np.testing.assert_array_equal(numbers(["1", "?", "", " ? "], ""), [1, np.nan, np.nan, np.nan])


@pytest.mark.parametrize("wrong", ["a", "1;2", "1?", "1 2", "1_000"])
def test_what_is_no_number(wrong: str) -> None:
    with pytest.raises(InputError, match=r"line 3: '.*' is no number") as caught:
        numbers(["?", "2", wrong], "line 3")
    assert repr(wrong) in str(caught.value)


def test_labels_are_numbers_where_all_of_both_parts_are() -> None:
    training, test = label_arrays(["1", "2.0", "1e1"], ["2"])
    assert (training.tolist(), test.tolist()) == ([1, 2, 10], [2])
    for labels in (["1", "x"], ["1", "0.5"], ["1", "nan"], ["1", "inf"], ["1", "1_1"], ["1", "-9007199254740993"]):
        training, test = label_arrays(labels, ["1"])
        assert (training.tolist(), test.tolist()) == (labels, ["1"])
    (largest,) = label_arrays(["9007199254740991"])
    assert largest.tolist() == [2**53 - 1]


def test_texts_that_are_numbers_and_those_that_are_missing() -> None:
    texts = ["1", " -2e3 ", "nan", "NaN", "inf", "?", "", " ? ", "1_0", "a"]
    assert [text for text in texts if is_number(text)] == ["1", " -2e3 ", "nan", "NaN", "inf"]
    assert [text for text in texts if is_missing(text)] == ["nan", "NaN", "?", "", " ? "]


def test_the_test_part_by_itself(tmp_path: Path) -> None:
    touch(tmp_path, "Toy_TEST.ts", "Toy_TRAIN.ts")
    file = tmp_path / "Toy_TEST.ts"
    assert archive_files(str(file), ".ts", labelled=False) == ("Toy", file, None)
    assert archive_files(str(tmp_path), ".ts", labelled=False)[2] == file


def test_parts_of_files() -> None:
    x = np.zeros((3, 1, 2))
    training, test = parts_of([Lines(x, ["2", "10", "2"]), Lines(x, [None, "1.0", None])])
    assert (training.name, training.labels.tolist(), training.known) == ("training", [2, 10, 2], None)
    assert (test.name, test.labels.tolist()) == ("test", [1])
    assert test.known is not None
    assert test.known.tolist() == [False, True, False]
    assert parts_of([Lines(x, ["a", None, "2"])])[0].labels.tolist() == ["a", "2"]
    assert len(parts_of([Lines(x, [None] * 3)])) == 1
