import math
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from vilfredo.networks.counting import Counts, count
from vilfredo.networks.network import build_network
from vilfredo.spaces.cells import parse_cell
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.training import measure as module
from vilfredo.training.data import TrainingData, resident
from vilfredo.training.loop import Abandoned
from vilfredo.training.measure import admit_at_once, latency_from_flops, measure, time_from_flops
from vilfredo.training.settings import TrainingSettings
from vilfredo.trials import SCORES, Epoch, Measurement, Proposal

SETTINGS = TrainingSettings(epochs=2, batch_size=16)
CELL = "[(-1, '3x3 conv', -1, 'identity')]"


def random_data() -> TrainingData:
    generator = torch.Generator().manual_seed(0)
    x, y = torch.randn(50, 3, 8, 8, generator=generator), torch.arange(50) % 4
    return resident(x[10:], y[10:], x[:10], y[:10], 4, torch.device("cpu"))


DATA = random_data()
COUNTS = Counts(
    parameters=1000,
    parameters_with_buffers=1016,
    flops=5_000_000,
    cells=1,
    activations=10_000,
    inference=1000,
    largest=500,
)


def build() -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.SiLU(), nn.Flatten(), nn.Linear(288, 4))


def run(
    make: Callable[[], nn.Module] = build,
    settings: TrainingSettings = SETTINGS,
    *,
    architecture: str = CELL,
    number: int = 3,
    seed: int = 0,
    measured: bool = False,
    should_stop: Callable[[], bool] = lambda: False,
    on_epoch: Callable[[Epoch], None] | None = None,
    calibration: float | None = None,
    counts: Counts = COUNTS,
    admit: Callable[[int], None] = admit_at_once,
) -> Measurement:
    return measure(
        Proposal(id=number, architecture=architecture, step=1),
        make,
        DATA,
        settings,
        seed=seed,
        counts=counts,
        time_source="measured" if measured else "flops",
        should_stop=should_stop,
        on_epoch=on_epoch,
        calibration=calibration,
        admit=admit,
    )


