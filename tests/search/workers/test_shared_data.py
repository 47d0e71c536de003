"""Data that several processes map."""

import os
import subprocess
import sys

import pytest
import torch

from vilfredo.errors import RunError
from vilfredo.search.workers.shared_data import attach, share
from vilfredo.training.data import TrainingData, resident


@pytest.fixture
def data() -> TrainingData:
    x, y = torch.randn(7, 3, 5, 4), torch.arange(7) % 2
    return resident(x, y, x[:3] + 1, y[:3], 2, torch.device("cpu"))


def test_what_is_mapped_is_what_was_shared(data: TrainingData) -> None:
    shared = share(data)
    found = attach(shared.descriptor, shared.plan)
    for name in ("x_train", "y_train", "x_val", "y_val"):
        one, other = getattr(data, name), getattr(found, name)
        assert torch.equal(one, other)
        assert (one.dtype, one.stride()) == (other.dtype, other.stride())
    assert found.classes == 2


def test_all_maps_show_the_same_memory(data: TrainingData) -> None:
    shared = share(data)
    one, other = attach(shared.descriptor, shared.plan), attach(shared.descriptor, shared.plan)
    one.x_val[0, 0, 0, 0] = 42.0
    assert other.x_val[0, 0, 0, 0] == 42.0


def test_maps_outlive_the_file_and_give_all_back(data: TrainingData) -> None:
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    shared = share(data)
    found = attach(shared.descriptor, shared.plan)
    del shared
    assert torch.equal(found.x_train, data.x_train)
    del found
    assert (len(os.listdir("/proc/self/fd")) if before else 0) == before


def test_a_python_without_anonymous_memory_uses_a_file(data: TrainingData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    shared = share(data)
    assert torch.equal(attach(shared.descriptor, shared.plan).x_train, data.x_train)


def test_a_full_disk_is_said(data: TrainingData, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, offset: int, size: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.delattr(os, "memfd_create", raising=False)
    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    with pytest.raises(RunError, match="No space left"):
        share(data)


def test_descriptors_of_standard_streams_are_exchanged() -> None:
    program = (
        "import os; os.close(0); os.close(2)\n"
        "from vilfredo.search.workers.shared_data import above_standard\n"
        "found = above_standard(os.open('/dev/null', os.O_RDONLY))\n"
        "assert found > 2 and above_standard(found) == found\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
