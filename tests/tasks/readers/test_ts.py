from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.tasks.open import open_dataset
from vilfredo.tasks.raw import Options
from vilfredo.tasks.readers import readers, ts

NAN = np.nan
HEAD = "@problemName Toy\n@timeStamps false\n@univariate true\n@classLabel true a b\n@data\n"
LINES = "1,2.5,-3:a\n4,5,6e1:b\n7,8,9:a\n1,1,2:b\n"


def write(folder: Path, text: str | bytes, name: str = "Toy_TRAIN.ts") -> str:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(folder / name)


def refusal(source: str) -> str:
    with pytest.raises(InputError) as caught:
        open_dataset(source)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def samples(folder: Path, text: str) -> list[Any]:
    return [series.tolist() for series in ts.read(write(folder, text), Options()).training.samples]


def test_values_and_labels(tmp_path: Path) -> None:
    raw = ts.read(write(tmp_path, HEAD + LINES), Options())
    assert (raw.name, raw.task, raw.test) == ("Toy", "series", None)
    assert raw.source == str(tmp_path / "Toy_TRAIN.ts")
    assert [one.tolist() for one in raw.training.samples] == [[[1, 2.5, -3]], [[4, 5, 60]], [[7, 8, 9]], [[1, 1, 2]]]
    assert raw.training.labels.tolist() == ["a", "b", "a", "b"]


def test_channels(tmp_path: Path) -> None:
    assert samples(tmp_path, "@data\n1,2:3,4:5,6:a\n7,8:9,10:11,12:b\n") == [
        [[1, 2], [3, 4], [5, 6]],
        [[7, 8], [9, 10], [11, 12]],
    ]


def test_lengths_that_differ_between_series_and_channels(tmp_path: Path) -> None:
    source = write(tmp_path, "@data\n1,2,3:4,5:a\n6,7:8,9:b\n1,2,3,4:5,6,7,8:a\n1,2:3,4:b\n")
    first, second, *_ = ts.read(source, Options()).training.samples
    np.testing.assert_array_equal(first, [[1, 2, 3], [4, 5, NAN]])
    np.testing.assert_array_equal(second, [[6, 7], [8, 9]])
    dataset = open_dataset(source)
    assert dataset.input_shape == (2, 4)
    assert any("series of 2 to 4 steps" in note for note in dataset.notes)


def test_missing_values(tmp_path: Path) -> None:
    for missing in ("?", "NaN", "nan"):
        (one,) = ts.read(write(tmp_path, f"@data\n1,{missing},3:{missing},5,6:a\n"), Options()).training.samples
        np.testing.assert_array_equal(one, [[1, NAN, 3], [NAN, 5, 6]])


def test_headers_in_any_case_comments_and_blank_lines(tmp_path: Path) -> None:
    text = (
        "\ufeff# Toy: of Pareto's\n%# older\n#\n\n@PROBLEMNAME Toy\n@TimeStamps False\n"
        "@missing\tfalse\n@Univariate false\n"
        "@dimensions 2\n@Dimension 2\n@equalLength true\n@serieslength 2\n@CLASSLABEL  True\ta  b\n@targetlabel false\n"
        "@\n@DATA\n\n \t\n# here\n  # and there\n 1,2 : 3,4 : a \r\n5,6:7,8:b"
    )
    assert samples(tmp_path, text) == [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]
    assert ts.read(write(tmp_path, text), Options()).training.labels.tolist() == ["a", "b"]


def test_comments_in_another_encoding(tmp_path: Path) -> None:
    raw = ts.read(write(tmp_path, "# 5 µV – naïve\n".encode("cp1252") + (HEAD + LINES).encode()), Options())
    assert len(raw.training.samples) == 4


