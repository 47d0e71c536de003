"""Run folders: complete or not there, locked while searched in, clear about what is wrong with them."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.search.toy_search import DESCRIPTION

from vilfredo.errors import RunError
from vilfredo.search.run_folder import (
    create_run,
    differences,
    is_run,
    locked_by,
    read_description,
    reading,
    writing,
)
from vilfredo.search.store import Store

_DESCRIPTION: dict[str, Any] = {**DESCRIPTION, "settings": {"seed": 0}}

_HOLDER = """
import sys
from pathlib import Path
from vilfredo.search.run_folder import writing
with writing(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    create_run(folder, _DESCRIPTION)
    return folder


def test_a_new_run_is_complete(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["run.db", "run.toml", "weights"]
    assert is_run(folder)
    assert read_description(folder) == _DESCRIPTION
    assert [path.name for path in folder.parent.iterdir()] == ["run"]
    with reading(folder) as (description, store):
        assert description == _DESCRIPTION
        assert store.proposals() == []


def test_parents_are_made_and_an_empty_folder_is_used(tmp_path: Path) -> None:
    create_run(tmp_path / "a" / "b" / "run", _DESCRIPTION)
    assert is_run(tmp_path / "a" / "b" / "run")
    (tmp_path / "empty").mkdir()
    create_run(tmp_path / "empty", _DESCRIPTION)
    assert is_run(tmp_path / "empty")


def test_a_run_is_never_overwritten(folder: Path) -> None:
    with pytest.raises(RunError, match=r"holds a run already.*--resume"):
        create_run(folder, {**_DESCRIPTION, "settings": {"seed": 1}})
    assert read_description(folder) == _DESCRIPTION


def test_nothing_foreign_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter1.tex").write_text("At last")
    (tmp_path / "file").write_text("something")
    for name in ("thesis", "file"):
        with pytest.raises(RunError, match="exists and is not a run"):
            create_run(tmp_path / name, _DESCRIPTION)
    assert [path.name for path in (tmp_path / "thesis").iterdir()] == ["chapter1.tex"]
    assert (tmp_path / "file").read_text() == "something"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), sqlite3.OperationalError("disk is full")])
def test_a_run_is_created_completely_or_not_at_all(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        path.write_text("half")
        raise error

    monkeypatch.setattr(Store, "create", fail)
    with pytest.raises(RunError, match=r"cannot be written|full"):
        create_run(tmp_path / "run", _DESCRIPTION)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["file/run", "/proc/vilfredo/run", "x" * 300, "/dev/null/run"])
def test_a_place_that_cannot_be_written_is_refused(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RunError, match=r"cannot be created|not a run"):
        create_run(tmp_path / place, _DESCRIPTION)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_is_no_run_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text("")
    with pytest.raises(RunError, match=r"no folder .*vilfredo search DATA --run"):
        read_description(tmp_path / "nowhere")
    for place in (tmp_path, tmp_path / "run.toml"):
        with pytest.raises(RunError, match="not a run"):
            read_description(place)
    with pytest.raises(RunError, match="cannot be read"):
        read_description(tmp_path / ("x" * 300))


@pytest.mark.parametrize("text", ["= nonsense", "\x00", "", "data = 3", "[data]\n[environment]\nsettings = []"])
def test_a_damaged_description_is_refused(text: str, folder: Path) -> None:
    (folder / "run.toml").write_text(text)
    with pytest.raises(RunError, match=r"run\.toml.*(cannot be read|damaged)"):
        read_description(folder)


def test_a_description_that_is_no_text_is_refused(folder: Path) -> None:
    (folder / "run.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RunError, match="cannot be read"):
        read_description(folder)


def test_a_database_that_turns_out_to_be_damaged_is_named(folder: Path) -> None:
    with pytest.raises(RunError, match=r"is damaged, was edited"), reading(folder):
        raise sqlite3.DatabaseError("database disk image is malformed")
    with pytest.raises(RunError, match=r"run\.db' cannot be written .*full"), writing(folder):
        raise sqlite3.OperationalError("database or disk is full")
    assert locked_by(folder) is None


@contextmanager
def _holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == "locked\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_run_in_use_is_refused_by_the_name_of_its_user(folder: Path) -> None:
    with _holder(folder) as process:
        owner = f"process {process.pid} on {os.uname().nodename}"
        assert locked_by(folder) == owner
        with pytest.raises(RunError, match=f"in use by {owner}"), writing(folder):
            raise AssertionError("two at a time")
        with reading(folder) as (_, store):
            assert store.measurements() == []
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert locked_by(folder) is None
        with writing(folder) as store:
            store.set_meta(key=1)


def test_the_lock_is_given_back_and_names_the_new_owner(folder: Path) -> None:
    with writing(folder):
        assert locked_by(folder) == f"process {os.getpid()} on {os.uname().nodename}"
    assert locked_by(folder) is None
    with pytest.raises(ZeroDivisionError), writing(folder):
        raise ZeroDivisionError
    assert locked_by(folder) is None


def test_looking_who_is_there_makes_no_files(folder: Path) -> None:
    assert locked_by(folder) is None
    assert locked_by(folder / "nowhere") is None
    assert not (folder / "run.lock").exists()


def test_differences_name_both_values() -> None:
    ours = {"seed": 0, "space": {"blocks": 3, "operators": ["a"]}, "same": {"x": 1}, "gone": 1}
    theirs = {"seed": 1, "space": {"blocks": 3, "operators": ["a", "b"]}, "same": {"x": 1}, "new": {"y": 2}}
    assert differences(ours, theirs) == [
        "gone: 1 → None",
        "new: None → {'y': 2}",
        "seed: 0 → 1",
        "space.operators: ['a'] → ['a', 'b']",
    ]
    assert differences(ours, ours) == []
