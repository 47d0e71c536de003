from pathlib import Path

import pytest

from vilfredo.files import write_whole


def test_a_file_is_replaced_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "there"
    write_whole(path, b"first")

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("vilfredo.files.os.fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"second")
    assert path.read_bytes() == b"first"
    assert [entry.name for entry in tmp_path.iterdir()] == ["there"]


def test_it_is_on_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[list[str]] = []
    monkeypatch.setattr(
        "vilfredo.files.os.fsync", lambda descriptor: synced.append([one.name for one in tmp_path.iterdir()])
    )
    write_whole(tmp_path / "there", b"first")
    assert synced == [[".there.partial"], ["there"]]  # its contents, then its name