@pytest.mark.parametrize("given", ["Toy_TRAIN.ts", "."])
def test_the_split_is_kept(tmp_path: Path, given: str) -> None:
    write(tmp_path, HEAD + LINES)
    write(tmp_path, HEAD + "3,2,1:b\n", "Toy_TEST.ts")
    dataset = open_dataset(str(tmp_path / given))
    assert (dataset.name, dataset.task, dataset.labels) == ("Toy", "series", ("a", "b"))
    assert dataset.x_test.tolist() == [[[3, 2, 1]]]
    assert (dataset.y_train.tolist(), dataset.y_test.tolist()) == ([0, 1, 0, 1], [1])
    assert [name for name, reader in readers().items() if reader.accepts(str(tmp_path / given))] == ["ts"]


def test_numbers_as_classes_are_in_their_order(tmp_path: Path) -> None:
    text = "@classLabel true 1.0 10.0 2.0\n@data\n" + "1,2:10.0\n1,3:2.0\n1,4:1.0\n" * 3
    assert open_dataset(write(tmp_path, text)).labels == ("1", "2", "10")


def test_text_as_classes(tmp_path: Path) -> None:
    text = "@classLabel true Running Standing\n@data\n" + "1,2:Standing\n1,3:Running\n" * 5
    assert open_dataset(write(tmp_path, text)).labels == ("Running", "Standing")


def test_numbers_as_classes_may_be_written_in_two_ways(tmp_path: Path) -> None:
    text = "@classLabel true 1 2 11 \n@data\n" + "1,2:1.0\n1,3:2.00\n1,4:1\n1,4:11\n" * 3
    assert open_dataset(write(tmp_path, text)).labels == ("1", "2", "11")


@pytest.mark.parametrize("header", ["", "@classLabel\n", "@classLabel true\n"])
def test_a_header_need_not_list_the_classes(tmp_path: Path, header: str) -> None:
    assert open_dataset(write(tmp_path, f"{header}@data\n{LINES}")).labels == ("a", "b")


def test_numbers_that_only_python_reads_stay_text(tmp_path: Path) -> None:
    assert open_dataset(write(tmp_path, "@data\n" + "1,2:1_1\n1,3:11\n" * 5)).labels == ("11", "1_1")


def test_lines_end_where_editors_end_them(tmp_path: Path) -> None:
    assert samples(tmp_path, "# page\x0cone \u2028\r@data\r1,2 \x0c,3:a") == [[[1, 2, 3]]]


def test_a_single_file_holds_a_part_out(tmp_path: Path) -> None:
    dataset = open_dataset(write(tmp_path, HEAD + LINES * 5, "toy.ts"))
    assert dataset.name == "toy"
    assert (len(dataset.x_train), len(dataset.x_test)) == (16, 4)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Toy_TRAIN.ts is empty"),
        (b"G@\x11\0\x10", "Toy_TRAIN.ts is not a text file"),
        ("const a: number = 1;\n", "line 1: 'const a: number = 1;' comes before @data"),
        (LINES, "line 1: '1,2.5,-3:a' comes before @data"),
        ("# only\n# comments\n", "has no line @data"),
        (HEAD.replace("@data", ""), "has no line @data"),
        (HEAD, "has no series after @data"),
        (HEAD + "# nothing\n\n", "has no series after @data"),
        (HEAD + LINES + "1,2,3", "line 10: no class after the last colon"),
        (HEAD + LINES + "1", "line 10: no class after the last colon"),
        (HEAD + LINES + "1,2,3:", "line 10: no class after the last colon"),
        (HEAD + LINES + "1,2,3:?", "line 10: no class after the last colon"),
        (HEAD + LINES + "1,2,3: NaN", "line 10: no class after the last colon"),
        (HEAD + LINES + "1,2_0,3:a", "line 10: '2_0' is no number"),
        ("@classLabel true 1 2\n@data\n1,2:1.0\n1,2:2.5\n", "its header does not list: '2.5'. Expected those of"),
        ("@classLabel a b\n@data\n1,2:a\n", "has @classLabel a …. Expected true after it"),
        ("@data\n1,2:3,4:a\n1,2:3,4", "line 3: no class after the last colon"),
        ("@data\n1,2:3,4:a\n1,2:3\n", "line 3: it has 1 channels, but the first series 2"),
        (HEAD + "1,x,3:a\n", "line 6: 'x' is no number"),
        (
            HEAD + LINES + "1,2:c d\n1,2:d\n1,2:a\n",
            "classes that its header does not list: 'c d', 'd'. Expected those of",
        ),
        (HEAD + "1,2,3:a\n" * 5, "there is one class only"),
        (HEAD + LINES + "?,?:a\n", "1 of 5 training series hold no value at all (the first: series 4)"),
        (HEAD + LINES + "1,inf:a\n", "training series 4 holds an infinite value"),
        (HEAD + LINES + "1,1e39:a\n", "training series 4 holds an infinite value"),
        ("@timestamps TRUE\n@data\n(0,1),(1,2):a\n", "has time stamps (@timeStamps true), which cannot be read"),
        ("@data\n (0,1),(1,2):a\n", "line 2: it has time stamps"),
        ("@targetLabel true\n@data\n1,2:0.5\n", "is for regression"),
        ("@classLabel false\n@data\n1,2\n", "has no classes (@classLabel false)"),
        ("@classLabel False\n@data\n1,2\n", "has no classes (@classLabel false)"),
    ],
)
def test_bad_files(tmp_path: Path, text: str | bytes, message: str) -> None:
    assert message in refusal(write(tmp_path, text))


