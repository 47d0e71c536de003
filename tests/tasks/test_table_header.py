from pathlib import Path

import pytest

from vilfredo.errors import InputError
from vilfredo.tasks.table_header import Layout, names_of, read_layout


def layout(folder: Path, contents: str | bytes) -> Layout:
    (folder / "a.csv").write_bytes(contents if isinstance(contents, bytes) else contents.encode())
    return read_layout(folder / "a.csv")


@pytest.mark.parametrize(
    ("text", "separator", "names"),
    [
        ("a,b\n1,2", ",", ("a", "b")),
        ("a;b;c,d\n", ";", ("a", "b", "c,d")),
        ("a\tb\n", "\t", ("a", "b")),
        ("a|b\r\n1|2\r\n", "|", ("a", "b")),
        ('"a,b,c,d";e\n', ";", ("a,b,c,d", "e")),
        ('"a\nb", c \n', ",", ("a\nb", "c")),
        ("\n\n a , b\n", ",", ("a", "b")),
        ("0,1,2\n5.1,3,a", ",", ("0", "1", "2")),
        ("year,2020,2021\n", ",", ("year", "2020", "2021")),
        ("nan,inf,x\n", ",", ("nan", "inf", "x")),
    ],
)
def test_separator_and_names(tmp_path: Path, text: str, separator: str, names: tuple[str, ...]) -> None:
    assert layout(tmp_path, text) == Layout(separator, ".", "utf-8", names)


@pytest.mark.parametrize(
    ("contents", "encoding", "name"),
    [
        ("é,b\n".encode(), "utf-8", "é"),
        ("é,b\n".encode("utf-8-sig"), "utf-8-sig", "é"),
        ("é,b\n".encode("latin-1"), "latin-1", "é"),
        (b"a,b\n1," + "é".encode("latin-1"), "latin-1", "a"),
    ],
)
def test_encodings(tmp_path: Path, contents: bytes, encoding: str, name: str) -> None:
    found = layout(tmp_path, contents)
    assert (found.encoding, found.names[0]) == (encoding, name)


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("a;b\n1,5;2\n", ","),
        ('a;b\r\n2;"-1,5"\r\n', ","),
        ("a\tb\n1,5\t2\n", ","),
        ("a;b\n1,5;01.02.2024\n", ","),
        ("a;b\n1,5;2.5\n", "."),
        ("a;b\n1.5;2\n", "."),
        ("a;b\nx,y;2\n", "."),
        ("a;b\n1;2\n", "."),
        ("a,b\n1,5\n", "."),
    ],
)
def test_decimal_sign(tmp_path: Path, text: str, decimal: str) -> None:
    assert layout(tmp_path, text).decimal == decimal


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        ("a\n1\n", "a.csv has a single column ('a'). Expected columns separated by commas"),
        ("\n \n", "a.csv has a single column ('')"),
        ("a,,c\n", "a.csv: column 2 has no name. Expected a header that names all"),
        (",a\n0,5\n", "column 1 has no name.*often the row's number, which can be removed"),
        ("a,b, a,b\n", "a.csv has several columns called a, b. Give each a name"),
        ("5.1,3.5,setosa\n4.9,3.0,setosa\n", "a.csv has no header: its first line holds 5.1. Expected the names"),
        ("5,3,1\n", "a.csv has no header: its first line holds 5."),
        ("a,b\n".encode("utf-16"), "a.csv is not a text file, or one in UTF-16"),
        ("a," + "b" * 200_000, "a.csv: its header cannot be read"),
    ],
)
def test_refused(tmp_path: Path, contents: str | bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        layout(tmp_path, contents)
    for part in message.split(".*"):
        assert part in str(caught.value)


def test_many_columns(tmp_path: Path) -> None:
    names = tuple(f"column {index}" for index in range(20_000))
    assert layout(tmp_path, ",".join(names) + "\n").names == names


def test_names() -> None:
    assert names_of([" a", "b "], Path("x")) == ["a", "b"]


def test_a_single_column_where_it_is_enough(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("size\n1.5\n2\n")
    assert read_layout(tmp_path / "a.csv", least=1).names == ("size",)
    with pytest.raises(InputError, match="single column"):
        read_layout(tmp_path / "a.csv")
    (tmp_path / "a.csv").write_text("\n\n")
    with pytest.raises(InputError, match="single column"):
        read_layout(tmp_path / "a.csv", least=1)
