"""Cells as scenes: whatever the cell, nothing overlaps, and all of it is there."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drawing.geometry import check, of_kind, runs_down, solid

from vilfredo.drawing.cells import cell_scene
from vilfredo.drawing.scene import Arrow, Box, Scene, Sum, Text
from vilfredo.spaces.cells import Block, Cell, parse_cell

_NAMES = ("identity", "3x3 conv", "3x3:2dr conv", "5x5 dconv", "1x7-7x1 conv", "2x2 maxpool", "7 conv", "gru")
_TWO = "[(-2, '3x3 conv', -1, '2x2 maxpool');(0, 'identity', -1, '5x5 dconv')]"


@st.composite
def cells(draw: st.DrawFn, least: int = 1, most: int = 5, lookback: int = 3) -> Cell:
    blocks = []
    for index in range(draw(st.integers(least, most))):
        sources, names = st.integers(-lookback, index - 1), st.sampled_from(_NAMES)
        blocks.append(Block(draw(sources), draw(names), draw(sources), draw(names)))
    return Cell(tuple(blocks))


def _names(scene: Scene) -> Counter[str]:
    return Counter(box.lines[0] for box in solid(scene))


@settings(deadline=None, max_examples=60)
@given(cells(), st.booleans())
def test_nothing_overlaps_and_nothing_is_cut_off(cell: Cell, residual: bool) -> None:
    check(cell_scene(cell, residual=residual))


@settings(deadline=None, max_examples=5)
@given(cells(least=10, most=16, lookback=4))
def test_nor_in_cells_far_beyond_those_of_the_papers(cell: Cell) -> None:
    check(cell_scene(cell))


@settings(deadline=None, max_examples=60)
@given(cells(), st.booleans())
def test_edges_run_down(cell: Cell, residual: bool) -> None:
    assert all(map(runs_down, of_kind(cell_scene(cell, residual=residual), Arrow)))


@settings(deadline=None, max_examples=30)
@given(cells(), st.booleans())
def test_every_operator_block_and_input_is_there(cell: Cell, residual: bool) -> None:
    scene = cell_scene(cell, residual=residual)
    expected = Counter(name for block in cell.blocks for name in (block.op1, block.op2))
    expected += Counter("previous cell" if back == -1 else f"{-back} cells back" for back in cell.lookbacks)
    expected += Counter(["output"] + ["concatenate"] * (len(cell.unused) > 1))
    assert _names(scene) == expected
    assert len(of_kind(scene, Sum)) == len(cell) + residual
    numbers = [text.text for text in of_kind(scene, Text) if text.text.startswith("block")]
    assert numbers == [f"block {index}" for index in range(len(cell))]


def test_each_operator_is_reached_from_what_it_reads() -> None:
    scene = cell_scene(parse_cell(_TWO), residual=False)
    boxes = {box.lines[0]: box for box in solid(scene)}
    ends = {(_below(scene, arrow.points[0]), _above(scene, arrow.points[-1])) for arrow in of_kind(scene, Arrow)}
    assert ("2 cells back", "3x3 conv") in ends
    assert ("previous cell", "2x2 maxpool") in ends
    assert ("previous cell", "5x5 dconv") in ends
    assert ("2 cells back", "5x5 dconv") not in ends
    assert boxes["previous cell"].x < boxes["2 cells back"].x


def _below(scene: Scene, point: tuple[float, float]) -> str | None:
    x, y = point
    return next((box.lines[0] for box in solid(scene) if box.x < x < box.right and abs(box.bottom - y) < 0.5), None)


def _above(scene: Scene, point: tuple[float, float]) -> str | None:
    x, y = point
    return next((box.lines[0] for box in solid(scene) if box.x < x < box.right and abs(box.y - y) < 0.5), None)


def test_the_empty_cell_is_a_ghost() -> None:
    scene = cell_scene(Cell())
    check(scene)
    assert [(box.kind, box.lines) for box in of_kind(scene, Box)] == [
        ("ghost", ("the empty cell", "passes nothing on")),
    ]


def test_a_residual_connection_is_dashed_and_may_be_left_out() -> None:
    cell = parse_cell(_TWO)
    assert [arrow.dashed for arrow in of_kind(cell_scene(cell), Arrow)].count(True) == 1
    assert not any(arrow.dashed for arrow in of_kind(cell_scene(cell, residual=False), Arrow))


def test_what_edges_share_is_drawn_once() -> None:
    # Both of block 1 are read far from the input: the way past block 0 is one.
    cell = parse_cell("[(-2, 'identity', -2, 'identity');(-1, '3x3 conv', 0, 'gru');(-1, '3x3 conv', 1, 'gru')]")
    scene = cell_scene(cell, residual=False)
    pieces = Counter(curve for arrow in of_kind(scene, Arrow) for curve in arrow.curves)
    assert max(pieces.values()) == 1


@pytest.mark.parametrize("blocks", [1, 5])
def test_a_chain_has_no_bends(blocks: int) -> None:
    chain = Cell(tuple(Block(index - 1, "identity", index - 1, "identity") for index in range(blocks)))
    middles = {round(circle.x, 3) for circle in of_kind(cell_scene(chain), Sum)}
    assert len(middles) == 1


@pytest.mark.parametrize("abreast", [1, 2, 3])
def test_there_are_only_so_many_blocks_abreast(abreast: int) -> None:
    scene = cell_scene(Cell(tuple(Block(-1, "3x3 conv", -1, "identity") for _ in range(5))), abreast=abreast)
    check(scene)
    frames = [box for box in of_kind(scene, Box) if box.kind == "frame"]
    assert max(Counter(round(frame.y) for frame in frames).values()) == abreast


def test_what_others_wait_for_comes_first_where_it_is_full() -> None:
    blocks = (*(Block(-1, "3x3 conv", -1, "identity") for _ in range(3)), Block(2, "identity", 2, "identity"))
    frames = [box for box in of_kind(cell_scene(Cell(blocks)), Box) if box.kind == "frame"]
    rows = Counter(round(frame.y) for frame in frames)
    assert list(rows.values()) == [2, 2]


def test_it_is_described_in_words() -> None:
    scene = cell_scene(parse_cell(_TWO))
    assert scene.title == "Cell of 2 blocks"
    assert scene.description.startswith(
        "Block 0 adds 3x3 conv of the output 2 cells back and 2x2 maxpool of the previous cell's output."
    )


def test_the_same_cell_always_looks_the_same() -> None:
    cell = parse_cell("[(-1, 'gru', -2, 'gru');(-1, 'gru', 0, 'gru');(0, 'gru', -2, 'gru');(1, 'gru', 0, 'gru')]")
    assert cell_scene(cell) == cell_scene(cell)
