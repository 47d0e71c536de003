import gc
import warnings
import weakref
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from vilfredo.networks.network import build_network
from vilfredo.spaces.cells import parse_cell
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.training import cuda_graph
from vilfredo.training.cuda_graph import capture, make_step
from vilfredo.training.data import TrainingData, resident
from vilfredo.training.loop import TrainingResult, train
from vilfredo.training.settings import TrainingSettings
from vilfredo.training.step import TrainingStep, place

CPU = torch.device("cpu")
SETTINGS = TrainingSettings(epochs=3, batch_size=16, drop_path=0.3)
needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")


def data(device: torch.device, samples: int = 40) -> TrainingData:  # two batches of 16 and one of 8
    generator = torch.Generator().manual_seed(0)
    x, y = torch.randn(samples, 3, 8, 8, generator=generator), torch.arange(samples) % 4
    return resident(x, y, x[:10], y[:10], 4, device)


def net() -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        cell = parse_cell("(-1,3x3 conv,-1,3x3 dconv);(-2,2x2 maxpool,0,identity)")
        return build_network(cell, MacroArchitecture(motifs=2, normal_cells=1, filters=4), (3, 8, 8), 4)


def state(step: TrainingStep) -> list[Tensor]:
    return [value.clone() for value in step.network.state_dict().values()]


def pretend(run: Callable[[], None], forget: Callable[[], None]) -> Callable[[], None]:
    """Warm up as a real capture does; what would be replayed is run again."""
    for _ in range(3):
        forget()
        run()

    def replay() -> None:
        forget()
        run()

    return replay


def step_on(device: torch.device) -> tuple[TrainingStep, TrainingData]:
    found, network = data(device), net().train()
    place(network, found)
    step = TrainingStep(network, SETTINGS, device)
    step.set_rates(1.0, 0.0)
    return step, found


def test_warming_up_leaves_no_trace_and_replays_train_as_steps_do() -> None:
    results = []
    for captured in (False, True):
        step, found = step_on(CPU)
        if captured:
            before = state(step)
            assert capture(step, found.x_train[:16], found.y_train[:16], pretend) == ""
            assert all(torch.equal(a, b) for a, b in zip(before, state(step), strict=True))
            assert step.loss_sum.item() == 0.0
        for start in (0, 16, 32, 8):
            step(found.x_train[start : start + 16], found.y_train[start : start + 16])
        results.append([*state(step), step.loss_sum.clone()])
    assert all(torch.equal(a, b) for a, b in zip(*results, strict=True))


def test_the_data_are_not_the_graphs_inputs() -> None:
    step, found = step_on(CPU)
    x = found.x_train.clone()
    capture(step, found.x_train[:16], found.y_train[:16], pretend)
    step(found.x_train[16:32], found.y_train[16:32])
    assert torch.equal(found.x_train, x)


def test_what_cannot_be_captured_runs_eagerly_and_says_why() -> None:
    def fail(run: Callable[[], None], forget: Callable[[], None]) -> Callable[[], None]:
        run()
        try:
            raise ValueError("an operation that waits\nfor the device")
        finally:
            raise RuntimeError("operation failed due to a previous error during capture")

    step, found = step_on(CPU)
    before = state(step)
    assert capture(step, found.x_train[:16], found.y_train[:16], fail) == (
        "ValueError: an operation that waits for the device"
    )
    assert all(torch.equal(a, b) for a, b in zip(before, state(step), strict=True))
    assert all(weight.grad is None for weight in step.network.parameters())
    step(found.x_train[:16], found.y_train[:16])
    assert step.loss_sum.item() > 0


def test_a_failed_capture_keeps_nothing_of_what_it_ran() -> None:
    kept: list[weakref.ref[Tensor]] = []

    class Failing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = net()

        def forward(self, x: Tensor) -> Tensor:
            logits = self.net(x)
            kept.append(weakref.ref(logits))
            raise ValueError("cannot be captured")

    found = data(CPU)
    step = TrainingStep(Failing().train(), SETTINGS, CPU)
    gc.collect()
    gc.disable()  # a cycle would be found sooner or later: too late for the memory, and for the steps that follow
    try:
        assert capture(step, found.x_train[:16], found.y_train[:16], pretend) == "ValueError: cannot be captured"
        assert [each() for each in kept] == [None]
    finally:
        gc.enable()


def test_on_a_cpu_nothing_is_captured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuda_graph, "capture", lambda *arguments: pytest.fail("captured on a CPU"))
    step = make_step(net().train(), data(CPU), SETTINGS)
    assert step.remark == ""


def eagerly(step: TrainingStep, x: Tensor, y: Tensor) -> str:
    return "asked for"


def trained(monkeypatch: pytest.MonkeyPatch, settings: TrainingSettings, captured: bool) -> TrainingResult:
    with monkeypatch.context() as patch:
        if not captured:
            patch.setattr(cuda_graph, "capture", eagerly)
        return train(net(), data(torch.device("cuda", 0)), settings, 0)


@needs_gpu
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("drop_path", [0.0, 0.3])
def test_a_graph_trains_as_single_operations_do(
    monkeypatch: pytest.MonkeyPatch, precision: str, drop_path: float
) -> None:
    settings = SETTINGS.model_copy(update={"precision": precision, "drop_path": drop_path})
    eager, graph = (trained(monkeypatch, settings, captured) for captured in (False, True))
    assert eager.remark == "asked for"
    assert graph.remark == ""
    for a, b in zip(eager.curve, graph.curve, strict=True):
        tolerance = 1e-3 if precision == "float32" else 5e-2
        assert a.training_loss == pytest.approx(b.training_loss, rel=tolerance)
        assert a.validation_nll == pytest.approx(b.validation_nll, rel=10 * tolerance)


@needs_gpu
def test_random_numbers_do_not_depend_on_what_ran_before(monkeypatch: pytest.MonkeyPatch) -> None:
    first = trained(monkeypatch, SETTINGS, True)
    torch.rand(100, device="cuda")
    before = torch.cuda.get_rng_state()
    second = trained(monkeypatch, SETTINGS, True)
    assert torch.equal(torch.cuda.get_rng_state(), before)
    assert second.curve[0].training_loss == pytest.approx(first.curve[0].training_loss, rel=1e-4)


class Waiting(nn.Module):
    """Reads a number from the device, which a capture forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.net = net()

    def forward(self, x: Tensor) -> Tensor:
        logits = self.net(x)
        assert isinstance(logits, Tensor)
        return logits if logits.sum().item() < 1e9 else 2 * logits


@needs_gpu
def test_a_network_that_cannot_be_captured_is_trained_all_the_same() -> None:
    stream = torch.cuda.current_stream()
    found = data(torch.device("cuda", 0))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # torch's of gradients that were begun on another stream
        result = train(Waiting(), found, SETTINGS, 0)  # with drop path: the generator must have survived
    assert result.remark != ""
    assert len(result.curve) == 3
    assert torch.cuda.current_stream() == stream
    assert train(net(), found, SETTINGS, 0).remark == ""


@needs_gpu
def test_the_graphs_memory_is_given_back() -> None:
    found = data(torch.device("cuda", 0))
    network = net()
    train(network, found, SETTINGS, 0)
    held = torch.cuda.memory_allocated()
    for _ in range(3):
        train(network, found, SETTINGS, 0)
    assert torch.cuda.memory_allocated() <= held
