import pytest
import torch
from torch import Tensor, nn

from vilfredo.networks.cell import CellModule
from vilfredo.networks.layers import ConvNormSwish, SameMaxPool
from vilfredo.networks.network import Network, build_network
from vilfredo.spaces.cells import Cell, parse_cell
from vilfredo.spaces.macro import MacroArchitecture


def built_cells(network: Network) -> dict[int, CellModule]:
    return {module.index: module for module in network.modules() if isinstance(module, CellModule)}


def with_statistics(module: nn.Module) -> int:
    norms = [norm for norm in module.modules() if isinstance(norm, nn.BatchNorm2d)]
    return sum(parameter.numel() for parameter in module.parameters()) + sum(2 * norm.num_features for norm in norms)


def test_the_worked_reference_row_cell_by_cell() -> None:
    cell = parse_cell("(-2,identity,-2,2x2 maxpool)")
    network = build_network(cell, MacroArchitecture(motifs=3, normal_cells=2, filters=24), (3, 32, 32), 10)
    cells = built_cells(network)
    assert {index: with_statistics(module) for index, module in cells.items()} == {
        1: 3 * (3 * 24 + 24 + 4 * 24),
        3: 3 * (24 * 48 + 48 + 4 * 48),
        5: 3 * (48 * 96 + 96 + 4 * 96),
        7: 0,
    }
    assert with_statistics(network.head) == 96 * 10 + 10


def last_output(text: str, normal_cells: int, *, residual: bool) -> float:
    """What the last cell makes of an input of ones, where all operators are identities."""
    macro = MacroArchitecture(motifs=1, normal_cells=normal_cells, filters=3, residual=residual)
    network = build_network(parse_cell(text), macro, (3, 2, 2), 2)
    outputs: list[Tensor] = []
    network.cells[-1].register_forward_hook(lambda _, __, y: outputs.append(y))
    network(torch.ones(1, 3, 2, 2))
    assert outputs[0].amin() == outputs[0].amax()
    return float(outputs[0].amax())


@pytest.mark.parametrize(
    ("text", "normal_cells", "plain", "residual"),
    [
        ("(-1,identity,-1,identity)", 1, 2, 3),
        ("(-1,identity,-1,identity)", 3, 8, 27),
        # y0 = x + x, y1 = y0 + x, y2 = y1 + y0; residual: the nearest lookback once more.
        ("(-1,identity,-2,identity)", 3, 5, 17),
        ("(-2,identity,-2,identity)", 4, 4, 9),
        # y0 = 2x, y1 = x + y0, y2 = x + y1, y3 = y0 + y2: lookbacks beyond the first cell read the input.
        ("(-3,identity,-1,identity)", 4, 6, 33),
        ("(-4,identity,-3,identity)", 5, 4, 9),
        ("(-1,identity,-1,identity);(0,identity,-1,identity)", 1, 3, 4),
        ("(-1,identity,-1,identity);(0,identity,0,identity);(1,identity,0,identity)", 1, 6, 7),
        ("(-2,identity,-1,identity);(0,identity,-2,identity)", 2, 5, 10),
    ],
)
def test_blocks_cells_and_residuals_are_wired_as_the_cell_says(
    text: str, normal_cells: int, plain: float, residual: float
) -> None:
    assert last_output(text, normal_cells, residual=False) == plain
    assert last_output(text, normal_cells, residual=True) == residual


@pytest.mark.parametrize(
    ("text", "unused"),
    [
        ("(-1,identity,-1,identity)", 1),
        ("(-1,identity,-1,identity);(0,identity,-1,identity)", 1),
        ("(-1,identity,-1,identity);(-1,identity,-1,identity)", 2),
        ("(-1,identity,-1,identity);(0,identity,-1,identity);(0,identity,0,identity)", 2),
    ],
)
def test_only_several_unused_blocks_are_merged(text: str, unused: int) -> None:
    macro = MacroArchitecture(motifs=1, normal_cells=1, filters=3, residual=False)
    network = build_network(parse_cell(text), macro, (3, 2, 2), 2)
    cell = built_cells(network)[0]
    if unused == 1:
        assert cell.merge is None
        return
    assert cell.merge is not None
    assert with_statistics(cell.merge) == unused * 3 * 3 + 3 + 4 * 3
    widths: list[int] = []
    cell.merge.register_forward_pre_hook(lambda _, arguments: widths.append(arguments[0].shape[1]))
    network(torch.zeros(2, 3, 2, 2))
    assert widths == [unused * 3]


@pytest.mark.parametrize(
    ("channels", "motifs", "normal_cells", "kinds"),
    [
        (4, 1, 1, []),
        (3, 1, 1, [ConvNormSwish]),
        (8, 2, 0, [SameMaxPool]),
        (3, 2, 0, [SameMaxPool, ConvNormSwish]),
    ],
)
def test_the_residual_is_pooled_and_widened_only_where_it_must(
    channels: int, motifs: int, normal_cells: int, kinds: list[type[nn.Module]]
) -> None:
    macro = MacroArchitecture(motifs=motifs, normal_cells=normal_cells, filters=4)
    network = build_network(parse_cell("(-1,3x3 conv,-1,identity)"), macro, (channels, 7, 6), 2)
    shortcut = built_cells(network)[0].shortcut
    assert shortcut is not None
    assert [type(step) for step in shortcut.children()] == kinds
    assert network(torch.zeros(2, channels, 7, 6)).shape == (2, 2)


