import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from vilfredo.errors import InputError
from vilfredo.tasks.open import open_dataset
from vilfredo.tasks.raw import Options, Raw
from vilfredo.tasks.readers.table import accepts, read

TEXT = "size,colour,kind\n" + "".join(f"{index % 7},{'rgb'[index % 3]},{'xy'[index % 2]}\n" for index in range(30))


def write(folder: Path, text: str = TEXT, name: str = "a.csv") -> str:
    (folder / name).write_text(text)
    return str(folder / name)


def read_text(folder: Path, text: str = TEXT, target: str | None = "kind", **options: Any) -> Raw:
    return read(write(folder, text), Options(target=target, **options))


def refusal(folder: Path, text: str = TEXT, target: str | None = "kind", **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        read_text(folder, text, target, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_accepts(tmp_path: Path) -> None:
    assert accepts(write(tmp_path))
    assert accepts(write(tmp_path, name="A.CSV"))
    assert accepts(write(tmp_path, name="a.parquet"))
    assert not accepts(write(tmp_path, name="a.tsv"))
    assert not accepts(str(tmp_path / "b.csv"))
    (tmp_path / "folder.csv").mkdir()
    assert not accepts(str(tmp_path / "folder.csv"))


def test_read(tmp_path: Path) -> None:
    raw = read_text(tmp_path)
    assert (raw.name, raw.source, raw.task, raw.test, raw.notes) == ("a", str(tmp_path / "a.csv"), "table", None, ())
    assert raw.training.samples.columns.tolist() == ["size", "colour"]
    assert raw.training.labels.tolist() == ["x", "y"] * 15


@pytest.mark.parametrize("target", ["kind", "colour", "size"])
def test_any_column_can_be_the_target(tmp_path: Path, target: str) -> None:
    dataset = open_dataset(write(tmp_path), target=target)
    assert target not in [column.name for column in dataset.columns]
    assert dataset.labels == {"kind": ("x", "y"), "colour": ("b", "g", "r"), "size": tuple("0123456")}[target]


@pytest.mark.parametrize(
    ("header", "guess"),
    [
        ("a,b,kind", "kind"),
        ("class,a,b", "class"),
        ("a,Quality,b", "Quality"),
        ("a,b,the kind", '"the kind"'),
    ],
)
def test_without_a_target_one_is_guessed(tmp_path: Path, header: str, guess: str) -> None:
    message = refusal(tmp_path, f"{header}\n1,2,3\n", None)
    assert message == (
        f"say which column holds the classes, e.g. --target {guess}. Columns: {header.replace(',', ', ')}."
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": "kinds"}, "target: there is no column 'kinds'. Did you mean 'kind'? Columns: size, colour, kind."),
        ({"ignore": ("kind",)}, "ignore: 'kind' is the target."),
        ({"categorical": ("kind",)}, "categorical: 'kind' is the target."),
    ],
)
def test_options_that_cannot_be(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    assert message in refusal(tmp_path, **options)


@pytest.mark.parametrize("options", [{"ignore": ("colours",)}, {"categorical": ("colours",)}])
def test_columns_that_are_not_there(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"there is no column 'colours'\. Did you mean 'colour'\?"):
        open_dataset(write(tmp_path), target="kind", **options)


def test_ignored_and_categorical_columns(tmp_path: Path) -> None:
    dataset = open_dataset(write(tmp_path), target="kind", ignore=["colour"], categorical=["size"])
    assert [(column.name, column.categories) for column in dataset.columns] == [("size", tuple("0123456"))]


def test_rows_without_a_class_are_left_out(tmp_path: Path) -> None:
    raw = read_text(tmp_path, "a,kind\n1,x\n2,\n3,y\n4,NA\n")
    assert raw.training.labels.tolist() == ["x", "y"]
    assert raw.training.samples["a"].tolist() == [1, 3]
    assert raw.notes == ("2 of 4 training rows have no 'kind': left out",)
    assert "no training row has a value in 'kind'" in refusal(tmp_path, "a,kind\n1,\n2,\n")


def test_a_question_mark_is_no_class(tmp_path: Path) -> None:
    raw = read_text(tmp_path, "a,kind\n1,x\n2, ?\n3,+\n4,-\n5,?\n")
    assert raw.training.labels.tolist() == ["x", "+", "-"]
    assert raw.notes == ("2 of 5 training rows have no 'kind': left out",)


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        (["3", "5", "3"], [3, 5, 3]),
        (["3", "", "5"], [3.0, 5.0]),
        (["x ", "x", " y"], ["x", "x", "y"]),
        (["True", "False", "True"], ["True", "False", "True"]),
        ([str(2**63), str(2**63 + 1)], [str(2**63), str(2**63 + 1)]),
        (["1", "x", "2"], ["1", "x", "2"]),
    ],
)
def test_labels(tmp_path: Path, values: list[str], labels: list[Any]) -> None:
    raw = read_text(tmp_path, "a,kind\n" + "".join(f"{index},{value}\n" for index, value in enumerate(values)))
    assert raw.training.labels.tolist() == labels
    assert raw.training.labels.dtype.kind in "ifU"


