import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vilfredo.bundle import latency
from vilfredo.bundle.latency import Latency, measure_answers, measure_call, measure_latency

CPU = torch.device("cpu")


class Watched(nn.Module):
    """Notes what each call sees."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.Dropout(), nn.Flatten(), nn.Linear(144, 3))
        self.seen: list[tuple[tuple[int, ...], bool, bool, int]] = []
        self.inputs: list[Tensor] = []

    def forward(self, x: Tensor) -> Tensor:
        mode = any(module.training for module in self.modules())
        self.seen.append((tuple(x.shape), mode, torch.is_inference_mode_enabled(), torch.get_num_threads()))
        self.inputs.append(x)
        logits = self.net(x)
        assert isinstance(logits, Tensor)
        return logits


@pytest.fixture
def two_threads() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(threads)


@pytest.mark.usefixtures("two_threads")
def test_answers_batches_on_one_thread_without_learning() -> None:
    network = Watched()
    example = torch.randn(1, 2, 8, 8)
    found = measure_latency(network, example, (1, 3), seconds=0.01)
    assert [each.batch for each in found] == [1, 3]
    assert {shape for (shape, *_) in network.seen} == {(1, 2, 8, 8), (3, 2, 8, 8)}
    assert {tuple(rest) for (_, *rest) in network.seen} == {(False, True, 1)}
    assert all(torch.equal(x, example.expand_as(x)) for x in network.inputs)
    assert all(x.is_contiguous(memory_format=torch.channels_last) for x in network.inputs)
    assert torch.get_num_threads() == 2


def test_modes_and_weights_come_back() -> None:
    network = Watched().train()
    network.net[1].eval()  # a frozen layer among others that learn
    before = {name: value.clone() for name, value in network.state_dict().items()}
    measure_latency(network, torch.randn(1, 2, 8, 8), (2,), seconds=0.001)
    assert network.training
    assert network.net[0].training
    assert not network.net[1].training
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


@pytest.mark.usefixtures("two_threads")
def test_all_comes_back_from_a_network_that_fails() -> None:
    network = Watched().train()
    with pytest.raises(RuntimeError):
        measure_latency(network, torch.randn(1, 5, 8, 8), (2,))
    assert all(module.training for module in network.modules())
    assert torch.get_num_threads() == 2
    assert not torch.is_inference_mode_enabled()


def test_median_and_spread_of_the_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    # Three calls, of which the fastest says that five fit; two to warm up; then these.
    marks = iter([0.0, 9.0, 9.1, 9.3, 0.0, 7.0, 14.0, 10.0, 10.1, 10.3, 10.6, 11.0, 20.0])
    monkeypatch.setattr("vilfredo.training.timing.time.process_time", lambda: next(marks))
    monkeypatch.setattr(latency, "calibrate", lambda _device: type("Found", (), {"median": 0.25}))
    calls: list[int] = []
    found = measure_call(lambda: calls.append(1), 8, seconds=0.5)
    assert len(calls) == 10
    assert (found.batch, found.calls, found.calibration) == (8, 5, 0.25)
    assert found.seconds == pytest.approx(0.3)
    assert found.iqr == pytest.approx(0.4 - 0.2)
    assert found.samples_per_second == pytest.approx(8 / 0.3)


@pytest.mark.parametrize(("estimate", "calls"), [(0.1, 5), (0.01, 50), (1e-6, 1000), (60.0, 5), (0.0, 1000)])
def test_number_of_calls_fits_the_time(estimate: float, calls: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(10_000))
    monkeypatch.setattr("vilfredo.training.timing.time.process_time", lambda: estimate * next(clock))
    monkeypatch.setattr(latency, "calibrate", lambda _device: type("Found", (), {"median": 0.25}))
    assert measure_call(lambda: None, 1, seconds=0.501).calls == calls


def test_waiting_is_contention_not_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latency, "calibrate", lambda _device: type("Found", (), {"median": 0.25}))
    found = measure_call(lambda: time.sleep(0.002), 1, seconds=0.0)
    assert found.contention > 1
    assert found.seconds < 0.002


def test_says_on_what_and_goes_through_json() -> None:
    found = measure_call(lambda: None, 1, seconds=0.0)
    assert (found.device.kind, found.device.threads) == ("cpu", 1)
    assert found.calibration > 0
    assert Latency.model_validate_json(found.model_dump_json()) == found


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_is_waited_for() -> None:
    network = nn.Sequential(nn.Flatten(), nn.Linear(4096, 4096), *(nn.Linear(4096, 4096) for _ in range(20))).cuda()
    small, large = measure_latency(network, torch.randn(1, 1, 64, 64), (1, 8192), seconds=0.1)
    assert small.device.kind == "cuda"
    assert large.seconds > 3 * small.seconds  # else only the launches were timed
    assert 0.8 < large.contention < 1.5


def test_what_answers_raw_samples_is_timed_on_batches_of_them() -> None:
    shapes: set[tuple[int, ...]] = set()

    def answer(batch: NDArray[Any]) -> None:
        shapes.add(batch.shape)

    found = measure_answers(answer, np.zeros((3, 5), np.float32), (1, 8), seconds=0.001)
    assert [one.batch for one in found] == [1, 8]
    assert shapes == {(1, 5), (8, 5)}
