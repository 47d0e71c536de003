import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.networks.random_cells import cells, input_shapes, macros, series_cells, series_shapes
from torch import nn

from vilfredo.errors import InputError
from vilfredo.networks.counting import count
from vilfredo.networks.network import InputShape, Network, build_network
from vilfredo.spaces.canonical import canonical_cell
from vilfredo.spaces.cells import Cell, parse_cell
from vilfredo.spaces.macro import MacroArchitecture

SMALL = MacroArchitecture(motifs=2, normal_cells=1, filters=2)


@settings(max_examples=40, deadline=None)
@given(cells(), macros, input_shapes)
def test_any_cell_maps_images_to_logits(cell: Cell, macro: MacroArchitecture, shape: InputShape) -> None:
    network = build_network(cell, macro, shape, 4).eval()
    logits = network(torch.randn(2, *shape))
    assert logits.shape == (2, 4)
    assert logits.isfinite().all()
    assert network.train()(torch.randn(2, *shape)).shape == (2, 4)


@settings(max_examples=40, deadline=None)
@given(series_cells(), macros, series_shapes)
def test_any_cell_maps_series_to_logits(cell: Cell, macro: MacroArchitecture, shape: InputShape) -> None:
    network = build_network(cell, macro, shape, 4).eval()
    logits = network(torch.randn(2, *shape))
    assert logits.shape == (2, 4)
    assert logits.isfinite().all()
    assert network.train()(torch.randn(2, *shape)).shape == (2, 4)


@pytest.mark.parametrize("name", ["7 conv", "lstm"])
def test_operators_on_series_do_not_read_images(name: str) -> None:
    for build in (build_network, count):
        with pytest.raises(InputError, match=r"which are \(channels, 1, length\).*is \(3, 8, 8\)"):
            build(parse_cell(f"(-1,identity,-1,{name})"), SMALL, (3, 8, 8), 4)


@settings(max_examples=15, deadline=None)
@given(cells(), st.booleans(), st.booleans())
def test_isomorphic_cells_count_the_same(cell: Cell, residual: bool, lookback_reshape: bool) -> None:
    macro = SMALL.model_copy(update={"residual": residual, "lookback_reshape": lookback_reshape})
    assert count(canonical_cell(cell), macro, (3, 7, 6), 4) == count(cell, macro, (3, 7, 6), 4)


def test_cells_that_share_a_block_and_cells_that_duplicate_it_count_differently() -> None:
    shared = parse_cell("(-1,3x3 conv,-1,identity);(0,identity,-1,identity);(0,identity,-2,identity)")
    twins = parse_cell(
        "(-1,3x3 conv,-1,identity);(-1,3x3 conv,-1,identity);(0,identity,-1,identity);(1,identity,-2,identity)"
    )
    assert count(shared, SMALL, (3, 7, 6), 4).parameters < count(twins, SMALL, (3, 7, 6), 4).parameters


@settings(max_examples=30, deadline=None)
@given(st.one_of(cells().map(lambda cell: (cell, (3, 6, 5))), series_cells().map(lambda cell: (cell, (3, 1, 7)))))
def test_the_gradient_of_the_loss_reaches_every_parameter(case: tuple[Cell, InputShape]) -> None:
    cell, shape = case
    network = build_network(cell, SMALL, shape, 4)
    loss = nn.functional.cross_entropy(network(torch.randn(4, *shape)), torch.arange(4))
    torch.autograd.backward(loss)
    assert all(parameter.grad is not None for parameter in network.parameters() if parameter.requires_grad)


@pytest.mark.parametrize("lookback", [1, 2, 3, 4, 9])
@pytest.mark.parametrize(("motifs", "normal_cells"), [(3, 2), (2, 0), (1, 1), (4, 1)])
def test_cells_that_never_reach_the_output_are_not_built(lookback: int, motifs: int, normal_cells: int) -> None:
    macro = MacroArchitecture(motifs=motifs, normal_cells=normal_cells, filters=2)
    cell = parse_cell(f"(-{lookback},identity,-{lookback},2x2 maxpool)")
    network = build_network(cell, macro, (3, 8, 8), 4)
    last = motifs * (normal_cells + 1) - 2
    assert [module.index for module in network.cells] == sorted(range(last, -1, -lookback))
    assert count(cell, macro, (3, 8, 8), 4).cells == macro.cells_stacked(lookback)


def test_two_deep_lookbacks_leave_one_cell_out() -> None:
    network = build_network(parse_cell("(-2,identity,-3,identity)"), MacroArchitecture(), (3, 8, 8), 4)
    assert [module.index for module in network.cells] == [0, 1, 2, 3, 4, 5, 7]


