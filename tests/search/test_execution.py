"""Choosing an executor and its workers."""

import pytest
import torch

from vilfredo.errors import InputError
from vilfredo.search import execution
from vilfredo.search.execution import crew, executor_names
from vilfredo.training.settings import TrainingSettings

_ONE_THREAD = TrainingSettings(threads=1, device="cpu")
_TWO_THREADS = TrainingSettings(threads=2, device="cpu")


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "available_cores", lambda: 4)
    monkeypatch.setattr(execution, "available_memory", lambda device: 100 * 2**30)


def test_the_folder_is_the_registry() -> None:
    assert executor_names() == ("local", "processes", "recorded")


def test_by_default_all_cores_are_used() -> None:
    assert crew(None, None, _ONE_THREAD) == ("processes", 4)
    assert crew(None, None, _TWO_THREADS) == ("processes", 2)
    assert crew("local", None, _ONE_THREAD) == ("local", 1)


def test_little_memory_makes_fewer_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    for size, workers in ((4 * 2**30, 2), (2**20, 1)):
        monkeypatch.setattr(execution, "available_memory", lambda device, size=size: size)
        assert crew(None, None, _ONE_THREAD) == ("processes", workers)
    assert crew(None, 4, _ONE_THREAD) == ("processes", 4)  # whoever says how many means it


def test_a_gpu_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "resolve_device", lambda choice: torch.device("cuda", 0))
    assert crew(None, None, _ONE_THREAD) == ("processes", 1)
    with pytest.raises(InputError, match=r"expected 1 on this machine .one GPU trains one candidate at a time., got 2"):
        crew(None, 2, _ONE_THREAD)


@pytest.mark.parametrize("workers", [0, -1, 5, 1000])
def test_as_many_as_there_are_cores_and_at_least_one(workers: int) -> None:
    with pytest.raises(InputError, match=f"expected 1 to 4 on this machine .4 cores., got {workers}"):
        crew(None, workers, _ONE_THREAD)


def test_threads_count_too() -> None:
    with pytest.raises(InputError, match=r"1 to 2 on this machine .4 cores with 2 threads each., got 3"):
        crew(None, 3, _TWO_THREADS)


def test_local_has_one() -> None:
    with pytest.raises(InputError, match="'local' has exactly one, got 2"):
        crew("local", 2, _ONE_THREAD)


def test_an_unknown_executor_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"'process' is unknown. Did you mean 'processes'"):
        crew("process", None, _ONE_THREAD)
