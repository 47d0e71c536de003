import math
from typing import Literal

import pytest
import torch
from tests.networks.kept_memory import kept_for_backward
from torch import Tensor, nn

from vilfredo.networks.network import build_network
from vilfredo.networks.recurrent import Recurrent, RecurrentStandIn, recurrent_operator
from vilfredo.networks.shapes import OperandShape
from vilfredo.spaces.cells import parse_cell
from vilfredo.spaces.macro import MacroArchitecture

Kind = Literal["lstm", "gru"]
both = pytest.mark.parametrize("kind", ["lstm", "gru"])


def series(n: int, filters: int, length: int) -> Tensor:
    return torch.randn(n, filters, 1, length, generator=torch.Generator().manual_seed(length))


def twin(layer: Recurrent) -> nn.RNNBase:
    """Torch's own layer with the same weights."""
    module = (nn.LSTM if layer.kind == "lstm" else nn.GRU)(layer.in_filters, layer.units, batch_first=True)
    weights = (layer.kernel, layer.recurrent, layer.bias, layer.second_bias)
    with torch.no_grad():
        for parameter, weight in zip(module.parameters(), weights, strict=True):
            parameter.copy_(weight)
    return module


@both
@pytest.mark.parametrize(("filters", "units", "length"), [(3, 5, 9), (1, 4, 1), (5, 3, 40)])
def test_outputs_and_gradients_are_those_of_torchs_layers(kind: Kind, filters: int, units: int, length: int) -> None:
    layer = Recurrent(kind, filters, units, length)
    with torch.no_grad():
        layer.bias.uniform_(-1, 1)
        if kind == "gru":
            layer.second_bias.uniform_(-1, 1)
    other = twin(layer)
    x, z = series(4, filters, length).requires_grad_(), series(4, filters, length).requires_grad_()
    y, expected = layer(x), other(z.squeeze(2).transpose(1, 2))[0].transpose(1, 2).unsqueeze(2)
    assert torch.allclose(y, expected, atol=1e-6)
    weight = torch.randn(y.shape, generator=torch.Generator().manual_seed(0))
    torch.autograd.backward((y * weight).sum())
    torch.autograd.backward((expected * weight).sum())
    grads = [x.grad, *(parameter.grad for parameter in layer.parameters())]
    for grad, right in zip(grads, [z.grad, *(parameter.grad for parameter in other.parameters())], strict=False):
        assert grad is not None
        assert right is not None
        assert torch.allclose(grad, right, atol=2e-5)


@pytest.mark.parametrize(("kind", "expected"), [("lstm", 4 * (5 * 3 + 25 + 5)), ("gru", 3 * (5 * 3 + 25 + 2 * 5))])
def test_parameters_are_those_of_keras(kind: Kind, expected: int) -> None:
    layer = Recurrent(kind, 3, 5, 9)
    assert sum(parameter.numel() for parameter in layer.parameters()) == expected
    assert len(layer.state_dict()) == len(list(layer.parameters()))


@both
def test_weights_begin_as_keras_has_them(kind: Kind) -> None:
    torch.manual_seed(0)
    layer = Recurrent(kind, 30, 20, 9)
    bound = math.sqrt(6 / (30 + len(layer.kernel)))
    assert 0.97 * bound < float(layer.kernel.detach().abs().max()) <= bound
    assert float(layer.kernel.detach().std()) == pytest.approx(bound / math.sqrt(3), rel=0.1)
    assert torch.allclose(layer.recurrent.T @ layer.recurrent, torch.eye(20), atol=1e-5)
    biases = [0.0] * 20
    # The second block is the forget gate's.
    expected = biases + [1.0] * 20 + biases + biases if kind == "lstm" else 3 * biases
    assert layer.bias.tolist() == expected
    assert not layer.second_bias.any()
    assert layer.second_bias.requires_grad == (kind == "gru")


@both
@pytest.mark.parametrize("layout", [torch.channels_last, torch.contiguous_format])
def test_the_layout_of_the_input_is_kept(kind: Kind, layout: torch.memory_format) -> None:
    x = series(4, 3, 9).contiguous(memory_format=layout)
    assert Recurrent(kind, 3, 5, 9)(x).is_contiguous(memory_format=layout)


@both
def test_mixed_precision_leaves_the_recursion_in_single_precision(kind: Kind) -> None:
    layer, x = Recurrent(kind, 3, 5, 9), series(4, 3, 9)
    with torch.autocast("cpu", torch.bfloat16):
        y, halved = layer(x), layer(x.bfloat16())
    assert (y.dtype, halved.dtype) == (torch.float32, torch.float32)
    assert torch.equal(y, layer(x))
    torch.autograd.backward(halved.sum())
    assert layer.kernel.grad is not None


@both
def test_flops_are_two_per_weight_and_step(kind: Kind) -> None:
    gates = 4 if kind == "lstm" else 3
    assert Recurrent(kind, 3, 5, 9).flops == 2 * 9 * gates * 5 * (3 + 5)


