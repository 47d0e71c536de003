import importlib.util
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from vilfredo.errors import InputError
from vilfredo.tasks import table_files
from vilfredo.tasks.table_files import read_frame


def frame(folder: Path, text: str, target: str | None = None, encoding: str = "utf-8") -> tuple[Any, list[str]]:
    notes: list[str] = []
    (folder / "a.csv").write_text(text, encoding)
    return read_frame(folder / "a.csv", target, notes), notes


def as_lists(found: Any) -> dict[str, list[Any]]:
    return {name: [None if pd.isna(value) else value for value in found[name]] for name in found.columns}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,x\n2,y\n", {"a": [1, 2], "b": ["x", "y"]}),
        ("\n a , b\n1, x\n\n2, y\n", {"a": [1, 2], "b": ["x", "y"]}),
        ('a;b\n"1,5";"x;y"\n2;z\n', {"a": [1.5, 2], "b": ["x;y", "z"]}),
        ("a,b\n1,\n,NA\n", {"a": [1, None], "b": [None, None]}),
        ("a,b,c\n1,2\n4,5,6\n", {"a": [1, 4], "b": [2, 5], "c": [None, 6]}),
        ("a,b\n1,2,\n4,5,\n", {"a": [1, 4], "b": [2, 5]}),
    ],
)
def test_csv(tmp_path: Path, text: str, expected: dict[str, list[Any]]) -> None:
    assert as_lists(frame(tmp_path, text)[0]) == expected


def test_notes(tmp_path: Path) -> None:
    assert frame(tmp_path, "a,b\n1,2\n")[1] == []
    assert frame(tmp_path, "a;b\n1,5;2\n")[1] == ["a.csv: numbers read with decimal commas"]
    found, notes = frame(tmp_path, "é,b\n1,ü\n", encoding="latin-1")
    assert as_lists(found) == {"é": [1], "b": ["ü"]}
    assert notes == ["a.csv is not UTF-8: read as latin-1; if letters are wrong, save it as UTF-8"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["None", "Apnoea", "", "NA"], ["None", "Apnoea", None, None]),
        (["1", "2", "None", ""], [1, 2, None, None]),
        (["NA", "a", "b", "a"], [None, "a", "b", "a"]),
    ],
)
def test_a_class_may_be_called_none(tmp_path: Path, values: list[str], expected: list[Any]) -> None:
    text = "x,y,z\n" + "".join(f"1,{value},None\n" for value in values)
    found = as_lists(frame(tmp_path, text, "y")[0])
    assert found == {"x": [1] * 4, "y": expected, "z": [None] * 4}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"a.csv is empty\. Expected a table with a header"),
        ("a,b\n", r"a.csv has a header and no rows"),
        ("a,b\n1,2,3\n4,5,6\n", r"a.csv has rows of more fields than the 2 of its header\. Expected a name for each"),
        ("a,b\n1,2\n4,5,6\n", r"a.csv cannot be read as a table \(.*line 3.*\)\. Expected as many fields"),
        ('a,b\n1,"2\n', r"a.csv cannot be read as a table \(.*EOF"),
    ],
)
def test_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        frame(tmp_path, text)
    assert "\n" not in str(caught.value)


def test_what_the_system_refuses_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(pd, "read_csv", refuse)
    with pytest.raises(MemoryError):
        frame(tmp_path, "a,b\n1,2\n")


class TestParquet:
    @pytest.fixture(autouse=True)
    def _pyarrow(self) -> None:
        pytest.importorskip("pyarrow")

    def test_values_and_types(self, tmp_path: Path) -> None:
        table = pd.DataFrame({" a": [1.5, None], "b": ["x", None], "c": pd.Categorical(["u", "v"])})
        table.to_parquet(tmp_path / "a.parquet")
        found = read_frame(tmp_path / "a.parquet", None, [])
        assert as_lists(found) == {"a": [1.5, None], "b": ["x", None], "c": ["u", "v"]}
        assert found["c"].dtype == "category"

    def test_an_index_with_a_name_is_a_column(self, tmp_path: Path) -> None:
        table = pd.DataFrame({"a": [1, 2]}, index=pd.Index(["u", "v"], name="kind"))
        table.to_parquet(tmp_path / "a.parquet")
        assert as_lists(read_frame(tmp_path / "a.parquet", None, [])) == {"kind": ["u", "v"], "a": [1, 2]}

    def test_damaged(self, tmp_path: Path) -> None:
        pd.DataFrame({"a": range(100)}).to_parquet(tmp_path / "a.parquet")
        whole = (tmp_path / "a.parquet").read_bytes()
        for contents in (b"PAR1", whole[:-20], whole[:50] + whole[60:], b"a,b\n1,2\n"):
            (tmp_path / "a.parquet").write_bytes(contents)
            with pytest.raises(InputError, match=r"a.parquet is not a parquet file, or is damaged \("):
                read_frame(tmp_path / "a.parquet", None, [])

    def test_no_rows(self, tmp_path: Path) -> None:
        pd.DataFrame({"a": [], "b": []}).to_parquet(tmp_path / "a.parquet")
        with pytest.raises(InputError, match="a header and no rows"):
            read_frame(tmp_path / "a.parquet", None, [])


def test_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    known = importlib.util.find_spec
    monkeypatch.setattr(table_files, "find_spec", lambda name: None if name == "pyarrow" else known(name))
    with pytest.raises(
        InputError, match=r'needs pyarrow: pip install "vilfredo\[parquet\]", or save the table as .csv'
    ):
        read_frame(tmp_path / "a.parquet", None, [])
