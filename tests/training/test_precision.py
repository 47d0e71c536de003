from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vilfredo.training import precision
from vilfredo.training.data import TrainingData, resident
from vilfredo.training.precision import PrecisionTrial, choose_precision, supports_bfloat16
from vilfredo.training.settings import TrainingSettings

SETTINGS = TrainingSettings(batch_size=8, precision="auto", drop_path=0.2)


def data() -> TrainingData:
    x, y = torch.ones(20, 3, 6, 6), torch.arange(20) % 4
    return resident(x, y, x[:4], y[:4], 4, torch.device("cpu"))


class Noting(nn.Module):
    """Notes what its steps cost if bfloat16 makes it `speedup` times as fast, also for its copies."""

    def __init__(self, speedup: float, costs: list[float]) -> None:
        super().__init__()
        self.conv, self.norm, self.head = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Linear(64, 4)
        self.speedup, self.costs = speedup, costs

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        self.costs.append(1.0 if y.dtype == torch.float32 else 1.0 / self.speedup)
        logits = self.head(self.norm(y).flatten(1))
        assert isinstance(logits, Tensor)
        return logits

    def __deepcopy__(self, memo: object) -> "Noting":
        return Noting(self.speedup, self.costs)


@pytest.fixture
def costs(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Costs of all steps taken, by which they are timed."""
    taken: list[float] = []

    def clock(step: Callable[[], object], count: int, device: torch.device) -> NDArray[np.float64]:
        for _ in range(count):
            step()
        return np.array(taken[-count:])

    monkeypatch.setattr(precision, "supports_bfloat16", lambda device: True)
    monkeypatch.setattr(precision, "time_steps", clock)
    return taken


@pytest.mark.parametrize(
    ("speedups", "chosen"),
    [
        ((2.0,), "bfloat16"),
        ((0.2,), "float32"),
        ((1.05,), "float32"),
        ((2.0, 0.9), "bfloat16"),
        ((2.0, 0.5), "float32"),
    ],
)
def test_bfloat16_must_win_clearly_in_the_geometric_mean(
    costs: list[float], speedups: tuple[float, ...], chosen: str
) -> None:
    trial = choose_precision([partial(Noting, speedup, costs) for speedup in speedups], data(), SETTINGS)
    assert trial.precision == chosen
    assert trial.speedup == pytest.approx(np.prod(speedups) ** (1 / len(speedups)))


def test_both_are_timed_in_turns(costs: list[float]) -> None:
    choose_precision([partial(Noting, 2.0, costs)], data(), SETTINGS)
    assert costs == [1.0, 1.0, 0.5, 0.5] * 9


def test_leaves_threads_and_generator_as_they_were(costs: list[float]) -> None:
    generator, threads = torch.get_rng_state(), torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        choose_precision([partial(Noting, 2.0, costs)], data(), SETTINGS)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(torch.get_rng_state(), generator)


def test_nothing_is_tried_without_instructions_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "supports_bfloat16", lambda device: False)
    assert choose_precision([lambda: pytest.fail("built")], data(), SETTINGS) == PrecisionTrial("float32", None)


def test_what_has_no_kernel_is_not_faster(costs: list[float]) -> None:
    class Unsupported(Noting):
        def forward(self, x: Tensor) -> Tensor:
            if torch.is_autocast_enabled("cpu"):
                raise RuntimeError("not implemented for 'BFloat16'")
            return super().forward(x)

        def __deepcopy__(self, memo: object) -> Noting:
            return Unsupported(self.speedup, self.costs)

    found = choose_precision([partial(Unsupported, 2.0, costs)], data(), SETTINGS)
    assert found == PrecisionTrial("float32", None)


def test_support_is_a_fact_of_the_device() -> None:
    capability = torch.backends.cpu.get_cpu_capability()
    assert supports_bfloat16(torch.device("cpu")) <= (capability != "AVX2")
