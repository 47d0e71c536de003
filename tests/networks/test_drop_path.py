import pytest
import torch
from torch import Tensor, nn

from vilfredo.networks.cell import BlockModule, CellModule
from vilfredo.networks.drop_path import DropPath, set_drop_path
from vilfredo.networks.network import build_network
from vilfredo.networks.shapes import OperandShape
from vilfredo.spaces.cells import Block, parse_cell
from vilfredo.spaces.macro import MacroArchitecture


def dropped(rate: float, paths: int, samples: int) -> Tensor:
    """Factors (paths, samples) by which a training pass scales its paths."""
    torch.manual_seed(0)
    drop = DropPath().train()
    drop.rate = rate
    return torch.stack([path[:, 0, 0, 0] for path in drop([torch.ones(samples, 1, 1, 1)] * paths)])


@pytest.mark.parametrize(("rate", "training"), [(0.0, True), (0.0, False), (0.6, False)])
def test_evaluation_and_rate_zero_pass_the_paths_themselves(rate: float, training: bool) -> None:
    drop = DropPath().train(training)
    drop.rate = rate
    paths = [torch.randn(4, 3, 2, 2) for _ in range(3)]
    assert all(after is before for after, before in zip(drop(paths), paths, strict=True))


def test_a_single_path_is_never_dropped() -> None:
    assert (dropped(0.99, 1, 200) == 1).all()


@pytest.mark.parametrize("rate", [0.0, 0.3])
def test_a_rate_may_be_a_tensor_that_changes_in_place(rate: float) -> None:
    drop = DropPath().train()
    drop.rate = shared = torch.tensor(0.9)
    paths = [torch.ones(500, 1, 1, 1)] * 2
    assert (drop(paths)[0] == 0).any()
    shared.fill_(rate)
    torch.manual_seed(0)
    assert torch.equal(torch.stack([path[:, 0, 0, 0] for path in drop(paths)]), dropped(rate, 2, 500))


@pytest.mark.parametrize("paths", [2, 3, 5])
@pytest.mark.parametrize("rate", [0.1, 0.5, 0.99])
def test_at_least_one_path_survives_and_the_sum_of_the_factors_stays(rate: float, paths: int) -> None:
    factors = dropped(rate, paths, 2000)
    survivors = (factors > 0).sum(dim=0)
    assert survivors.min() >= 1
    assert torch.allclose(factors.sum(dim=0), torch.tensor(float(paths)))
    assert torch.allclose(factors.amax(dim=0), paths / survivors)


@pytest.mark.parametrize("paths", [2, 4])
@pytest.mark.parametrize("rate", [0.2, 0.6])
def test_survival_is_as_frequent_as_the_rate_says(rate: float, paths: int) -> None:
    factors = dropped(rate, paths, 40_000)
    # A path survives by its own draw, or as the largest where all would be dropped; 5 standard deviations.
    expected = 1 - rate + rate**paths / paths
    assert ((factors > 0).double().mean(dim=1) - expected).abs().max() < 5 * 0.5 / 200
    assert (factors.mean(dim=1) - 1).abs().max() < 5 * float(factors.std()) / 200


def test_samples_are_drawn_independently() -> None:
    kept = (dropped(0.5, 2, 10_000) > 0).double()  # (paths, samples)
    assert len({tuple(column) for column in kept.T.tolist()}) == 3
    neighbours = torch.corrcoef(torch.stack([kept[0, 0::2], kept[0, 1::2]]))[0, 1]
    assert neighbours.abs() < 0.08


def test_all_channels_and_pixels_of_a_sample_share_their_fate() -> None:
    drop = DropPath().train()
    drop.rate = 0.5
    for path in drop([torch.ones(50, 3, 4, 5), torch.ones(50, 3, 4, 5)]):
        assert path.shape == (50, 3, 4, 5)
        assert (path == path[:, :1, :1, :1]).all()


def test_the_number_format_stays() -> None:
    drop = DropPath().train()
    drop.rate = 0.5
    assert {path.dtype for path in drop([torch.ones(4, 1, 1, 1, dtype=torch.bfloat16)] * 2)} == {torch.bfloat16}


def test_dropped_paths_get_no_gradient() -> None:
    torch.manual_seed(0)
    drop = DropPath().train()
    drop.rate = 0.5
    paths = [torch.ones(20, 1, 1, 1, requires_grad=True) for _ in range(2)]
    outputs = drop(paths)
    torch.autograd.backward(torch.cat(outputs).sum())
    for path, output in zip(paths, outputs, strict=True):
        assert path.grad is not None
        assert torch.equal(path.grad, output.detach())
        assert (path.grad == 0).any()


def test_blocks_drop_their_operands() -> None:
    torch.manual_seed(0)
    shape = OperandShape(2, 2, (3, 3))
    block = BlockModule(Block(-1, "identity", -1, "2x2 avgpool"), shape, shape).train()
    set_drop_path(block, 0.5)
    x = torch.randn(1, 2, 3, 3)
    first, second = x[0], block.op2(x)[0]
    y = block(x.expand(60, -1, -1, -1), x.expand(60, -1, -1, -1))
    fates = [[torch.allclose(sample, fate) for fate in (first + second, 2 * first, 2 * second)] for sample in y]
    assert all(sum(fate) == 1 for fate in fates)
    assert all(any(column) for column in zip(*fates, strict=True))


def test_cells_drop_what_they_concatenate() -> None:
    torch.manual_seed(0)
    cell = parse_cell("(-1,identity,-1,identity);(-1,identity,-1,identity)")
    network = build_network(cell, MacroArchitecture(motifs=1, normal_cells=1, filters=2, residual=False), (2, 3, 3), 2)
    module = network.cells[0]
    assert isinstance(module, CellModule)
    assert module.merge is not None
    seen: list[Tensor] = []
    module.merge.register_forward_pre_hook(lambda _, arguments: seen.append(arguments[0]))
    set_drop_path(network.train(), 0.5)
    x = torch.randn(1, 2, 3, 3).expand(60, -1, -1, -1)
    network(x)
    # Both operands of a block are equal here, so that dropping one of them leaves the block's output as it is.
    both = torch.cat([2 * x, 2 * x], dim=1)
    factors = (seen[0] / both)[:, [0, 2], 0, 0]
    assert torch.allclose(seen[0], both * factors.repeat_interleave(2, dim=1)[..., None, None], atol=1e-5)
    assert {tuple(round(value) for value in row) for row in factors.tolist()} == {(1, 1), (2, 0), (0, 2)}


def test_the_rate_is_set_everywhere_and_the_network_can_be_trained_with_it() -> None:
    cell = parse_cell("(-1,3x3 conv,-2,identity);(-1,2x2 maxpool,-1,identity)")
    network = build_network(cell, MacroArchitecture(motifs=2, normal_cells=1, filters=2), (1, 4, 4), 3)
    drops = [module for module in network.modules() if isinstance(module, DropPath)]
    assert len(drops) == 3 * (2 + 1)
    assert {drop.rate for drop in drops} == {0.0}
    set_drop_path(network, 0.3)
    assert {drop.rate for drop in drops} == {0.3}
    x = torch.randn(8, 1, 4, 4)
    network.train()(x).sum().backward()
    learning = [parameter for parameter in network.parameters() if parameter.requires_grad]
    assert all(parameter.grad is not None and parameter.grad.isfinite().all() for parameter in learning)
    network.eval()
    assert torch.equal(network(x), network(x))


def test_a_module_without_drop_path_is_left_alone() -> None:
    set_drop_path(nn.Linear(2, 2), 0.5)
