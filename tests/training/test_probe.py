import time

import pytest
import torch
from torch import Tensor, nn

from vilfredo.training.data import TrainingData, resident
from vilfredo.training.probe import calibrate, measure_step_time
from vilfredo.training.settings import TrainingSettings

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


def fake_clock(monkeypatch: pytest.MonkeyPatch, costs: list[float]) -> None:
    """Process time by which step k costs ``costs[k]``, the warm-up first; wall-clock runs twice as fast."""
    warm_up = [0.0, costs[0], costs[0] + costs[1]]
    marks = [0.0]
    for cost in costs[2:]:
        marks.append(marks[-1] + cost)
    process, wall = iter(warm_up + marks), iter([0.0, 2 * marks[-1]])
    monkeypatch.setattr("vilfredo.training.probe.time.process_time", lambda: next(process))
    monkeypatch.setattr("vilfredo.training.probe.time.perf_counter", lambda: next(wall))


def test_a_low_percentile_shrugs_off_disturbed_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_clock(monkeypatch, [9.0, 0.1, *[0.1, 0.5, 0.1, 0.9, 0.1, 0.1, 0.1, 0.7, 0.1, 0.1]])
    step = measure_step_time(Counting(), random_data(), SETTINGS, seconds=1.0)
    assert step.seconds == pytest.approx(0.1)
    assert step.median == pytest.approx(0.1)
    assert (step.steps, step.samples) == (10, 16)
    assert step.iqr == pytest.approx(0.3)
    assert step.contention == pytest.approx(2.0)


@pytest.mark.parametrize(("cost", "steps"), [(1e-6, 100), (100.0, 5), (0.1, 20)])
def test_number_of_steps_adapts(monkeypatch: pytest.MonkeyPatch, cost: float, steps: int) -> None:
    fake_clock(monkeypatch, [cost] * (2 + steps))
    assert measure_step_time(Counting(), random_data(), SETTINGS, seconds=2.0).steps == steps


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
    assert step.contention > 1


def test_calibration_is_repeatable_work() -> None:
    generator = torch.get_rng_state()
    step = calibrate(torch.device("cpu"), seconds=0.0)
    assert step.samples == 64
    assert 0 < step.seconds <= step.median
    assert torch.equal(torch.get_rng_state(), generator)
