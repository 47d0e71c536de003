import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vilfredo.networks.drop_path import DropPath
from vilfredo.training.data import resident
from vilfredo.training.settings import TrainingSettings
from vilfredo.training.step import TrainingStep, place, precision_in_use

CPU = torch.device("cpu")
SETTINGS = TrainingSettings(learning_rate=0.1, label_smoothing=0.1)


def net() -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(144, 5))


def batch(count: int = 6) -> tuple[Tensor, Tensor]:
    return torch.randn(count, 3, 8, 8, generator=torch.Generator().manual_seed(1)), torch.arange(count) % 5


def test_the_loss_of_all_samples_is_summed() -> None:
    network, (x, y) = net(), batch()
    step = TrainingStep(network, SETTINGS, CPU)
    step.set_rates(0.0, 0.0)
    expected = F.cross_entropy(network(x), y, label_smoothing=0.1).item()
    step(x, y)
    step(x, y)
    assert step.loss_sum.item() == pytest.approx(12 * expected, rel=1e-5)
    assert not step.loss_sum.requires_grad


def test_rate_zero_leaves_the_weights_and_gradients_do_not_add_up() -> None:
    network, (x, y) = net(), batch()
    step = TrainingStep(network, SETTINGS, CPU)
    step.set_rates(0.0, 0.0)
    before = [weight.detach().clone() for weight in network.parameters()]
    step(x, y)
    first = [weight.grad for weight in network.parameters()]
    step(x, y)
    assert all(torch.equal(a, b) for a, b in zip(before, network.parameters(), strict=True))
    for gradient, weight in zip(first, network.parameters(), strict=True):
        assert gradient is not None
        assert weight.grad is not None
        assert torch.equal(gradient, weight.grad)
    step.set_rates(1.0, 0.0)
    step(x, y)
    assert not any(torch.equal(a, b) for a, b in zip(before[:1], network.parameters(), strict=False))


def test_rates_reach_optimizer_and_drop_path() -> None:
    network = nn.ModuleDict({"net": net(), "drop": DropPath()})
    step = TrainingStep(network, SETTINGS.model_copy(update={"drop_path": 0.5}), CPU)
    step.set_rates(0.25, 0.4)
    assert step.optimizer.learning_rate == pytest.approx(0.025)
    assert isinstance(network["drop"], DropPath)
    assert network["drop"].rate == 0.4


def test_batches_of_the_size_of_the_graph_are_copied_into_it() -> None:
    network, (x, y) = net(), batch()
    step = TrainingStep(network, SETTINGS, CPU)
    inputs, replays = (torch.zeros_like(x), torch.zeros_like(y)), list[float]()
    step.use_graph(*inputs, lambda: replays.append(inputs[0].sum().item()))
    step(x, y)
    assert replays == [x.sum().item()]
    assert torch.equal(inputs[1], y)
    assert step.loss_sum.item() == 0.0
    step(x[:4], y[:4])
    assert len(replays) == 1
    assert step.loss_sum.item() > 0.0


@pytest.mark.parametrize(("precision", "dtype"), [("float32", torch.float32), ("bfloat16", torch.bfloat16)])
def test_precision_of_convolutions_and_of_what_is_kept(precision: str, dtype: torch.dtype) -> None:
    network, (x, y) = net(), batch()
    seen: dict[str, torch.dtype] = {}
    for name, module in network.named_children():
        module.register_forward_hook(lambda module, inputs, output, name=name: seen.update({name: output.dtype}))
    TrainingStep(network, SETTINGS.model_copy(update={"precision": precision}), CPU)(x, y)
    assert seen["0"] == seen["3"] == dtype
    assert {weight.grad.dtype for weight in network.parameters() if weight.grad is not None} == {torch.float32}
    assert {buffer.dtype for buffer in network.buffers()} == {torch.float32, torch.int64}


def test_unresolved_precision_is_float32() -> None:
    used = [precision_in_use(TrainingSettings.read({"precision": each})) for each in ("auto", "float32", "bfloat16")]
    assert used == ["float32", "float32", "bfloat16"]


def test_placed_channels_last() -> None:
    network, (x, y) = net(), batch()
    place(network, resident(x, y, x, y, 5, CPU))
    assert isinstance(network, nn.Sequential)
    assert isinstance(network[0], nn.Conv2d)
    assert network[0].weight.is_contiguous(memory_format=torch.channels_last)
