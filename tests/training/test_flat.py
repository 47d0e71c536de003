"""Hundreds of candidates in one process, as in a search, must leave it as they found it."""

import gc
import itertools
import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest
import torch
from torch import nn

from vilfredo.networks.counting import count
from vilfredo.networks.network import build_network
from vilfredo.spaces.cells import Block, Cell
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.training.allocator import keep_freed_memory, release_freed_memory
from vilfredo.training.data import TrainingData, resident
from vilfredo.training.measure import measure
from vilfredo.training.probe import measure_step_time
from vilfredo.training.settings import TrainingSettings
from vilfredo.trials import Proposal

PROCESS = Path("/proc/self")
OPERATORS = ("identity", "3x3 conv", "5x5 dconv", "1x3-3x1 conv", "3x3 tconv", "2x2 maxpool", "2x2 avgpool")
MIB = 2**20


@pytest.mark.slow
@pytest.mark.skipif(not PROCESS.exists(), reason="Linux tells in /proc")
def test_five_hundred_candidates_leave_memory_files_and_threads_flat() -> None:
    run = subprocess.run([sys.executable, __file__], capture_output=True, text=True, check=True)
    (early, *others), *_, (late, *others_after) = json.loads(run.stdout)
    assert late - early < 20 * MIB
    assert others_after == others


def measure_many() -> list[tuple[int, int, int]]:
    """What there is of this process after each hundred of 500 candidates: some fail, some are probed."""
    torch.set_num_threads(1)
    keep_freed_memory()
    data, found = random_data(), []
    pairs = itertools.cycle(itertools.product(OPERATORS, OPERATORS, (-1, -2), (3, 4)))
    for number, (first, second, lookback, filters) in zip(range(500), pairs, strict=False):
        cell = Cell((Block(-1, first, lookback, second),))
        measure_one(number, cell, MacroArchitecture(motifs=2, normal_cells=1, filters=filters), data)
        if number % 100 == 99:
            found.append(standing())
    return found


def random_data() -> TrainingData:
    generator = torch.Generator().manual_seed(0)
    x, y = torch.randn(96, 3, 8, 8, generator=generator), torch.arange(96) % 4
    return resident(x[:64], y[:64], x[64:], y[64:], 4, torch.device("cpu"))


def measure_one(number: int, cell: Cell, macro: MacroArchitecture, data: TrainingData) -> None:
    network = (cell, macro, data.sample_shape, data.classes)
    broken = number % 10 == 0

    def build() -> nn.Module:
        made = build_network(*network)
        if broken:
            made.head = nn.Linear(7, 7)
        return made

    measured = number % 10 == 1
    outcome = measure(
        Proposal(id=number, architecture=str(cell), step=1),
        build,
        data,
        TrainingSettings(epochs=1, batch_size=32, drop_path=0.1),
        seed=0,
        counts=count(*network),
        time_source="measured" if measured else "flops",
        calibration=0.01,
    ).outcome
    assert outcome == ("failed" if broken else "complete")


def standing() -> tuple[int, int, int]:
    """Resident bytes, open files and threads of this process."""
    gc.collect()
    release_freed_memory()
    status = dict(line.split(":", 1) for line in (PROCESS / "status").read_text().splitlines())
    size, files = int(status["VmRSS"].split()[0]) * 1024, len(list((PROCESS / "fd").iterdir()))
    return size, files, int(status["Threads"])


if __name__ == "__main__":
    module = "vilfredo.training.measure"
    with patch(f"{module}.measure_step_time", partial(measure_step_time, seconds=0.01)):
        sys.stdout.write(json.dumps(measure_many()))