def test_regression_is_refused_with_advice(tmp_path: Path) -> None:
    message = refusal(tmp_path, "a,kind\n1,0.5\n2,1\n")
    assert message.startswith("target: 'kind' holds fractions, such as 0.5, which are no classes; regression")
    assert "name another column, or cut this one into ranges" in message


@pytest.mark.parametrize(
    ("training", "test"),
    [
        ("a_train.csv", "a_test.csv"),
        ("Train.csv", "Test.csv"),
        ("training-2.csv", "testing-2.csv"),
        ("TRAIN.CSV", "test.csv"),
    ],
)
def test_the_test_part_beside(tmp_path: Path, training: str, test: str) -> None:
    source = write(tmp_path, name=training)
    write(tmp_path, "kind,colour,size,more\nx,r,5,1\ny,b,6,2\n,r,7,3\n", test)
    raw = read(source, Options(target="kind"))
    assert raw.test is not None
    assert raw.test.labels.tolist() == ["x", "y"]
    assert raw.test.samples.to_dict("list") == {"size": [5, 6], "colour": ["r", "b"]}
    assert raw.notes == (
        f"{test}, which lies beside it, is the test part",
        f"columns that only {test} has are not used: 'more'",
        "1 of 3 test rows have no 'kind': left out",
    )
    assert len(open_dataset(source, target="kind").y_test) == 2


def test_a_test_file_without_classes_is_no_test_part(tmp_path: Path) -> None:
    source = write(tmp_path, name="train.csv")
    write(tmp_path, "size,colour\n1,r\n", "test.csv")
    raw = read(source, Options(target="kind"))
    assert raw.test is None
    assert raw.notes == ("test.csv has no column 'kind', and so is no test part: not used",)


def test_a_test_part_that_lacks_columns(tmp_path: Path) -> None:
    source = write(tmp_path, name="train.csv")
    write(tmp_path, "colour,kind\nr,x\n", "test.csv")
    with pytest.raises(InputError, match=r"test.csv lacks the columns 'size'\. Expected those of train.csv"):
        read(source, Options(target="kind"))
    dataset = open_dataset(source, target="kind", ignore=["size"])
    assert (len(dataset.x_test), len(dataset.columns)) == (1, 1)


def test_ignored_columns_may_differ(tmp_path: Path) -> None:
    source = write(tmp_path, name="train.csv")
    write(tmp_path, "size,colour,kind\n1,r,x\n", "test.csv")
    dataset = open_dataset(source, target="kind", ignore=["colour"])
    assert [column.name for column in dataset.columns] == ["size"]
    assert not any("not used" in note for note in dataset.notes)


