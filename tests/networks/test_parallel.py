"""Networks of flat cells: what they are made of, and counts that are those of the built ones."""

import pytest
import torch
from tests.bundle.rebuilt import difference, rebuild, trained
from tests.networks.kept_memory import kept_for_backward

from vilfredo.errors import InputError
from vilfredo.networks.cost import count_flops
from vilfredo.networks.drop_path import drop_paths
from vilfredo.networks.families import restore_family
from vilfredo.networks.families.parallel import ParallelNetworks, family
from vilfredo.networks.parallel import ParallelCell, ParallelNetwork, count_parallel, lay_out_parallel
from vilfredo.spaces.cells import parse_cell
from vilfredo.spaces.parallel import Stack
from vilfredo.spaces.parallel_space import OPERATORS, ParallelSpace

ALL = ";".join(f"(-1, '{one}', -1, '{other}')" for one, other in zip(OPERATORS[::2], OPERATORS[1::2], strict=True))
SMALL = Stack(groups=3, normal_cells=1, filters=2)
TEXTS = [
    "[]",
    "[(-1, 'identity', -1, 'identity')]",
    "[(-1, '3x3 dconv', -1, '3x3 maxpool');(-1, '3x3 avgpool', -1, '1x7-7x1 conv')]",
    f"[{ALL}]",
]


def test_three_groups_of_n_cells_and_two_convolutions_between() -> None:
    steps = lay_out_parallel(parse_cell(TEXTS[2]), Stack(), (3, 32, 32))
    assert [bool(step.operators) for step in steps] == [True, True, False] * 2 + [True, True]
    assert [step.shape.in_filters for step in steps] == [3, 128, 128, 64, 256, 256, 128, 512]
    assert [step.shape.out_filters for step in steps] == [32, 32, 64, 64, 64, 128, 128, 128]
    assert [step.shape.size for step in steps] == [(32, 32)] * 3 + [(16, 16)] * 3 + [(8, 8)] * 2
    assert steps[-1].channels == 4 * 128


def test_the_network_of_the_initial_thrust_is_pooling_and_softmax_alone() -> None:
    network = ParallelNetwork(parse_cell("[]"), Stack(), (3, 32, 32), 10)
    assert [name for name, _ in network.named_parameters()] == ["head.weight", "head.bias"]
    assert count_parallel(parse_cell("[]"), Stack(), (3, 32, 32), 10).parameters == 3 * 10 + 10


def test_parameters_by_hand() -> None:
    counts = count_parallel(parse_cell("[(-1, '3x3:2dr conv', -1, 'identity')]"), SMALL, (3, 8, 8), 5)
    expected = 0
    channels = 3
    for filters in (2, 4, 8):
        if filters > 2:  # the convolution between groups
            expected += 9 * channels * filters + filters + 2 * filters
            channels = filters
        expected += 9 * channels * filters + 3 * filters  # dilated: bias and norm too
        expected += channels * filters + 3 * filters if channels != filters else 0  # identity, adapted
        channels = 2 * filters
    assert counts.parameters == expected + channels * 5 + 5
    assert counts.cells == 3


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("shape", [(3, 8, 8), (1, 5, 3), (4, 1, 1)])
def test_counts_are_those_of_the_network(text: str, shape: tuple[int, int, int]) -> None:
    counts = count_parallel(parse_cell(text), SMALL, shape, 5)
    network = ParallelNetwork(parse_cell(text), SMALL, shape, 5)
    assert counts.parameters == sum(weight.numel() for weight in network.parameters())
    running = sum(len(value) for name, value in network.state_dict().items() if "running_" in name)
    assert counts.parameters_with_buffers == counts.parameters + running
    assert counts.flops == count_flops(network.to("meta"), shape)


@pytest.mark.parametrize("text", TEXTS[1:])
def test_kept_memory_is_what_autograd_keeps(text: str) -> None:
    network, batch = ParallelNetwork(parse_cell(text), SMALL, (3, 8, 8), 5), 16
    counts = count_parallel(parse_cell(text), SMALL, (3, 8, 8), 5)
    kept = kept_for_backward(network, (batch, 3, 8, 8)) / batch
    assert kept == pytest.approx(counts.activations, rel=0.05)


def test_paths_are_dropped_where_they_are_concatenated() -> None:
    network = ParallelNetwork(parse_cell(TEXTS[2]), SMALL, (3, 8, 8), 5)
    assert len(drop_paths(network)) == SMALL.groups * SMALL.normal_cells
    assert isinstance(network.steps[0], ParallelCell)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("size", [(8, 8), (7, 5)])
def test_it_is_the_same_in_plain_pytorch(text: str, size: tuple[int, int]) -> None:
    network = trained(ParallelNetwork(parse_cell(text), SMALL, (3, *size), 5))
    plain = rebuild(network)
    assert list(plain.state_dict()) == list(network.state_dict())
    x = torch.randn(4, 3, *size, generator=torch.Generator().manual_seed(0))
    assert difference(network, plain, x) <= 1e-5


def test_what_cannot_be_built_is_refused() -> None:
    with pytest.raises(InputError, match="sizes of at least 1"):
        count_parallel(parse_cell("[]"), SMALL, (3, 0, 8), 5)
    with pytest.raises(InputError, match="'3y3 conv' is not an operator"):
        count_parallel(parse_cell("[(-1, '3y3 conv', -1, 'identity')]"), SMALL, (3, 8, 8), 5)
    with pytest.raises(InputError, match="'7 conv' is for series"):
        family(ParallelSpace(operators=("7 conv",)), None, (3, 8, 8), 5)
    with pytest.raises(InputError, match="reads input -2"):
        ParallelNetworks(SMALL, (3, 8, 8), 5).count("[(-2, 'identity', -1, 'identity')]")


def test_descriptions_are_read_back_and_checked() -> None:
    networks = ParallelNetworks(SMALL, (3, 8, 8), 5)
    assert restore_family("parallel", networks.to_dict()) == networks
    for stack in ({"groups": 99}, {"filters": -1}, {"motifs": 3}):
        with pytest.raises(InputError, match=next(iter(stack))):
            restore_family("parallel", networks.to_dict() | {"stack": stack})
    with pytest.raises(InputError, match="damaged"):
        restore_family("parallel", {"input_shape": [3, 8, 8], "classes": 5})


def test_one_exit_is_all_there_is() -> None:
    networks = ParallelNetworks(SMALL, (3, 8, 8), 5)
    weights = networks.build(TEXTS[1]).state_dict()
    assert networks.with_secondary_exit() == networks.ending_at(TEXTS[1], 1) == networks
    assert networks.exit_weights(TEXTS[1], weights, 1) is weights
