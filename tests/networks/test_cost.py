import pytest
import torch
from torch import Tensor, nn

from vilfredo.networks import cost as module
from vilfredo.networks.cost import Cost, cost_of, count_flops
from vilfredo.networks.grammar import build_operator
from vilfredo.networks.network import build_network
from vilfredo.networks.recurrent import Recurrent
from vilfredo.networks.shapes import OperandShape
from vilfredo.spaces.cells import parse_cell
from vilfredo.spaces.macro import MacroArchitecture

SHAPE = OperandShape(3, 4, (5, 6))
PIXELS = 5 * 6
NETWORK = (parse_cell("(-1,3x3 conv,-2,2x2 maxpool)"), MacroArchitecture(motifs=2, normal_cells=1, filters=4))


def test_a_convolution() -> None:
    cost = cost_of(build_operator, "3x3 conv", SHAPE)
    assert (cost.parameters, cost.statistics) == (9 * 3 * 4 + 4 + 2 * 4, 2 * 4)
    assert cost.flops == 2 * PIXELS * 9 * 3 * 4
    assert (cost.kept, cost.keeps_input, cost.largest) == (2 * 4 * PIXELS * 4, True, 4 * PIXELS * 4)


def test_an_identity_costs_nothing() -> None:
    assert cost_of(build_operator, "identity", OperandShape(3, 3, (5, 6))) == Cost(0, 0, 0, 0, False, 4 * PIXELS * 3)


def test_pooling_keeps_where_its_maxima_were() -> None:
    cost = cost_of(build_operator, "2x2 maxpool", OperandShape(3, 3, (4, 6), 2))
    assert (cost.kept, cost.keeps_input) == (8 * 3 * 2 * 3, True)


def test_asymmetric_padding_keeps_a_padded_copy_instead_of_the_input() -> None:
    cost = cost_of(build_operator, "2x2 maxpool", OperandShape(3, 3, (4, 6)))
    assert (cost.kept, cost.keeps_input) == (4 * 3 * 5 * 7 + 8 * 3 * 4 * 6, False)


def test_each_part_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[OperandShape] = []

    def build(shape: OperandShape) -> nn.Module:
        made.append(shape)
        return build_operator("3x3 conv", shape)

    assert cost_of(build, SHAPE) == cost_of(build, OperandShape(3, 4, (5, 6)))
    cost_of(build, OperandShape(3, 4, (5, 7)))
    assert len(made) == 2


def test_layers_that_know_their_flops_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "count_flops", pytest.fail)
    for name in ("7x7 conv", "3x3:2dr dconv", "1x7-7x1 conv", "3x3 tconv", "3x3 maxpool", "3x3 avgpool", "identity"):
        assert cost_of(build_operator, name, OperandShape(5, 7, (9, 4), 2)).flops > 0


@pytest.mark.parametrize(("name", "gates", "weights"), [("lstm", 4, 4 * 7 * 13), ("gru", 3, 3 * 7 * 14)])
def test_recurrent_layers_are_known_without_their_steps(
    name: str, gates: int, weights: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "count_flops", pytest.fail)
    for function in ("lstm", "gru"):
        monkeypatch.setattr(torch, function, pytest.fail)
    shape = OperandShape(5, 7, (1, 1000), 2)
    cost = cost_of(build_operator, name, shape)
    assert (cost.parameters, cost.statistics) == (weights + 2 * 7, 2 * 7)
    assert cost.flops == 2 * 1000 * gates * 7 * (5 + 7)
    layer = build_operator(name, shape).get_submodule("0")
    assert isinstance(layer, Recurrent)
    # The norm keeps what it reads, the pool too, and where its maxima were.
    assert cost.kept == 4 * layer.kept + 2 * 4 * 7 * 1000 + 8 * 7 * 500
    assert (cost.keeps_input, cost.largest) == (False, 4 * layer.kept)


class Strange(nn.Module):
    """As another package's operator might be: frozen weights, pixels as samples, a constant, a product of pixels."""

    def __init__(self, shape: OperandShape) -> None:
        super().__init__()
        self.frozen = nn.Linear(shape.in_filters, shape.out_filters).requires_grad_(False)
        self.learnt = nn.Linear(shape.in_filters, shape.out_filters)
        self.scale = nn.Parameter(torch.ones(100, 1000))

    def forward(self, x: Tensor) -> Tensor:
        n, _, h, w = x.shape
        pixels = x.permute(0, 2, 3, 1).flatten(1, 2)  # (n, h * w, c)
        y = self.frozen(pixels) + self.learnt(pixels) * self.scale.square().exp().sum()
        y = y.transpose(1, 2) @ y @ y.transpose(1, 2)
        return torch.sigmoid(y.reshape(n, -1, h, w))


def test_unknown_layers_are_counted_by_torch() -> None:
    cost = cost_of(Strange, SHAPE)
    assert cost.parameters == 2 * (3 * 4 + 4) + 100_000
    assert cost.flops == 2 * (2 * PIXELS * 3 * 4 + 2 * PIXELS * 4 * 4)
    pixels = 4 * PIXELS * 4
    # The pixels, rearranged; the learnt part before it is scaled, the sum, the product of channels, the output. No
    # constants, no weights.
    assert cost.kept == 4 * PIXELS * 3 + 3 * pixels + 4 * 4 * 4
    assert not cost.keeps_input
    assert cost.largest == pixels


def test_batch_norms_of_unknown_parts_are_counted() -> None:
    def build(shape: OperandShape) -> nn.Module:
        return nn.Sequential(nn.Conv2d(shape.in_filters, shape.out_filters, 1), nn.BatchNorm2d(4), nn.ReLU())

    cost = cost_of(build, SHAPE)
    assert (cost.parameters, cost.statistics, cost.flops) == (3 * 4 + 4 + 2 * 4, 2 * 4, 2 * PIXELS * 3 * 4)
    assert cost.kept == 2 * 4 * PIXELS * 4  # what the norm reads, and the output, by which ReLU goes


def test_neither_weights_nor_random_numbers_are_drawn() -> None:
    state = torch.get_rng_state()
    cost_of(build_operator, "5x3 conv", SHAPE)
    assert torch.equal(torch.get_rng_state(), state)


def test_gradients_may_be_off() -> None:
    with torch.no_grad():
        assert cost_of(build_operator, "5x5 conv", SHAPE).kept > 0


def test_flops_are_of_one_sample_whatever_the_mode() -> None:
    with torch.device("meta"):
        network = build_network(*NETWORK, (3, 5, 6), 7)
    assert count_flops(network.train(), (3, 5, 6)) == count_flops(network.eval(), (3, 5, 6))


@pytest.mark.parametrize("training", [True, False])
def test_counting_flops_leaves_the_mode_as_it_is(training: bool) -> None:
    with torch.device("meta"):
        network = build_network(*NETWORK, (3, 5, 6), 7).train(training)
    count_flops(network, (3, 5, 6))
    assert {module.training for module in network.modules()} == {training}