def test_only_the_name_tells_of_a_test_part(tmp_path: Path) -> None:
    source = write(tmp_path, name="a.csv")
    write(tmp_path, name="test.csv")
    assert read(source, Options(target="kind")).test is None


def test_classes_that_are_numbers_in_one_part_only(tmp_path: Path) -> None:
    source = write(tmp_path, "a,kind\n1,1\n2,x\n3,1\n4,x\n", "train.csv")
    write(tmp_path, "a,kind\n1,1\n2,\n", "test.csv")
    dataset = open_dataset(source, target="kind")
    assert (dataset.labels, dataset.y_test.tolist()) == (("1", "x"), [0])


def test_parquet_is_the_same_data(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    source = write(tmp_path)
    pd.read_csv(source).to_parquet(tmp_path / "b.parquet")
    same = open_dataset(str(tmp_path / "b.parquet"), target="kind")
    assert same.fingerprint == open_dataset(source, target="kind").fingerprint


def test_whole_numbers_of_parquet_that_may_be_missing(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    table = pd.DataFrame({"a": [1, 2, 3, 4], "kind": pd.array([0, 1, None, 0], dtype="Int64")})
    table.to_parquet(tmp_path / "a.parquet")
    labels = read(str(tmp_path / "a.parquet"), Options(target="kind")).training.labels
    assert labels.tolist() == [0, 1, 0]
    assert labels.dtype == np.int64


def test_pandas_and_scikit_learn_are_loaded_only_when_needed() -> None:
    code = (
        "import sys; from vilfredo.tasks.open import open_dataset; from vilfredo.tasks.kinds import kinds; kinds()\n"
        "from vilfredo.tasks.readers import readers; readers()\n"
        "assert not {'pandas', 'sklearn', 'pyarrow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_target_may_be_missing_to_predict(tmp_path: Path) -> None:
    alone = "size,colour\n1,r\n2,g\n"
    for target in ("kind", None):
        part = read_text(tmp_path, alone, target, labelled=False).training
        assert list(part.samples.columns) == ["size", "colour"]
        assert len(part.only_labelled().samples) == 0
    assert "there is no column 'kind'" in refusal(tmp_path, alone)


def test_some_classes_may_be_missing_to_predict(tmp_path: Path) -> None:
    text = "size,kind\n1,x\n2,\n3,?\n4,y\n"
    raw = read_text(tmp_path, text, labelled=False)
    assert raw.training.samples["size"].tolist() == [1, 2, 3, 4]
    assert raw.training.labels.tolist() == ["x", "y"]
    assert raw.training.known is not None
    assert raw.training.known.tolist() == [True, False, False, True]
    labelled, strict = raw.training.only_labelled(), read_text(tmp_path, text).training
    pd.testing.assert_frame_equal(labelled.samples, strict.samples)
    assert labelled.labels.tolist() == strict.labels.tolist()
    none = read_text(tmp_path, "size,kind\n1,\n2,?\n", labelled=False).training
    assert list(none.samples.columns) == ["size"]
    assert len(none.labels) == 0


def test_numbers_in_one_part_and_words_in_the_other_stay_known(tmp_path: Path) -> None:
    write(tmp_path, "size,kind\n1,1\n2,2\n", "train.csv")
    write(tmp_path, "size,kind\n1,1\n2,\n3,x\n", "test.csv")
    raw = read(str(tmp_path / "train.csv"), Options(target="kind", labelled=False))
    assert raw.test is not None
    assert raw.test.known is not None
    assert (raw.training.labels.tolist(), raw.test.labels.tolist()) == (["1", "2"], ["1", "x"])
    assert raw.test.known.tolist() == [True, False, True]


def test_a_single_column_is_enough_to_predict(tmp_path: Path) -> None:
    assert len(read_text(tmp_path, "size\n1\n2\n", labelled=False).training.samples) == 2
    assert "single column" in refusal(tmp_path, "size\n1\n2\n")
