from vilfredo.networks.layout import CellLayout, lay_out
from vilfredo.networks.shapes import OperandShape
from vilfredo.spaces.cells import parse_cell
from vilfredo.spaces.macro import MacroArchitecture, plan_cells

CELL = parse_cell("(-1,3x3 conv,-2,identity);(-1,identity,-1,identity);(0,identity,-2,identity)")
IMAGE = (3, 8, 7)


def layouts(*, residual: bool, lookback_reshape: bool) -> list[CellLayout]:
    macro = MacroArchitecture(motifs=2, normal_cells=1, filters=4, residual=residual, lookback_reshape=lookback_reshape)
    return [lay_out(CELL, plan, macro, IMAGE) for plan in plan_cells(CELL, macro)]


def test_a_plain_cell_after_a_reduction_reads_its_lookbacks_at_their_sizes() -> None:
    image, first, reduced = OperandShape(3, 4, (8, 7)), OperandShape(4, 8, (8, 7), 2), OperandShape(8, 8, (4, 4))
    plain = layouts(residual=False, lookback_reshape=False)
    assert plain == [
        CellLayout({}, ((image, image), (image, image), (OperandShape(4, 4, (8, 7)), image)), first_merge(), None),
        CellLayout(
            {},
            ((first, OperandShape(3, 8, (8, 7), 2)), (first, first), (reduced, OperandShape(3, 8, (8, 7), 2))),
            OperandShape(16, 8, (4, 4)),
            None,
        ),
        CellLayout({}, ((reduced, first), (reduced, reduced), (reduced, first)), OperandShape(16, 8, (4, 4)), None),
    ]


def first_merge() -> OperandShape:
    return OperandShape(8, 4, (8, 7))


def test_lookbacks_of_another_size_are_reshaped_to_the_nearest_one() -> None:
    first, reduction, last = layouts(residual=False, lookback_reshape=True)
    assert not first.reshapes
    assert not reduction.reshapes  # the network's input never is
    reduced = OperandShape(8, 8, (4, 4))
    assert last.reshapes == {-2: OperandShape(4, 8, (8, 7), 2)}
    assert last.operands == ((reduced, reduced), (reduced, reduced), (reduced, reduced))


def test_the_shortcut_reads_the_nearest_lookback_in_use() -> None:
    assert [layout.shortcut for layout in layouts(residual=True, lookback_reshape=False)] == [
        OperandShape(3, 4, (8, 7)),
        OperandShape(4, 8, (8, 7), 2),
        OperandShape(8, 8, (4, 4)),
    ]
