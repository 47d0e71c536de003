import sys
from pathlib import Path

import pytest
import torch

from vilfredo.training.peak_memory import watch_peak_memory

CPU = torch.device("cpu")
MIB = 2**20


def write_status(folder: Path, resident: int, most: int) -> None:
    (folder / "status").write_text(f"Name:\tpython\nVmPeak:\t 9999 kB\nVmHWM:\t {most} kB\nVmRSS:\t {resident} kB\n")


def test_the_peak_above_the_beginning(tmp_path: Path) -> None:
    (tmp_path / "clear_refs").touch()
    write_status(tmp_path, 100, 100)
    peak = watch_peak_memory(CPU, tmp_path)
    assert (tmp_path / "clear_refs").read_text() == "5"
    assert peak() == 0
    write_status(tmp_path, 80, 130)
    assert peak() == 30 * 1024


def test_nothing_is_claimed_where_the_system_keeps_silent(tmp_path: Path) -> None:
    assert watch_peak_memory(CPU, tmp_path / "none")() is None
    (tmp_path / "clear_refs").touch()
    assert watch_peak_memory(CPU, tmp_path)() is None  # no status
    (tmp_path / "status").write_text("Name:\tpython\n")
    assert watch_peak_memory(CPU, tmp_path)() is None
    write_status(tmp_path, 100, 100)
    (tmp_path / "clear_refs").unlink()
    (tmp_path / "clear_refs").mkdir()  # nobody may write here: the peak is that of the whole process
    assert watch_peak_memory(CPU, tmp_path)() is None


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells in /proc")
def test_what_was_freed_before_is_forgotten_and_what_is_freed_after_is_remembered() -> None:
    before = torch.zeros(300 * MIB, dtype=torch.uint8) + 1
    del before
    peak = watch_peak_memory(CPU)
    if peak() is None:
        pytest.skip("not here")
    during = torch.zeros(100 * MIB, dtype=torch.uint8) + 1
    del during
    found = peak()
    assert found is not None
    assert 90 * MIB < found < 290 * MIB