@both
@pytest.mark.parametrize(
    ("filters", "units", "length"), [(1, 24, 96), (24, 24, 96), (24, 48, 48), (96, 96, 24), (3, 8, 12), (48, 8, 7)]
)
def test_no_more_is_kept_than_estimated_and_at_least_half(kind: Kind, filters: int, units: int, length: int) -> None:
    layer = Recurrent(kind, filters, units, length)
    fewer, more = (kept_for_backward(layer, (samples, filters, 1, length)) for samples in (16, 32))
    # The softmax that follows keeps its output: units x length numbers.
    kept = (more - fewer) / 16 / 4 - units * length
    assert kept <= layer.kept <= 2 * kept


@both
@pytest.mark.parametrize("length", [1, 2])
def test_of_shortest_series_no_more_is_kept_than_estimated(kind: Kind, length: int) -> None:
    for filters, units in ((1, 1), (3, 8), (16, 16), (17, 33), (100, 5)):
        layer = Recurrent(kind, filters, units, length)
        fewer, more = (kept_for_backward(layer, (samples, filters, 1, length)) for samples in (16, 32))
        kept = (more - fewer) / 16 / 4 - units * length
        assert kept <= layer.kept <= 4 * kept, (filters, units)


@both
def test_the_stand_in_keeps_what_the_layer_estimates(kind: Kind) -> None:
    layer = Recurrent(kind, 3, 5, 9)
    stand_in = RecurrentStandIn(layer)
    assert stand_in(series(2, 3, 9)).shape == (2, 5, 1, 9)
    fewer, more = (kept_for_backward(stand_in, (samples, 3, 1, 9)) for samples in (2, 3))
    assert more - fewer == 4 * (layer.kept + 5 * 9)


@both
@pytest.mark.parametrize(("stride", "pooled", "window"), [(1, 9, 1), (2, 5, 2), (4, 3, 3)])
def test_a_norm_follows_and_a_pool_where_the_series_must_shrink(
    kind: Kind, stride: int, pooled: int, window: int
) -> None:
    torch.manual_seed(0)
    operator = recurrent_operator(kind, OperandShape(3, 5, (1, 9), stride)).eval()
    layer, norm = (module for module in operator.modules() if isinstance(module, Recurrent | nn.BatchNorm2d))
    assert isinstance(norm, nn.BatchNorm2d)
    assert norm.eps == 1e-3
    assert not any(isinstance(module, nn.SiLU) for module in operator.modules())
    x = series(2, 3, 9)
    full, y = norm(layer(x)), operator(x)
    assert y.shape == (2, 5, 1, pooled)
    assert torch.equal(y[..., 0], full[..., :window].amax(dim=-1))


def test_later_steps_do_not_reach_back() -> None:
    for kind in ("lstm", "gru"):
        layer, x = Recurrent(kind, 3, 5, 9), series(2, 3, 9)
        changed = x.clone()
        changed[..., 6:] += 1
        y, z = layer(x), layer(changed)
        assert torch.equal(y[..., :6], z[..., :6])
        assert not torch.allclose(y[..., 6:], z[..., 6:])


LENGTH, STEPS = 48, 250


def pulses(count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Two channels with a pulse each, anywhere but 12 to 24 steps apart; the class is the channel of the first."""
    apart = torch.randint(12, 25, (count,), generator=generator)
    # From 4 on, and so that the second is at most at LENGTH - 5: ends of the series tell nothing.
    first = 4 + (torch.rand(count, generator=generator) * (LENGTH - 8 - apart)).long()
    second = first + apart
    y, rows = torch.randint(0, 2, (count,), generator=generator), torch.arange(count)
    x = 0.1 * torch.randn(count, 2, 1, LENGTH, generator=generator)
    x[rows, y, 0, first] += 1
    x[rows, 1 - y, 0, second] += 1
    return x, y


def accuracy(name: str, seed: int = 0) -> float:
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    macro = MacroArchitecture(motifs=1, normal_cells=1, filters=8)
    network = build_network(parse_cell(f"(-1,{name},-1,identity)"), macro, (2, 1, LENGTH), 2)
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for _ in range(STEPS):
        x, y = pulses(64, generator)
        optimizer.zero_grad()
        torch.autograd.backward(nn.functional.cross_entropy(network(x), y))
        optimizer.step()
        schedule.step()
    x, y = pulses(1000, generator)
    return float((network.eval()(x).argmax(dim=1) == y).float().mean())


@pytest.mark.parametrize(("name", "low", "high"), [("lstm", 0.9, 1.0), ("gru", 0.9, 1.0), ("3 conv", 0.0, 0.75)])
def test_recurrent_cells_learn_what_needs_memory_and_small_kernels_do_not(name: str, low: float, high: float) -> None:
    assert low <= accuracy(name) <= high
