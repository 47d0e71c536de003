import pytest
import torch

from vilfredo.errors import InputError
from vilfredo.networks.counting import Counts, count, count_flops
from vilfredo.networks.network import build_network, build_on_meta
from vilfredo.spaces.cells import Cell, parse_cell
from vilfredo.spaces.macro import MacroArchitecture

IMAGE = (3, 32, 32)

# Cell; parameters with buffers of residual cells, of plain cells with reshaped lookbacks, and of plain cells:
# counted by the original implementation for 32×32×3, 10 classes, F24 M3 N2.
REFERENCE = [
    ("(-1,3x3 conv,-1,3x3 conv)", 542_506, 535_834, None),
    ("(-2,identity,-2,2x2 maxpool)", 20_986, 12_922, None),
    ("(-2,5x5 dconv,-1,2x2 avgpool)", 47_248, 54_616, None),
    ("(-2,1x5-5x1 conv,-1,3x3 dconv);(-1,3x3 conv,0,identity)", 609_685, 638_293, None),
    ("(-2,3x3 conv,-2,3x3 conv)", None, 296_602, 274_474),
]


@pytest.mark.parametrize(("text", "residual", "reshaped", "plain"), REFERENCE, ids=[row[0] for row in REFERENCE])
def test_parameters_equal_the_original_implementations(
    text: str, residual: int | None, reshaped: int | None, plain: int | None
) -> None:
    macros = [
        (MacroArchitecture(residual=True, lookback_reshape=False), residual),
        (MacroArchitecture(residual=False, lookback_reshape=True), reshaped),
        (MacroArchitecture(residual=False, lookback_reshape=False), plain),
    ]
    for macro, expected in macros:
        assert (macro.motifs, macro.normal_cells, macro.filters) == (3, 2, 24)
        if expected is not None:
            assert count(parse_cell(text), macro, IMAGE, 10).parameters_with_buffers == expected, macro


def test_running_statistics_are_counted_apart() -> None:
    counts = count(parse_cell("(-1,3x3 conv,-1,2x2 maxpool)"), one_cell(filters=5), (3, 8, 8), 4)
    conv, pool, head = 9 * 3 * 5 + 5, 3 * 5 + 5, 5 * 4 + 4
    assert counts.parameters == conv + pool + head + 2 * (2 * 5)
    assert counts.parameters_with_buffers == counts.parameters + 2 * (2 * 5)


def one_cell(filters: int) -> MacroArchitecture:
    return MacroArchitecture(motifs=1, normal_cells=1, filters=filters, residual=False)


def test_flops_of_a_convolution_by_hand() -> None:
    counts = count(parse_cell("(-1,3x3 conv,-1,identity)"), one_cell(filters=4), (3, 5, 6), 7)
    pixels = 5 * 6
    assert counts.flops == 2 * (pixels * 9 * 3 * 4 + pixels * 3 * 4 + 4 * 7)


def test_flops_of_a_reduction_cell_by_hand() -> None:
    cell = parse_cell("(-1,3x3 dconv,-1,2x2 avgpool);(-2,3x3 tconv,-1,identity)")
    counts = count(cell, MacroArchitecture(motifs=2, normal_cells=0, filters=2), (3, 5, 7), 6)
    before, after, filters = 5 * 7, 3 * 4, 4
    pointwise = after * 3 * filters
    multiplications = [
        after * 9 * 3 + pointwise,  # dconv
        pointwise,  # adaptation of the pooling
        before * 9 * 3 * filters + after * 9 * filters * filters,  # tconv: scatters from each input, strides by 4
        pointwise,  # identity
        after * 2 * filters * filters,  # concatenation
        pointwise,  # residual
        filters * 6,  # head
    ]
    assert counts.flops == 2 * sum(multiplications)


def test_flops_are_of_one_sample_whatever_the_mode() -> None:
    cell = parse_cell("(-1,3x3 conv,-2,2x2 maxpool)")
    network = build_on_meta(cell, one_cell(filters=4), (3, 5, 6), 7)
    assert count_flops(network.train(), (3, 5, 6)) == count_flops(network.eval(), (3, 5, 6))


@pytest.mark.parametrize("training", [True, False])
def test_counting_flops_leaves_the_mode_as_it_is(training: bool) -> None:
    network = build_on_meta(parse_cell("(-1,3x3 conv,-1,identity)"), one_cell(filters=4), (3, 5, 6), 7).train(training)
    count_flops(network, (3, 5, 6))
    assert {module.training for module in network.modules()} == {training}


@pytest.mark.parametrize(
    "text", ["[]", "(-1,1x7-7x1 conv,-2,3x3 tconv)", "(-2,5x5 dconv,-1,2x2 avgpool);(-1,identity,-1,3x3:2dr conv)"]
)
def test_counts_on_the_meta_device_are_those_of_the_real_network(text: str) -> None:
    macro = MacroArchitecture(motifs=2, normal_cells=1, filters=3)
    counts = count(parse_cell(text), macro, (2, 7, 9), 5)
    network = build_network(parse_cell(text), macro, (2, 7, 9), 5)
    buffers = [buffer for name, buffer in network.named_buffers() if "running" in name]
    parameters = sum(parameter.numel() for parameter in network.parameters())
    assert counts.parameters == parameters
    assert counts.parameters_with_buffers == parameters + sum(buffer.numel() for buffer in buffers)
    assert counts.cells == len(network.cells)


def test_the_empty_cell_has_only_a_head() -> None:
    assert count(Cell(), MacroArchitecture(), IMAGE, 10) == Counts(40, 40, 2 * 3 * 10, 0)


def test_counting_draws_no_random_numbers() -> None:
    state = torch.get_rng_state()
    count(parse_cell("(-1,3x3 conv,-1,3x3 tconv)"), MacroArchitecture(), IMAGE, 10)
    assert torch.equal(torch.get_rng_state(), state)


def test_large_networks_are_counted_without_memory() -> None:
    macro = MacroArchitecture(motifs=8, normal_cells=1, filters=512)
    assert count(parse_cell("(-1,7x7 conv,-1,7x7 conv)"), macro, (3, 256, 256), 10).parameters > 10**11


def test_unknown_operators_are_refused() -> None:
    with pytest.raises(InputError, match="'3x3 konv' is not an operator"):
        count(parse_cell("(-1,3x3 konv,-1,identity)"), MacroArchitecture(), IMAGE, 10)
