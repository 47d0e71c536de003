"""Whole networks: what is built, what is left out, and which cells read which."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drawing.geometry import check, of_kind, runs_down, solid

from vilfredo.drawing.macro import network_scene
from vilfredo.drawing.scene import Arrow, Box, Scene, Text
from vilfredo.drawing.stack import stack_scene
from vilfredo.spaces.cells import Block, Cell
from vilfredo.spaces.macro import MacroArchitecture, plan_cells
from vilfredo.spaces.parallel import Stack


def _cell(*lookbacks: int) -> Cell:
    return Cell(tuple(Block(back, "3x3 conv", back, "identity") for back in lookbacks))


def _firsts(scene: Scene) -> list[str]:
    return [box.lines[0] for box in solid(scene)]


def _joined(scene: Scene) -> set[tuple[int, int]]:
    """Numbers of the boxes at the beginning and the end of each arrow."""
    boxes = solid(scene)

    def at(point: tuple[float, float]) -> int:
        x, y = point
        return next(
            number
            for number, box in enumerate(boxes)
            if box.x - 0.5 < x < box.right + 0.5 and box.y - 0.5 < y < box.bottom + 0.5
        )

    return {(at(arrow.points[0]), at(arrow.points[-1])) for arrow in of_kind(scene, Arrow)}


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(-6, -1), min_size=0, max_size=3),
    st.integers(1, 4),
    st.integers(0, 30),
    st.sampled_from([None, (3, 32, 32), (1, 1, 500)]),
)
def test_nothing_overlaps_and_edges_run_down(
    lookbacks: list[int], motifs: int, normal: int, shape: tuple[int, int, int] | None
) -> None:
    macro = MacroArchitecture(motifs=motifs, normal_cells=normal)
    scene = network_scene(_cell(*lookbacks), macro, input_shape=shape, classes=10)
    check(scene)
    assert all(map(runs_down, of_kind(scene, Arrow)))
    assert scene.height < 1300  # however many cells there are


def test_each_cell_reads_what_the_network_gives_it() -> None:
    macro, cell = MacroArchitecture(), _cell(-1, -2)
    found = _joined(network_scene(cell, macro))
    expected = {
        (0 if source.cell is None else source.cell + 1, plan.index + 1)
        for plan in plan_cells(cell, macro)
        for source in plan.lookbacks.values()
    }
    assert found == expected | {(8, 9), (9, 10)}


def test_cells_that_nothing_reads_are_ghosts() -> None:
    scene = network_scene(_cell(-2), MacroArchitecture())
    ghosts = [box.lines[0] for box in solid(scene) if box.kind == "ghost"]
    assert ghosts == [f"cell {number}: left out" for number in (1, 3, 5, 7)]
    assert _joined(scene) == {(0, 2), (2, 4), (4, 6), (6, 8), (8, 9), (9, 10)}
    assert scene.title == "Network of 4 cells of 8"


def test_shapes_are_those_of_the_network() -> None:
    scene = network_scene(_cell(-1), MacroArchitecture(), input_shape=(3, 33, 32), classes=7)
    lines = [box.lines for box in solid(scene)]
    assert lines[0] == ("input", "33×32, 3 channels")
    assert lines[1] == ("cell 1", "33×32, 24 filters")
    assert lines[3] == ("cell 3, reduction", "17×16, 48 filters")
    assert lines[8] == ("cell 8", "9×8, 96 filters")
    assert lines[-1] == ("dense, softmax", "7 classes")


def test_series_have_a_length_and_unknown_shapes_a_part() -> None:
    series = network_scene(_cell(-1), MacroArchitecture(), input_shape=(2, 1, 99))
    assert solid(series)[3].lines[1] == "length 50, 48 filters"
    unknown = network_scene(_cell(-1), MacroArchitecture())
    assert [box.lines[1:] for box in solid(unknown)[:4:3]] == [(), ("48 filters, 1/2 of the resolution",)]


def test_many_cells_become_one_box() -> None:
    scene = network_scene(_cell(-1, -2), MacroArchitecture(normal_cells=20))
    assert _firsts(scene).count("normal cell × 20") == 3
    assert _firsts(scene).count("reduction cell") == 2
    assert all("each reads 1 and 2 cells back" in box.lines for box in solid(scene) if "×" in box.lines[0])


def test_many_cells_of_which_some_are_left_out() -> None:
    scene = network_scene(_cell(-2), MacroArchitecture(motifs=2, normal_cells=21))
    boxes = solid(scene)
    # The last of 43 is built, and every second one before it.
    some = "11 of 21 normal cells"
    assert [box.lines[0] for box in boxes[1:4]] == [some, "reduction cell: left out", some]
    built = plan_cells(_cell(-2), MacroArchitecture(motifs=2, normal_cells=21))
    assert scene.title == f"Network of {len(built)} cells of 43"


@pytest.mark.parametrize(
    ("cell", "macro"), [(Cell(), MacroArchitecture()), (_cell(-1), MacroArchitecture(motifs=1, normal_cells=0))]
)
def test_without_cells_it_is_pooling_and_a_dense_layer(cell: Cell, macro: MacroArchitecture) -> None:
    scene = network_scene(cell, macro)
    check(scene)
    assert _firsts(scene) == ["input", "global average pooling", "dense, softmax"]


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 3), st.integers(1, 4), st.integers(1, 20))
def test_groups_of_flat_cells(blocks: int, groups: int, normal: int) -> None:
    cell = Cell(tuple(Block(-1, "identity", -1, "identity") for _ in range(blocks)))
    scene = stack_scene(cell, Stack(groups=groups, normal_cells=normal), input_shape=(3, 32, 32), classes=10)
    check(scene)
    frames = [box for box in of_kind(scene, Box) if box.kind == "frame"]
    assert len(frames) == (groups if blocks else 0)
    assert [text.text for text in of_kind(scene, Text)] == [f"group {index + 1}" for index in range(len(frames))]
    assert _firsts(scene).count("3x3 conv, stride 2") == (groups - 1 if blocks else 0)


def test_flat_cells_answer_with_all_their_operators_filters() -> None:
    cell = Cell((Block(-1, "identity", -1, "identity"), Block(-1, "3x3 conv", -1, "identity")))
    scene = stack_scene(cell, Stack(groups=2, normal_cells=1, filters=8), input_shape=(3, 32, 32))
    assert [box.lines[1] for box in solid(scene)[1:4]] == [
        "32×32, 32 filters",
        "16×16, 16 filters",
        "16×16, 64 filters",
    ]


def test_lines_along_the_side_lie_on_no_other() -> None:
    scene = network_scene(_cell(-2, -3), MacroArchitecture())
    edge = max(box.right for box in of_kind(scene, Box))
    lanes: dict[int, list[tuple[float, float]]] = {}
    ends = []
    for arrow in of_kind(scene, Arrow):
        furthest = max(x for x, _ in arrow.points)
        if furthest > edge:
            lanes.setdefault(round(furthest), []).append((arrow.points[0][1], arrow.points[-1][1]))
        ends.append(arrow.points[-1])
    assert len(lanes) > 1
    for spans in lanes.values():
        spans.sort()
        assert all(end <= begin for (_, end), (begin, _) in pairwise(spans))
    assert len(set(ends)) == len(ends)
