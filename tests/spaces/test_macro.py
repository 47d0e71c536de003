import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vilfredo.errors import InputError
from vilfredo.spaces.cells import Block, Cell, parse_cell
from vilfredo.spaces.macro import CellPlan, MacroArchitecture, Source, plan_cells

PAPER = MacroArchitecture(motifs=3, normal_cells=2, filters=24)
MACROS = st.builds(
    MacroArchitecture, motifs=st.integers(1, 5), normal_cells=st.integers(0, 4), filters=st.integers(1, 64)
)
LOOKBACKS = st.sets(st.integers(-6, -1), min_size=1, max_size=4)


def reading(*lookbacks: int) -> Cell:
    return Cell(tuple(Block(lookback, "a", lookback, "b") for lookback in lookbacks))


@pytest.mark.parametrize(
    ("motifs", "normal", "cells"), [(3, 2, 8), (1, 2, 2), (3, 0, 2), (2, 1, 3), (1, 1, 1), (1, 0, 0), (4, 5, 23)]
)
def test_positions_for_cells(motifs: int, normal: int, cells: int) -> None:
    assert MacroArchitecture(motifs=motifs, normal_cells=normal).cells == cells


@pytest.mark.parametrize(("nearest", "cells"), [(0, 0), (1, 8), (2, 4), (3, 3), (4, 2), (7, 2), (8, 1), (20, 1)])
def test_cells_stacked(nearest: int, cells: int) -> None:
    assert PAPER.cells_stacked(nearest) == cells


@settings(deadline=None)
@given(MACROS, st.integers(1, 8))
def test_cells_stacked_are_the_planned_cells_where_one_lookback_is_read(
    macro: MacroArchitecture, lookback: int
) -> None:
    assert len(plan_cells(reading(-lookback), macro)) == macro.cells_stacked(lookback)


def test_the_worked_row_of_the_reference() -> None:
    plans = plan_cells(parse_cell("(-2,identity,-2,2x2 maxpool)"), PAPER)
    image = Source(None, None, 0)
    assert plans == (
        CellPlan(1, 24, 0, False, {-1: Source(0, 24, 0), -2: image}),
        CellPlan(3, 48, 1, False, {-1: Source(2, 48, 1), -2: Source(1, 24, 0)}),
        CellPlan(5, 96, 2, True, {-1: Source(4, 48, 1), -2: Source(3, 48, 1)}),
        CellPlan(7, 96, 2, False, {-1: Source(6, 96, 2), -2: Source(5, 96, 2)}),
    )


def test_all_cells_are_planned_when_the_previous_is_read() -> None:
    plans = plan_cells(reading(-1), PAPER)
    assert [plan.index for plan in plans] == list(range(8))
    assert [plan.filters for plan in plans] == [24, 24, 48, 48, 48, 96, 96, 96]
    assert [plan.reductions for plan in plans] == [0, 0, 1, 1, 1, 2, 2, 2]
    assert [plan.index for plan in plans if plan.reduces] == [2, 5]
    assert plans[0].lookbacks == {-1: Source(None, None, 0)}


@pytest.mark.parametrize(
    ("lookbacks", "indices"),
    [
        ((-3,), [1, 4, 7]),
        ((-4,), [3, 7]),
        ((-20,), [7]),
        ((-2, -3), [0, 1, 2, 3, 4, 5, 7]),
        ((-4, -6), [1, 3, 7]),
        ((-1, -9), list(range(8))),
    ],
)
def test_unreachable_cells_are_not_planned(lookbacks: tuple[int, ...], indices: list[int]) -> None:
    plans = plan_cells(reading(*lookbacks), PAPER)
    assert [plan.index for plan in plans] == indices
    assert all(set(plan.lookbacks) == {-1, *lookbacks} for plan in plans)


@settings(deadline=None)
@given(MACROS, LOOKBACKS)
def test_planned_cells_are_those_on_a_path_to_the_output(macro: MacroArchitecture, lookbacks: set[int]) -> None:
    flow = nx.DiGraph()
    flow.add_nodes_from(range(macro.cells))
    flow.add_edges_from(
        (index + lookback, index) for index in range(macro.cells) for lookback in lookbacks if index + lookback >= 0
    )
    last = macro.cells - 1
    expected = sorted({last, *nx.ancestors(flow, last)}) if macro.cells else []
    plans = plan_cells(reading(*lookbacks), macro)
    assert [plan.index for plan in plans] == expected


@settings(deadline=None)
@given(MACROS, LOOKBACKS)
def test_shapes_follow_the_motifs(macro: MacroArchitecture, lookbacks: set[int]) -> None:
    # Motif after motif: N normal cells, then a reduction that already has the next motif's shape.
    stages, reduces = list[int](), list[bool]()
    for motif in range(macro.motifs):
        stages += [motif] * macro.normal_cells + [motif + 1]
        reduces += [False] * macro.normal_cells + [True]
    for plan in plan_cells(reading(*lookbacks), macro):
        assert plan.reductions == stages[plan.index]
        assert plan.reduces == reduces[plan.index]
        assert plan.filters == macro.filters * 2 ** stages[plan.index]
        for lookback, source in plan.lookbacks.items():
            index = plan.index + lookback
            stage = stages[index] if index >= 0 else 0
            assert source == (Source(index, macro.filters * 2**stage, stage) if index >= 0 else Source(None, None, 0))


def test_edges() -> None:
    assert plan_cells(Cell(), PAPER) == ()
    assert plan_cells(reading(-1), MacroArchitecture(motifs=1, normal_cells=0)) == ()
    only_reductions = plan_cells(reading(-1), MacroArchitecture(motifs=3, normal_cells=0, filters=8))
    assert [(plan.reduces, plan.filters, plan.reductions) for plan in only_reductions] == [(True, 16, 1), (True, 32, 2)]
    one_motif = plan_cells(reading(-1), MacroArchitecture(motifs=1, normal_cells=2, filters=8))
    assert [(plan.reduces, plan.filters) for plan in one_motif] == [(False, 8), (False, 8)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"motifs": 0}, "motifs"),
        ({"normal_cells": -1}, "normal_cells"),
        ({"filters": 0}, "filters"),
        ({"filter": 24}, "Did you mean 'filters'?"),
    ],
)
def test_bad_settings_are_named(values: dict[str, object], expected: str) -> None:
    with pytest.raises(InputError) as caught:
        MacroArchitecture.read(values)
    assert expected in str(caught.value)
