from dataclasses import replace
from pathlib import Path

import pytest
import torch

from vilfredo.networks.counting import Counts
from vilfredo.training.evaluation import CPU_BATCH
from vilfredo.training.memory import (
    _control_group_memory,
    _system_memory,
    available_memory,
    estimate_training_memory,
    memory_shortage,
)

MIB = 2**20


CPU, GPU = torch.device("cpu"), torch.device("cuda")
COUNTS = Counts(
    parameters=0, parameters_with_buffers=0, flops=1, cells=1, activations=10**6, inference=10**5, largest=10**4
)


def test_parameters_take_at_least_weight_gradient_two_moments_and_two_copies() -> None:
    more = replace(COUNTS, parameters=10**7, parameters_with_buffers=10**7 + 10**4)
    growth = estimate_training_memory(more, 8, 8, CPU) - estimate_training_memory(COUNTS, 8, 8, CPU)
    assert 24 * 10**7 <= growth <= 30 * 10**7


@pytest.mark.parametrize("device", [CPU, GPU])
def test_grows_with_the_batch_by_what_is_kept_and_its_fragments(device: torch.device) -> None:
    growth = estimate_training_memory(COUNTS, 64, 8, device) - estimate_training_memory(COUNTS, 32, 8, device)
    assert 32 * 10**6 <= growth <= 2.1 * 32 * 10**6


def test_large_evaluation_batches_may_need_more_than_small_training_batches() -> None:
    assert estimate_training_memory(COUNTS, 2, CPU_BATCH, CPU) > estimate_training_memory(COUNTS, 2, 2, CPU)
    assert estimate_training_memory(COUNTS, 2, 10**6, CPU) == estimate_training_memory(COUNTS, 2, CPU_BATCH, CPU)
    assert estimate_training_memory(COUNTS, 64, 256, CPU) == estimate_training_memory(COUNTS, 64, 2, CPU)


def test_sizes_beyond_all_memory_are_no_trouble() -> None:
    monster = replace(COUNTS, parameters=10**14, parameters_with_buffers=10**14)
    assert estimate_training_memory(monster, 128, 256, CPU) > 10**15  # a petabyte


def test_shortage() -> None:
    assert memory_shortage(10**12, None) == ""
    assert memory_shortage(80 * MIB, 100 * MIB) == ""
    assert memory_shortage(2048 * MIB, 1024 * MIB) == "training needs about 2.00 GiB, and 1.00 GiB are available"
    assert memory_shortage(95 * MIB, 100 * MIB) != ""


def test_the_system_says_something_sensible() -> None:
    available = available_memory(torch.device("cpu"))
    assert available is None or available > MIB


def test_system_memory(tmp_path: Path) -> None:
    file = tmp_path / "meminfo"
    assert _system_memory(file) is None
    file.write_text("MemTotal:  9 kB\nMemAvailable:     4 kB\n")
    assert _system_memory(file) == 4096


@pytest.mark.parametrize(
    ("membership", "top", "limit", "used", "cache"),
    [
        ("0::/a/b\n", "", "memory.max", "memory.current", "inactive_file"),
        ("3:memory:/a/b\n0::/\n", "memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ],
)
def test_control_groups(tmp_path: Path, membership: str, top: str, limit: str, used: str, cache: str) -> None:
    group = tmp_path / top / "a" / "b"
    group.mkdir(parents=True)
    (group / limit).write_text("1000\n")
    (group / used).write_text("700\n")
    (group / "memory.stat").write_text(f"anon 5\n{cache} 50\n")
    (group.parent / limit).write_text("max\n")
    (tmp_path / "cgroup").write_text(membership)
    assert _control_group_memory(tmp_path / "cgroup", tmp_path) == [350]
    (group.parent / limit).write_text("800\n")
    (group.parent / used).write_text("700\n")
    assert sorted(_control_group_memory(tmp_path / "cgroup", tmp_path)) == [100, 350]
    assert _control_group_memory(tmp_path / "none", tmp_path) == []
