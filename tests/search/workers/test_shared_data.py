"""Data that several processes map."""

import os

import pytest
import torch

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
