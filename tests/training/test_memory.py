from pathlib import Path

import pytest
import torch
from torch import nn

from vilfredo.training.memory import (
    _control_group_memory,
    _system_memory,
    available_memory,
    estimate_training_memory,
    memory_shortage,
)

MIB = 2**20


def wide() -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 16, 1, bias=False), nn.Sigmoid(), nn.AdaptiveAvgPool2d(1), nn.Flatten())


def test_counts_each_kept_activation_once() -> None:
    # The convolution keeps its input (3 channels), the sigmoid its output (16), which the pooling reads too.
    need = estimate_training_memory(wide, (3, 32, 32), 8)
    image = 4 * 8 * 32 * 32
    activations = (3 + 16) * image + 2 * 16 * image
    assert activations + 16 * 48 <= need <= 1.1 * activations


def test_parameters_take_sixteen_bytes() -> None:
    need = estimate_training_memory(lambda: nn.Sequential(nn.Flatten(), nn.Linear(100, 1000)), (1, 10, 10), 2)
    assert 16 * 101_000 < need < 1.05 * 16 * 101_000


def test_nothing_is_allocated() -> None:
    need = estimate_training_memory(lambda: nn.Sequential(nn.Flatten(), nn.Linear(10**6, 10**8)), (1, 1000, 1000), 2)
    assert need > 10**15  # a petabyte


def test_grows_with_the_batch() -> None:
    assert estimate_training_memory(wide, (3, 8, 8), 64) > 7 * estimate_training_memory(wide, (3, 8, 8), 8)


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