def test_the_residual_of_a_series_is_pooled_along_its_length() -> None:
    network = build_network(
        parse_cell("(-1,gru,-1,identity)"), MacroArchitecture(motifs=2, normal_cells=0, filters=2), (4, 1, 7), 2
    )
    shortcut = built_cells(network)[0].shortcut
    assert shortcut is not None
    pool = next(step for step in shortcut.children() if isinstance(step, SameMaxPool))
    assert pool.kernel == (1, 2)
    assert shortcut(torch.zeros(2, 4, 1, 7)).shape == (2, 4, 1, 4)


def test_the_residual_is_the_nearest_lookback_in_use() -> None:
    macro = MacroArchitecture(motifs=1, normal_cells=3, filters=3)
    network = build_network(parse_cell("(-3,identity,-2,identity)"), macro, (3, 2, 2), 2)
    cell = built_cells(network)[2]
    lookbacks = {-2: torch.full((1, 3, 2, 2), 10.0), -3: torch.full((1, 3, 2, 2), 1.0)}
    assert cell(lookbacks).unique().tolist() == [10 + 1 + 10]


def test_without_residual_there_is_no_shortcut() -> None:
    macro = MacroArchitecture(motifs=2, normal_cells=1, filters=3, residual=False)
    network = build_network(parse_cell("(-1,identity,-1,identity)"), macro, (3, 4, 4), 2)
    assert all(module.shortcut is None for module in built_cells(network).values())


def reshaped(text: str, macro: MacroArchitecture) -> dict[int, list[str]]:
    network = build_network(parse_cell(text), macro, (3, 9, 7), 2)
    assert network(torch.zeros(2, 3, 9, 7)).shape == (2, 2)
    return {index: list(module.reshapes) for index, module in built_cells(network).items()}


def test_lookbacks_of_another_resolution_are_reshaped_and_the_input_never() -> None:
    # Cells 1 and 3 reduce; the resolution changes between a lookback and -1 of the cell after each.
    macro = MacroArchitecture(motifs=3, normal_cells=1, filters=4, residual=False, lookback_reshape=True)
    text = "(-1,identity,-2,identity)"
    assert reshaped(text, macro) == {0: [], 1: [], 2: ["-2"], 3: [], 4: ["-2"]}
    plain = macro.model_copy(update={"lookback_reshape": False})
    assert reshaped(text, plain) == {0: [], 1: [], 2: [], 3: [], 4: []}


def test_deep_lookbacks_are_reshaped_over_several_reductions() -> None:
    macro = MacroArchitecture(motifs=3, normal_cells=1, filters=4, residual=True, lookback_reshape=True)
    assert reshaped("(-1,identity,-4,identity)", macro) == {0: [], 1: [], 2: [], 3: [], 4: ["-4"]}
    network = build_network(parse_cell("(-1,identity,-4,identity)"), macro, (3, 9, 7), 2)
    reshape = built_cells(network)[4].reshapes["-4"]
    assert reshape(torch.zeros(2, 4, 9, 7)).shape == (2, 16, 3, 2)


def test_lookbacks_are_reshaped_to_the_shape_of_the_previous_cell_even_where_that_is_not_read() -> None:
    macro = MacroArchitecture(motifs=2, normal_cells=2, filters=4, residual=True, lookback_reshape=True)
    text = "(-2,identity,-2,3x3 conv)"
    # 0, 1, [2], 3, 4: only 0, 2 and 4 are built, and 4 reads 2, which has the resolution of 3.
    assert reshaped(text, macro) == {0: [], 2: [], 4: []}
    macro = macro.model_copy(update={"motifs": 3})
    # Of 0 … 7 only the odd ones; 2 and 5 reduce, so 3 reads 1 and 7 reads 5 of which only the former differs.
    assert reshaped(text, macro) == {1: [], 3: ["-2"], 5: [], 7: []}


def test_one_reshape_serves_all_readers() -> None:
    macro = MacroArchitecture(motifs=2, normal_cells=1, filters=4, residual=True, lookback_reshape=True)
    network = build_network(parse_cell("(-2,identity,-2,2x2 maxpool);(-2,identity,0,identity)"), macro, (3, 8, 8), 2)
    cell = built_cells(network)[2]
    pointwise = 4 * 8 + 8 + 4 * 8
    # The reshaped lookback has the cell's own shape: no operator and no shortcut adapts it again.
    assert with_statistics(cell) == pointwise


@pytest.mark.parametrize("residual", [True, False])
@pytest.mark.parametrize("lookback_reshape", [True, False])
@pytest.mark.parametrize(
    "text", ["(-1,3x3 conv,-3,2x2 avgpool)", "(-4,identity,-3,3x3 tconv);(0,identity,-2,1x1 conv)"]
)
def test_every_cell_keeps_its_plan(text: str, lookback_reshape: bool, residual: bool) -> None:
    macro = MacroArchitecture(motifs=4, normal_cells=0, filters=2, residual=residual, lookback_reshape=lookback_reshape)
    network = build_network(parse_cell(text), macro, (1, 9, 5), 2)
    shapes: dict[int, tuple[int, ...]] = {}
    for index, module in built_cells(network).items():
        module.register_forward_hook(lambda _, __, y, index=index: shapes.update({index: tuple(y.shape)}))
    network(torch.zeros(2, 1, 9, 5))
    expected = {0: (2, 4, 5, 3), 1: (2, 8, 3, 2), 2: (2, 16, 2, 1)}
    assert shapes == {index: shape for index, shape in expected.items() if index in shapes}
    assert 2 in shapes


def test_a_cell_holds_what_it_was_built_from() -> None:
    cell = parse_cell("(-1,identity,-2,3x3 conv)")
    network = build_network(cell, MacroArchitecture(motifs=1, normal_cells=2, filters=2), (3, 4, 4), 2)
    assert [module.cell for module in built_cells(network).values()] == [cell, cell]
    assert not built_cells(build_network(Cell(), MacroArchitecture(), (3, 4, 4), 2))
