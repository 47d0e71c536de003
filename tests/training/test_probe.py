import time
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vilfredo.networks.drop_path import DropPath
from vilfredo.training import probe
from vilfredo.training.data import TrainingData, resident
from vilfredo.training.probe import calibrate, measure_latency, measure_step_time
from vilfredo.training.settings import TrainingSettings
from vilfredo.training.step import TrainingStep

SETTINGS = TrainingSettings(batch_size=16)


def random_data(samples: int = 40) -> TrainingData:
    x, y = torch.randn(samples, 3, 8, 8), torch.arange(samples) % 4
    return resident(x, y, x[:4], y[:4], 4, torch.device("cpu"))


class Counting(nn.Module):
    """Counts its training steps, the threads they see and the batches they get."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Dropout(), nn.Linear(144, 4))
        self.threads: list[int] = []
        self.batches: list[int] = []

    def forward(self, x: Tensor) -> Tensor:
        assert self.training
        self.threads.append(torch.get_num_threads())
        self.batches.append(len(x))
        logits = self.net(x)
        assert isinstance(logits, Tensor)
        return logits


@pytest.mark.parametrize("training", [True, False])
def test_leaves_network_threads_and_generator_as_they_were(training: bool) -> None:
    network, data = Counting().train(training), random_data()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    generator, threads = torch.get_rng_state(), torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        measure_step_time(network, data, SETTINGS, seconds=0.01)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert network.training is training
    assert all(parameter.grad is None and parameter.requires_grad for parameter in network.parameters())
    assert torch.equal(torch.get_rng_state(), generator)
    assert set(network.threads) == {1}
    assert set(network.batches) == {16}


def test_restores_after_a_crash() -> None:
    class Crash(Exception):  # noqa: N818
        pass

    class Crashing(Counting):
        def forward(self, x: Tensor) -> Tensor:
            if len(self.batches) == 3:
                raise Crash
            return super().forward(x)

    network, threads = Crashing().eval(), torch.get_num_threads()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    with pytest.raises(Crash):
        measure_step_time(network, random_data(), SETTINGS)
    assert torch.get_num_threads() == threads
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def fake_times(
    monkeypatch: pytest.MonkeyPatch,
    cost: Callable[[int], float],
    calibration: Callable[[int], float],
) -> None:
    """Let step k (after two to warm up) take ``cost(k)`` and the calibration in round r ``calibration(r)``."""
    taken = {"candidate": -2, "calibration": -2}

    def clock(step: object, count: int, device: torch.device) -> NDArray[np.float64]:
        kind = "calibration" if step is reference else "candidate"
        first = taken[kind]
        taken[kind] += count
        return np.array(
            [(calibration if step is reference else cost)(number) for number in range(first, first + count)]
        )

    def reference() -> None:
        raise AssertionError("not called")

    wall = iter(float(number) for number in range(1000))
    monkeypatch.setattr(probe, "time_steps", clock)
    monkeypatch.setattr(probe, "_calibration_step", lambda device: reference)
    monkeypatch.setattr("vilfredo.training.probe.time.perf_counter", lambda: next(wall))


def test_time_is_taken_in_units_of_the_calibration(monkeypatch: pytest.MonkeyPatch) -> None:
    # Twenty steps in ten rounds; the machine is half as fast in some of them, and one step in four is disturbed.
    slow = {0, 3, 4, 8}
    fake_times(
        monkeypatch,
        lambda step: 0.1 * (2.0 if step // 2 in slow else 1.0) * (1.5 if step % 8 == 5 else 1.0),
        lambda number: 0.02 * (2.0 if number in slow else 1.0),
    )
    step = measure_step_time(Counting(), random_data(), SETTINGS, seconds=2.0, reference=0.03)
    assert step.seconds == pytest.approx(0.15)
    assert step.calibration == pytest.approx(0.02)
    assert (step.steps, step.samples) == (20, 16)
    assert step.iqr < 0.05
    assert step.contention == pytest.approx(10 / (2 * (6 * 0.1 + 4 * 0.2)), rel=0.2)


def test_without_a_reference_the_time_is_at_the_speed_found(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_times(monkeypatch, lambda step: 0.1, lambda number: 0.02)
    assert measure_step_time(Counting(), random_data(), SETTINGS).seconds == pytest.approx(0.1)


def test_on_a_gpu_a_low_percentile_shrugs_off_disturbed_steps() -> None:
    times = np.array([0.1, 0.5, 0.1, 0.9, 0.1, 0.1, 0.1, 0.7, 0.1, 0.1])
    rounds = [probe._Round(times[:5], 2.0, 0.02), probe._Round(times[5:], 2.0, 0.05)]
    step = probe._summary(rounds, 16, torch.device("cuda"), reference=1.0)
    assert step.seconds == pytest.approx(0.1)
    assert step.median == pytest.approx(0.1)
    assert step.iqr == pytest.approx(0.3)


@pytest.mark.parametrize(("cost", "steps"), [(1e-6, 100), (100.0, 8), (0.1, 20)])
def test_number_of_steps_adapts(monkeypatch: pytest.MonkeyPatch, cost: float, steps: int) -> None:
    fake_times(monkeypatch, lambda step: cost, lambda number: 1.0)
    assert measure_step_time(Counting(), random_data(), SETTINGS, seconds=2.0).steps == steps


def test_the_step_is_the_trainings_own() -> None:
    seen: set[torch.dtype] = set()
    network = Counting()
    network.register_forward_hook(lambda module, inputs, output: seen.add(output.dtype))
    measure_step_time(network, random_data(), SETTINGS.model_copy(update={"precision": "bfloat16"}), seconds=0.0)
    assert seen == {torch.bfloat16}


def test_drop_path_is_at_its_full_rate() -> None:
    class Dropping(Counting):
        def __init__(self) -> None:
            super().__init__()
            self.drop, self.rates = DropPath(), set[float]()

        def forward(self, x: Tensor) -> Tensor:
            self.rates.add(float(self.drop.rate))
            return super().forward(x)

    network = Dropping()
    measure_step_time(network, random_data(), SETTINGS.model_copy(update={"drop_path": 0.4}), seconds=0.0)
    assert network.rates == {0.4}


def test_a_data_set_smaller_than_a_batch() -> None:
    step = measure_step_time(Counting(), random_data(5), SETTINGS, seconds=0.0)
    assert step.samples == 5


def test_waiting_is_not_work() -> None:
    class Sleeping(Counting):
        def forward(self, x: Tensor) -> Tensor:
            time.sleep(0.02)
            return super().forward(x)

    step = measure_step_time(Sleeping(), random_data(), SETTINGS, seconds=0.0)
    assert step.seconds > 0
    assert step.contention > 3


def test_calibration_is_repeatable_work() -> None:
    generator, threads = torch.get_rng_state(), torch.get_num_threads()
    step = calibrate(torch.device("cpu"), seconds=0.0)
    cached = probe._calibration_step(torch.device("cpu"))
    assert isinstance(cached, partial)
    assert isinstance(cached.func, TrainingStep)
    before = [weight.clone() for weight in cached.func.network.parameters()]
    calibrate(torch.device("cpu"), seconds=0.0)
    assert probe._calibration_step(torch.device("cpu")) is cached
    assert all(torch.equal(a, b) for a, b in zip(before, cached.func.network.parameters(), strict=True))
    assert step.samples == 64
    assert step.seconds > 0
    assert torch.equal(torch.get_rng_state(), generator)
    assert torch.get_num_threads() == threads


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_on_a_gpu_an_answer_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    device = torch.device("cuda", 0)
    x, y = torch.randn(40, 3, 8, 8), torch.arange(40) % 4
    data = resident(x, y, x[:4], y[:4], 4, device)
    network = nn.Sequential(nn.Flatten(), nn.Linear(192, 4)).to(device)
    calibrate(device)
    waited: list[object] = []
    wait = torch.cuda.synchronize

    def noted(*of: torch.device) -> None:
        waited.append(of)
        wait(*of)

    monkeypatch.setattr(torch.cuda, "synchronize", noted)
    answers = measure_latency(network, data, seconds=0.0)
    assert answers.seconds > 0
    assert waited.count((device,)) >= answers.steps