def test_files_only(tmp_path: Path) -> None:
    (tmp_path / "Toy.ts").mkdir()
    assert not ts.accepts(str(tmp_path / "Toy.ts"))
    assert not ts.accepts(str(tmp_path / "none.ts"))
    assert ts.accepts(write(tmp_path, "", "toy.TS"))


def test_the_test_file_is_explained(tmp_path: Path) -> None:
    write(tmp_path, HEAD + LINES)
    assert "Give Toy_TRAIN.ts" in refusal(write(tmp_path, HEAD + LINES, "Toy_TEST.ts"))


def test_the_fault_is_in_the_file_that_has_it(tmp_path: Path) -> None:
    source = write(tmp_path, HEAD + LINES)
    write(tmp_path, HEAD + "1,x:a", "Toy_TEST.ts")
    assert "Toy_TEST.ts, line 6" in refusal(source)


def test_channels_that_differ_between_the_parts(tmp_path: Path) -> None:
    source = write(tmp_path, HEAD + LINES)
    write(tmp_path, "@data\n1,2:3,4:a\n", "Toy_TEST.ts")
    assert "test series 0 has 2 channels, but the first training series 1" in refusal(source)


def test_damage_anywhere_is_an_input_error_or_other_data(tmp_path: Path) -> None:
    whole, rng = bytearray((HEAD + LINES * 3).encode()), np.random.default_rng(0)
    for _ in range(300):
        damaged = whole.copy()
        for place in rng.integers(0, len(whole), size=3):
            damaged[place] = rng.integers(0, 256)
        try:
            dataset = open_dataset(write(tmp_path, bytes(damaged)))
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017 - either outcome is right
        else:
            assert dataset.classes >= 2


def test_classes_may_be_missing_to_predict(tmp_path: Path) -> None:
    part = ts.read(write(tmp_path, HEAD + "1,2:a\n3,4:?\n5,6:b\n"), Options(labelled=False)).training
    assert part.labels.tolist() == ["a", "b"]
    assert part.known is not None
    assert part.known.tolist() == [True, False, True]
    text = "@classLabel False\n@data\n1,2:3,4\n5,6:7,8\n"
    part = ts.read(write(tmp_path, text), Options(labelled=False)).training
    assert [one.tolist() for one in part.samples] == [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]
    assert len(part.only_labelled().samples) == 0
    assert "has no classes (@classLabel false)" in refusal(write(tmp_path, text))


def test_a_line_without_a_class_field(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 6: no class after the last colon"):
        ts.read(write(tmp_path, HEAD + "1,2,3\n"), Options(labelled=False))
