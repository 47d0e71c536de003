from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from tests.networks.kept_memory import kept_for_backward
from tests.networks.random_cells import cells, input_shapes, macros, series_cells, series_shapes

from vilfredo.errors import InputError
from vilfredo.networks.cost import count_flops
from vilfredo.networks.counting import Counts, count
from vilfredo.networks.network import InputShape, build_network
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


SERIES = (1, 1, 96)


def test_parameters_of_a_recurrent_cell_equal_the_original_implementations() -> None:
    counts = count(parse_cell("(-1,7 conv,-1,gru)"), MacroArchitecture(lookback_reshape=False), SERIES, 7)
    assert counts.parameters_with_buffers == 415_639


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("gru", lambda c, u: 3 * (u * c + u * u + 2 * u)),  # two biases
        ("lstm", lambda c, u: 4 * (u * c + u * u + u)),  # one bias
    ],
)
def test_parameters_of_recurrent_cells_by_formula(name: str, weights: Callable[[int, int], int]) -> None:
    # Channels of the input and of the cell; 8 cells, of which 2 and 5 reduce. The shortcut widens where they differ.
    widths = [(1, 24), (24, 24), (24, 48), (48, 48), (48, 48), (48, 96), (96, 96), (96, 96)]
    norm = [4 * u for _, u in widths]
    layers = [weights(c, u) + 4 * u + 7 * c * u + u + 4 * u for c, u in widths]
    shortcuts = [c * u + u + 4 * u for c, u in widths if c != u]
    counts = count(parse_cell(f"(-1,{name},-1,7 conv)"), MacroArchitecture(), SERIES, 7)
    assert counts.parameters_with_buffers == sum(layers) + sum(shortcuts) + 96 * 7 + 7
    assert counts.parameters == counts.parameters_with_buffers - sum(norm) - 2 * (24 + 48 + 96)


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


@settings(max_examples=25, deadline=None)
@given(cells(), macros, input_shapes)
def test_flops_are_those_that_torch_counts(cell: Cell, macro: MacroArchitecture, shape: InputShape) -> None:
    with torch.device("meta"):
        network = build_network(cell, macro, shape, 4)
    assert count(cell, macro, shape, 4).flops == count_flops(network, shape)


@settings(max_examples=15, deadline=None)
@given(series_cells(), macros, series_shapes)
def test_flops_of_series_are_those_that_torch_counts(cell: Cell, macro: MacroArchitecture, shape: InputShape) -> None:
    with torch.device("meta"):
        network = build_network(cell, macro, shape, 4)
    assert count(cell, macro, shape, 4).flops == count_flops(network, shape)


@settings(max_examples=40, deadline=None)
@given(cells(), macros, input_shapes)
def test_activations_are_those_that_a_real_forward_pass_keeps(
    cell: Cell, macro: MacroArchitecture, shape: InputShape
) -> None:
    network = build_network(cell, macro, shape, 4)
    fewer, more = (kept_for_backward(network, (samples, *shape)) for samples in (2, 5))
    assert 3 * count(cell, macro, shape, 4).activations == more - fewer


@settings(max_examples=30, deadline=None)
@given(series_cells(recurrent=False), macros, series_shapes)
def test_activations_of_series_without_recurrent_operators_are_exact(
    cell: Cell, macro: MacroArchitecture, shape: InputShape
) -> None:
    network = build_network(cell, macro, shape, 4)
    fewer, more = (kept_for_backward(network, (samples, *shape)) for samples in (2, 5))
    assert 3 * count(cell, macro, shape, 4).activations == more - fewer


@pytest.mark.parametrize("text", ["(-1,lstm,-1,gru)", "(-2,7 conv,-1,gru);(0,lstm,-1,2 maxpool)"])
def test_activations_of_recurrent_networks_are_at_most_doubled(text: str) -> None:
    macro, shape = MacroArchitecture(motifs=2, normal_cells=1, filters=16), (2, 1, 40)
    network = build_network(parse_cell(text), macro, shape, 4)
    kept = kept_for_backward(network, (8, *shape))
    assert kept <= 8 * count(parse_cell(text), macro, shape, 4).activations <= 2 * kept


def test_activations_by_hand() -> None:
    counts = count(parse_cell("(-1,3x3 conv,-1,identity)"), one_cell(filters=4), (3, 5, 6), 7)
    image = 4 * 5 * 6
    # The input, read by both operators; what norm and Swish of each read; the head.
    assert counts.activations == image * (3 + 2 * 2 * 4) + 4 * (4 + 7)
    assert counts.largest == image * 4


def test_inference_holds_all_cells_outputs_and_one_cells_inside() -> None:
    cell = parse_cell("(-1,3x3 conv,-1,identity);(-1,identity,-1,identity)")
    counts = count(cell, MacroArchitecture(motifs=1, normal_cells=2, filters=4), (3, 5, 6), 7)
    output = 4 * 5 * 6 * 4
    assert counts.inference == 2 * output + 2 * output + 2 * output + 4 * (4 + 7)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("[]", (2, 7, 9)),
        ("(-1,1x7-7x1 conv,-2,3x3 tconv)", (2, 7, 9)),
        ("(-2,5x5 dconv,-1,2x2 avgpool);(-1,identity,-1,3x3:2dr conv)", (2, 7, 9)),
        ("(-1,gru,-2,7 tconv)", (2, 1, 9)),
        ("(-2,lstm,-1,2 avgpool);(-1,identity,-1,3:2dr conv);(0,5 dconv,-1,gru)", (1, 1, 11)),
    ],
)
def test_counts_on_the_meta_device_are_those_of_the_real_network(text: str, shape: InputShape) -> None:
    macro = MacroArchitecture(motifs=2, normal_cells=1, filters=3)
    counts = count(parse_cell(text), macro, shape, 5)
    network = build_network(parse_cell(text), macro, shape, 5)
    buffers = [buffer for name, buffer in network.named_buffers() if "running" in name]
    parameters = sum(parameter.numel() for parameter in network.parameters())
    assert counts.parameters == parameters
    assert counts.parameters_with_buffers == parameters + sum(buffer.numel() for buffer in buffers)
    assert counts.cells == len(network.cells)


def test_the_empty_cell_has_only_a_head() -> None:
    image = 4 * 3 * 32 * 32
    assert count(Cell(), MacroArchitecture(), IMAGE, 10) == Counts(40, 40, 2 * 3 * 10, 0, 4 * 13, 4 * 13, image)


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
