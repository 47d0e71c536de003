"""Hundreds of candidates in worker processes leave memory, files and threads as they were."""

import os
from pathlib import Path

import pytest
from tests.search.toy_evaluator import evaluator, proposals

from vilfredo.search.executors.processes import Processes

_PAGES_OF_20_MIB = 20 * 2**20 // os.sysconf("SC_PAGE_SIZE")


def _standing(pid: int | str) -> tuple[int, int, int]:
    """Resident pages, open files and threads of a process."""
    process = Path(f"/proc/{pid}")
    pages = int((process / "statm").read_text().split()[1])
    return pages, len(os.listdir(process / "fd")), len(os.listdir(process / "task"))


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux tells in /proc")
def test_five_hundred_candidates_leave_the_search_and_its_workers_flat() -> None:
    standings = []
    with Processes.start(evaluator({"training": {"epochs": 1}}), 2) as executor:
        processes: list[int | str] = ["self", *(worker._process.pid for worker in executor._workers)]
        running = executor.measure(proposals(500), lambda: False, lambda proposal, epoch: None)
        for number, _ in enumerate(running, start=1):
            if number in (100, 500):
                standings.append([_standing(pid) for pid in processes])
    early, late = standings
    for before, after in zip(early, late, strict=True):
        assert after[0] - before[0] < _PAGES_OF_20_MIB
        assert after[1:] == before[1:]
