"""Folders that take each other's place."""

import sys
from pathlib import Path

import pytest

from vilfredo.bundle import swapping
from vilfredo.bundle.swapping import put_in_place


def _folder(path: Path, content: str) -> Path:
    path.mkdir()
    (path / "file").write_text(content)
    return path


def test_nothing_there(tmp_path: Path) -> None:
    assert put_in_place(_folder(tmp_path / "made", "new"), tmp_path / "place") is None
    assert (tmp_path / "place" / "file").read_text() == "new"
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("swaps", [True, False])
def test_something_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swaps: bool) -> None:
    if not swaps:
        monkeypatch.setattr(swapping, "_exchanged", lambda *_: False)
    made, place = _folder(tmp_path / "made", "new"), _folder(tmp_path / "place", "old")
    former = put_in_place(made, place)
    assert former is not None
    assert (place / "file").read_text() == "new"
    assert (former / "file").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is done in two steps")
def test_in_one_step_on_linux(tmp_path: Path) -> None:
    made, place = _folder(tmp_path / "made", "new"), _folder(tmp_path / "place", "old")
    assert put_in_place(made, place) == made


def test_a_file_is_not_replaced(tmp_path: Path) -> None:
    made, place = _folder(tmp_path / "made", "new"), tmp_path / "place"
    place.write_text("mine")
    with pytest.raises(OSError, match="Not a directory"):
        put_in_place(made, place)
    assert place.read_text() == "mine"
    with pytest.raises(FileNotFoundError):
        put_in_place(tmp_path / "never", tmp_path / "other")


def test_what_was_there_comes_back_when_the_second_step_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swapping, "_exchanged", lambda *_: False)
    place = _folder(tmp_path / "place", "old")
    with pytest.raises(FileNotFoundError):
        put_in_place(tmp_path / "never", place)
    assert (place / "file").read_text() == "old"
