from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.tasks.open import open_dataset
from vilfredo.tasks.raw import Options
from vilfredo.tasks.readers import readers, ucr

NAN = np.nan
LINES = "1\t0.5\t1\t2\n2\t3\t4\t5\n1\t6\t7\t8\n2\t9\t1e1\t-11\n"


def write(folder: Path, text: str | bytes, name: str = "Toy_TRAIN.tsv") -> str:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(folder / name)


def refusal(source: str, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        open_dataset(source, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_values_and_labels(tmp_path: Path) -> None:
    raw = ucr.read(write(tmp_path, LINES), Options())
    assert (raw.name, raw.task, raw.test) == ("Toy", "series", None)
    assert raw.source == str(tmp_path / "Toy_TRAIN.tsv")
    assert raw.training.samples.tolist() == [[[0.5, 1, 2]], [[3, 4, 5]], [[6, 7, 8]], [[9, 10, -11]]]
    assert raw.training.labels.tolist() == [1, 2, 1, 2]


@pytest.mark.parametrize("given", ["Toy_TRAIN.tsv", "."])
def test_the_split_is_kept(tmp_path: Path, given: str) -> None:
    write(tmp_path, LINES)
    write(tmp_path, "2\t1\t2\t3\n", "Toy_TEST.tsv")
    dataset = open_dataset(str(tmp_path / given))
    assert (dataset.name, dataset.task, dataset.input_shape) == ("Toy", "series", (1, 3))
    assert dataset.x_test.tolist() == [[[1, 2, 3]]]
    assert (dataset.y_train.tolist(), dataset.y_test.tolist()) == ([0, 1, 0, 1], [1])


def test_a_single_file_holds_a_part_out(tmp_path: Path) -> None:
    dataset = open_dataset(write(tmp_path, LINES * 5, "toy.tsv"))
    assert dataset.name == "toy"
    assert (len(dataset.x_train), len(dataset.x_test)) == (16, 4)


@pytest.mark.parametrize("missing", ["NaN", "nan", "", "?"])
def test_missing_values_and_shorter_series(tmp_path: Path, missing: str) -> None:
    text = f"1\t1\t{missing}\t3\t4\n2\t5\t6\t{missing}\t{missing}\n1\t1\t2\t3\t4\n2\t5\t6\n"
    dataset = open_dataset(write(tmp_path, text), samples=4)
    both = np.concatenate([dataset.x_train, dataset.x_test])[:, 0]
    rows = {tuple(np.nan_to_num(row, nan=-1)) for row in both}
    assert rows == {(1, 2, 3, 4), (5, 6, -1, -1)}
    assert any("1 missing values in 1 of 4 training series" in note for note in dataset.notes)
    assert any("series of 2 to 4 steps" in note for note in dataset.notes)


def test_windows_line_ends_blank_lines_and_blank_space(tmp_path: Path) -> None:
    raw = ucr.read(write(tmp_path, "\r\n" + LINES.replace("\n", "\r\n\r\n").replace("\t", "\t ")), Options())
    assert raw.training.samples[3].tolist() == [[9, 10, -11]]
    assert raw.training.labels.tolist() == [1, 2, 1, 2]


def test_labels_of_both_parts_are_read_alike(tmp_path: Path) -> None:
    write(tmp_path, LINES.replace("2\t", "b\t"))
    write(tmp_path, "1\t1\t2\t3\n", "Toy_TEST.tsv")
    assert open_dataset(str(tmp_path)).labels == ("1", "b")


def test_text_as_labels(tmp_path: Path) -> None:
    assert open_dataset(write(tmp_path, "walk\t1\t2\n run \t1\t3\n" * 5)).labels == ("run", "walk")
    assert ucr.read(write(tmp_path, "walk\t1\t2\n"), Options()).training.labels.tolist() == ["walk"]


def test_files_only(tmp_path: Path) -> None:
    (tmp_path / "Toy.tsv").mkdir()
    assert not ucr.accepts(str(tmp_path / "Toy.tsv"))
    assert not ucr.accepts(str(tmp_path / "none.tsv"))
    assert ucr.accepts(write(tmp_path, "", "toy.TSV"))


def test_a_folder_with_ts_files_too_is_left_to_their_reader(tmp_path: Path) -> None:
    write(tmp_path, LINES)
    write(tmp_path, "@data\n1,2:a\n", "Toy_TRAIN.ts")
    assert [name for name, reader in readers().items() if reader.accepts(str(tmp_path))] == ["ts"]
    assert ucr.accepts(str(tmp_path / "Toy_TRAIN.tsv"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Toy_TRAIN.tsv is empty"),
        (b"\x89PNG\r\n\0\0", "Toy_TRAIN.tsv is not a text file"),
        ("1,2,3\n", "line 1: there are no tabs in it"),
        ("1\t2\t3\n\n1\n", "line 3: there are no tabs in it"),
        ("label\tvalue 1\tvalue 2\n" + LINES, "line 1: 'value 1' is no number"),
        ("label\t0\t1\t2\n" + LINES, "line 1: 'label' is the name of a column"),
        ("label\t0\t1\n1\t2\t3\n", "line 1: 'label' is the name of a column"),
        (LINES + "1\t5\tred\t3\n", "line 5: 'red' is no number"),
        ("1\t2,5\t3,5\n" * 3, "line 1: '2,5' is no number"),
        (LINES + "\t5\t6\t7\n", "line 5: there is no label"),
        (LINES + "0.7\t5\t6\t7\n", "line 5: its label is 0.7"),
        (LINES + "nan\t5\t6\t7\n", "line 5: there is no label"),
        (LINES + "?\t5\t6\t7\n", "line 5: there is no label"),
        (LINES + "inf\t5\t6\t7\n", "line 5: its label is inf"),
        (LINES + "1\t5\t1_000\t7\n", "line 5: '1_000' is no number"),
        ("1\t2\t3\n" * 5, "there is one class only"),
        (LINES + "1\tNaN\tNaN\tNaN\n", "1 of 5 training series hold no value at all (the first: series 4)"),
        (LINES + "1\tinf\t1\t2\n", "training series 4 holds an infinite value"),
        ("1\t2\n2\t3\n" * 4, "one step only"),
    ],
)
def test_bad_files(tmp_path: Path, text: str | bytes, message: str) -> None:
    assert message in refusal(write(tmp_path, text))


def test_tables_are_told_where_they_belong(tmp_path: Path) -> None:
    for text in ("age\tname\n3\tAnn\n", LINES + "1\t5\tred\t3\n", "class\t1\t2\n" + LINES):
        assert "save a table as .csv and give --target" in refusal(write(tmp_path, text))


def test_the_test_file_is_explained(tmp_path: Path) -> None:
    write(tmp_path, LINES)
    assert "Give Toy_TRAIN.tsv" in refusal(write(tmp_path, LINES, "Toy_TEST.tsv"))


def test_the_fault_is_in_the_file_that_has_it(tmp_path: Path) -> None:
    source = write(tmp_path, LINES)
    write(tmp_path, "1\tx\t2\n", "Toy_TEST.tsv")
    assert "Toy_TEST.tsv, line 1" in refusal(source)


def test_another_task_is_refused(tmp_path: Path) -> None:
    assert "holds data of kind 'series'" in refusal(write(tmp_path, LINES), task="table")


def test_labels_may_be_missing_to_predict(tmp_path: Path) -> None:
    source = write(tmp_path, "?\t1\t2\n2\t3\t4\nNaN\t5\t6\n")
    part = ucr.read(source, Options(labelled=False)).training
    assert part.samples.tolist() == [[[1, 2]], [[3, 4]], [[5, 6]]]
    assert part.labels.tolist() == [2]
    assert part.known is not None
    assert part.known.tolist() == [False, True, False]
    assert "line 1: there is no label before the first tab" in refusal(source)


def test_a_header_is_none_to_predict_either(tmp_path: Path) -> None:
    source = write(tmp_path, "label\t1\t2\n?\t3\t4\n1\t3\t4\n")
    with pytest.raises(InputError, match="line 1: 'label' is the name of a column"):
        ucr.read(source, Options(labelled=False))
    with pytest.raises(InputError, match=r"its label is 0\.5"):
        ucr.read(write(tmp_path, "0.5\t1\t2\n"), Options(labelled=False))