class Failing(nn.Module):
    """A network that raises in its first forward pass."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.net, self.error, self.calls = build(), error, 0

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        if self.calls == 1:
            raise self.error
        logits = self.net(x)
        assert isinstance(logits, Tensor)
        return logits


def test_complete() -> None:
    points: list[Epoch] = []
    result = run(on_epoch=points.append)
    assert (result.proposal, result.architecture, result.outcome, result.reason) == (3, CELL, "complete", "")
    assert set(result.objectives) == {*SCORES, "training_time", "latency", "parameters", "flops"}
    assert result.objectives["parameters"] == 1000
    assert result.objectives["flops"] == 5_000_000
    assert result.objectives["training_time"] == time_from_flops(5_000_000, 40)
    assert result.objectives["latency"] == latency_from_flops(5_000_000)
    best = result.curve[result.details["best_epoch"] - 1]
    assert result.objectives["accuracy"] == max(point.scores["accuracy"] for point in result.curve)
    assert result.objectives["nll"] == best.validation_nll
    assert result.curve == tuple(points)
    assert result.spread == {}
    assert result.device is not None
    assert result.device.kind == "cpu"
    assert Measurement.model_validate_json(result.model_dump_json()) == result


def test_measured_time_is_step_time_times_nominal_steps() -> None:
    result = run(measured=True, calibration=0.01)
    step = result.details["step"]
    assert result.objectives["training_time"] == pytest.approx(step["seconds"] * 40 / 16)
    assert result.spread["training_time"] == pytest.approx(step["iqr"] * 40 / 16)
    assert 0 < result.objectives["latency"] < result.objectives["training_time"]
    assert result.spread["latency"] >= 0
    assert result.details["drift"] > 0
    assert result.device is not None
    assert result.device.threads == 1
    assert Measurement.model_validate_json(result.model_dump_json()) == result


def test_results_depend_on_seed_and_architecture_only() -> None:
    first = run()
    run(architecture="[]", seed=9)
    torch.rand(3)
    again = run(number=8)
    assert again.curve == first.curve
    assert again.objectives == first.objectives
    assert run(seed=1).curve != first.curve
    assert run(architecture="[]").curve != first.curve
    assert run(measured=True).curve == first.curve


def test_global_generator_is_left_alone() -> None:
    before = torch.get_rng_state()
    run(measured=True, calibration=0.01)
    assert torch.equal(torch.get_rng_state(), before)


def test_time_from_flops() -> None:
    assert time_from_flops(0, 1000) > 0
    assert time_from_flops(10**6, 1000) == pytest.approx(0.3, rel=1e-4)
    assert time_from_flops(2, 10) > time_from_flops(1, 10)


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 3.00 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
    ],
)
def test_out_of_memory_is_infeasible(error: Exception) -> None:
    result = run(lambda: Failing(error))
    assert result.outcome == "infeasible"
    assert result.reason.startswith("out of memory")
    assert set(result.objectives) == {"parameters", "flops"}
    assert result.curve == ()


def test_the_reason_holds_the_estimate() -> None:
    def exhausted() -> nn.Module:
        raise MemoryError

    assert "estimated need 0.01 GiB" in run(exhausted).reason


def test_what_cannot_fit_is_never_built() -> None:
    admitted: list[int] = []
    monster = replace(COUNTS, parameters=10**14, parameters_with_buffers=10**14)
    result = run(pytest.fail, counts=monster, admit=admitted.append)
    assert result.outcome == "infeasible"
    assert "training needs about" in result.reason
    assert "are available" in result.reason
    assert [result.details["memory_estimate"]] == admitted
    assert admitted[0] > 10**15
    assert result.objectives == {"parameters": 1e14, "flops": 5_000_000}


def test_many_activations_cannot_fit_either() -> None:
    assert run(pytest.fail, counts=replace(COUNTS, activations=10**13)).outcome == "infeasible"


def test_the_training_is_admitted_once_before_anything_is_built() -> None:
    calls: list[str] = []

    def make() -> nn.Module:
        calls.append("build")
        return build()

    result = run(make, admit=lambda need: calls.append(f"admit {need}"))
    assert calls == [f"admit {result.details['memory_estimate']}", "build"]


def test_whoever_admits_may_also_call_it_off() -> None:
    def admit(need: int) -> None:
        raise Abandoned

    with pytest.raises(Abandoned):
        run(pytest.fail, admit=admit)


def test_waiting_for_admission_is_not_the_candidates_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])

    def admit(need: int) -> None:
        clock[0] += 1000

    result = run(settings=SETTINGS.model_copy(update={"time_limit": 10}), admit=admit)
    assert (result.outcome, result.wall_time) == ("complete", 0)


def test_peak_memory_is_recorded_also_of_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "watch_peak_memory", lambda device: lambda: 12_345)
    for result in (run(), run(lambda: Failing(ValueError("broken"))), run(lambda: Failing(MemoryError()))):
        assert result.details["memory_peak"] == 12_345


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_divergence_is_a_failure(bad: float) -> None:
    def diverging() -> nn.Module:
        network = nn.Sequential(nn.Flatten(), nn.Linear(192, 4))
        with torch.no_grad():
            next(network.parameters())[0] = bad
        return network

    result = run(diverging)
    assert result.outcome == "failed"
    assert result.reason == "loss became NaN in epoch 1"


def test_time_limit_is_a_failure() -> None:
    result = run(settings=SETTINGS.model_copy(update={"time_limit": 1e-9}))
    assert result.outcome == "failed"
    assert result.reason == "time limit reached in epoch 1"


def test_a_crash_is_a_failure_told_in_one_line() -> None:
    result = run(lambda: Failing(ValueError("sizes\n   differ")))
    assert (result.outcome, result.reason) == ("failed", "ValueError: sizes differ")
    result = run(lambda: Failing(RuntimeError("mat1 and mat2 shapes cannot be multiplied")))
    assert result.outcome == "failed"

    def broken() -> nn.Module:
        raise KeyError("no such operator")

    assert run(broken).reason == "KeyError: 'no such operator'"
    assert run(lambda: Failing(AssertionError())).reason == "AssertionError"


def test_a_failure_keeps_the_curve_so_far() -> None:
    class Late(Failing):
        def forward(self, x: Tensor) -> Tensor:
            self.calls -= 1 if not late else 0
            return super().forward(x)

    late: list[Epoch] = []
    result = run(lambda: Late(ValueError("late")), on_epoch=late.append)
    assert result.outcome == "failed"
    assert [point.epoch for point in result.curve] == [1]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit()])
def test_interrupts_pass_through(error: BaseException) -> None:
    with pytest.raises(type(error)):
        run(lambda: Failing(error))


def test_abandoning_passes_through() -> None:
    with pytest.raises(Abandoned):
        run(should_stop=lambda: True)


def test_a_real_network_end_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "measure_step_time", pytest.fail)
    network = (parse_cell(CELL), MacroArchitecture(motifs=2, normal_cells=1, filters=8), (3, 8, 8), 4)
    counts = count(*network)
    result = run(lambda: build_network(*network), counts=counts)
    assert result.outcome == "complete"
    assert result.objectives["parameters"] == counts.parameters
    assert result.details["memory_estimate"] > 0
    peak = result.details["memory_peak"]
    assert peak is None or 0 <= peak < 2**30