@pytest.mark.parametrize(
    ("text", "motifs", "normal_cells"), [("[]", 3, 2), ("[]", 1, 0), ("(-1,3x3 conv,-2,identity)", 1, 0)]
)
def test_without_cells_a_network_is_a_linear_classifier_on_channel_means(
    text: str, motifs: int, normal_cells: int
) -> None:
    macro = MacroArchitecture(motifs=motifs, normal_cells=normal_cells)
    network = build_network(parse_cell(text), macro, (3, 5, 4), 6)
    x = torch.randn(2, 3, 5, 4)
    assert not network.cells
    assert [tuple(parameter.shape) for parameter in network.parameters()] == [(6, 3), (6,)]
    means = x.mean(dim=(2, 3))
    assert torch.allclose(network(x), means @ network.head.weight.T + network.head.bias, atol=1e-6)


@pytest.mark.parametrize("macro", [MacroArchitecture(motifs=1, normal_cells=0), SMALL])
def test_unknown_operators_are_refused_even_where_no_cell_is_built(macro: MacroArchitecture) -> None:
    for build in (build_network, count):
        with pytest.raises(InputError, match="'3x3 konv' is not an operator"):
            build(parse_cell("(-1,identity,-1,3x3 konv)"), macro, (3, 8, 8), 4)


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 8, 8), (5, 1, 9), (2, 33, 2)])
def test_any_input_size_will_do(shape: InputShape) -> None:
    cell = parse_cell("(-2,2x2 maxpool,-1,7x7 conv);(0,3x3 tconv,-1,2x2 avgpool);(-1,identity,-1,5x5 dconv)")
    network = build_network(cell, MacroArchitecture(motifs=3, normal_cells=1, filters=2), shape, 3)
    for training in (True, False):
        logits = network.train(training)(torch.randn(2, *shape))
        assert logits.shape == (2, 3)
        assert logits.isfinite().all()


@pytest.mark.parametrize(
    ("shape", "classes"), [((0, 8, 8), 4), ((3, 0, 8), 4), ((3, 8, -1), 4), ((3, 8, 8), 0), ((3, 8, 8), -2)]
)
def test_sizes_below_one_are_refused(shape: InputShape, classes: int) -> None:
    with pytest.raises(InputError, match="expected sizes of at least 1, got input"):
        build_network(Cell(), SMALL, shape, classes)


def seeded(seed: int) -> Network:
    torch.manual_seed(seed)
    return build_network(parse_cell("(-1,3x3 conv,-2,3x3 dconv);(0,3x3 tconv,-1,1x3-3x1 conv)"), SMALL, (3, 8, 8), 4)


def test_the_seed_decides_the_weights() -> None:
    first, again, other = (seeded(seed).state_dict() for seed in (5, 5, 6))
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert not all(torch.equal(first[key], other[key]) for key in first)


def test_weights_are_he_uniform_and_biases_zero() -> None:
    torch.manual_seed(0)
    cell = parse_cell("(-1,3x3 conv,-1,5x5 dconv);(-1,3x3 tconv,0,identity)")
    macro = MacroArchitecture(motifs=1, normal_cells=1, filters=32)
    network = build_network(cell, macro, (16, 4, 4), 50)
    layers = [module for module in network.modules() if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear)]
    # conv; depthwise and pointwise; transposed and halving; residual; head. One unused block: nothing is merged.
    assert len(layers) == 7
    for layer in layers:
        bound = math.sqrt(6 / layer.weight[0].numel())
        assert 0.97 * bound < float(layer.weight.detach().abs().max()) <= bound, layer
        assert float(layer.weight.detach().std()) == pytest.approx(bound / math.sqrt(3), rel=0.1), layer
        assert layer.bias is None or not layer.bias.any(), layer


def test_norms_start_neutral() -> None:
    norms = [module for module in seeded(0).modules() if isinstance(module, nn.BatchNorm2d)]
    assert norms
    for norm in norms:
        expected = {"weight": 1, "bias": 0, "running_mean": 0, "running_var": 1, "num_batches_tracked": 0}
        assert {name: value.unique().tolist() for name, value in norm.state_dict().items()} == {
            name: [value] for name, value in expected.items()
        }
        assert norm.eps == 1e-3


def test_nothing_is_allocated_on_the_meta_device() -> None:
    with torch.device("meta"):
        network = build_network(parse_cell("(-1,3x3 conv,-2,2x2 avgpool)"), SMALL, (3, 7, 7), 4)
    assert all(parameter.is_meta for parameter in network.parameters())
    assert all(buffer.is_meta for buffer in network.buffers())


def test_the_state_of_one_network_fits_another_of_the_same_cell() -> None:
    first, second = seeded(1).eval(), seeded(2).eval()
    second.load_state_dict(first.state_dict())
    x = torch.randn(2, 3, 8, 8)
    assert torch.equal(first(x), second(x))


def test_the_memory_format_does_not_change_the_logits() -> None:
    network = seeded(3).eval()
    x = torch.randn(2, 3, 8, 8)
    expected = network(x)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    assert torch.allclose(network(x.contiguous(memory_format=torch.channels_last)), expected, atol=1e-5)
