import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vilfredo.deploy.grid import Candidate, Count, Grid, grid
from vilfredo.deploy.settings import SelectionSettings
from vilfredo.errors import InputError
from vilfredo.networks.counting import Counts
from vilfredo.networks.families import find_family
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.trials import Measurement

SPACE = CellSpace(operators=("identity", "3x3 conv", "2x2 maxpool"))
MACRO = MacroArchitecture(motifs=3, normal_cells=2, filters=24)
CONV, POOL = "[(-1, '3x3 conv', -1, '3x3 conv')]", "[(-2, 'identity', -2, '2x2 maxpool')]"


def counting(shape: tuple[int, int, int] = (3, 32, 32)) -> Count:
    def count(architecture: str, macro: MacroArchitecture) -> Counts:
        return find_family(SPACE, macro, shape, 10).count(architecture)

    return count


def cell(number: int, architecture: str) -> Measurement:
    return Measurement(proposal=number, architecture=architecture, outcome="complete")


def laid_out(asked: SelectionSettings, *architectures: str, halvings: int = 5) -> Grid:
    cells = [cell(number, architecture) for number, architecture in enumerate(architectures or (CONV,))]
    return grid(cells, MACRO, asked, counting(), halvings)


def sizes(candidate: Candidate) -> tuple[int, int, int]:
    own = {**MACRO.model_dump(), **candidate.network}
    return own["motifs"], own["normal_cells"], own["filters"]


def parameters(motifs: int, normal_cells: int, filters: int) -> int:
    macro = MacroArchitecture(motifs=motifs, normal_cells=normal_cells, filters=filters)
    return counting()(CONV, macro).parameters


def test_without_a_range_the_networks_stay_as_they_were() -> None:
    found = laid_out(SelectionSettings(), CONV, POOL)
    assert [(one.architecture, one.network) for one in found.candidates] == [(CONV, {}), (POOL, {})]
    assert found.candidates[0].counts == counting()(CONV, MACRO)
    assert found.discarded == 0


def test_the_papers_grid() -> None:
    # Algorithm 2 with the modifiers of section 4.1, by brute force over all networks.
    asked = SelectionSettings(parameters=(2e5, 2e6))
    found = laid_out(asked)
    expected = []
    for motifs, normal_cells in itertools.product((3, 4), (2, 3, 4)):
        stacked = [(motifs, normal_cells, width) for width in (20, 24, 36, 42, 48)]
        expected += [one for one in stacked if 2e5 < parameters(*one) < 2e6][-1:]
    assert [sizes(one) for one in found.candidates] == [(3, 2, 24), *expected]
    assert found.discarded == 6 - len(expected)
    assert found.discarded > 0
    for one in found.candidates:
        macro = MacroArchitecture.read({**MACRO.model_dump(), **one.network})
        assert one.counts == counting()(one.architecture, macro)


def test_both_bounds_are_strict() -> None:
    exact = counting()(CONV, MACRO).parameters
    only = {"motifs": (0,), "normal_cells": (1,), "filters": (1.0,)}
    grown = counting()(CONV, MacroArchitecture(motifs=3, normal_cells=3, filters=24)).parameters
    for low, high, fits in ((grown - 1, grown + 1, True), (grown, grown + 9, False), (exact, grown, False)):
        asked = SelectionSettings.read({**only, "parameters": (low, high)})
        if fits:
            assert len(laid_out(asked).candidates) == 2
        else:
            with pytest.raises(InputError, match=f"they have {grown:,} to {grown:,} parameters"):
                laid_out(asked)


def test_what_the_search_had_is_not_trained_twice() -> None:
    exact = counting()(CONV, MACRO).parameters
    asked = SelectionSettings(motifs=(0,), normal_cells=(0,), parameters=(exact - 1, exact + 1))
    assert [one.network for one in laid_out(asked).candidates] == [{}]


def test_growth_is_by_the_cells_own_size() -> None:
    asked = SelectionSettings(growth=(1, 5))
    found = laid_out(asked, CONV, POOL)
    tuned = [one for one in found.candidates if one.network]
    assert {one.architecture for one in tuned} == {CONV, POOL}
    for one in tuned:
        own = counting()(one.architecture, MACRO).parameters
        assert own < one.counts.parameters < 5 * own
    # That nothing can grow so much is no mistake of anybody's.
    assert len(laid_out(SelectionSettings(growth=(1e5, 1e6))).candidates) == 1


def test_images_are_not_halved_to_nothing() -> None:
    asked = SelectionSettings(growth=(0, 100))
    assert {sizes(one)[0] for one in laid_out(asked, halvings=2).candidates} == {3}
    assert {sizes(one)[0] for one in laid_out(asked, halvings=3).candidates} == {3, 4}


def test_constraints_leave_out_the_wider_ones() -> None:
    asked = SelectionSettings(growth=(0, 100), motifs=(0,), normal_cells=(0,))
    limit = counting()(CONV, MacroArchitecture(motifs=3, normal_cells=2, filters=36)).flops
    found = grid([cell(0, CONV)], MACRO, asked, counting(), 5, lambda one: one.counts.flops <= limit)
    assert sizes(found.candidates[1]) == (3, 2, 36)


def test_what_is_not_stacked_is_not_tuned() -> None:
    found = grid([cell(0, CONV)], None, SelectionSettings(parameters=(1, 2)), counting(), 0)
    assert [one.network for one in found.candidates] == [{}]


@settings(max_examples=30, deadline=None)
@given(st.integers(10_000, 5_000_000), st.floats(1.01, 20))
def test_everything_tuned_is_in_range_and_as_wide_as_it_may_be(low: int, ratio: float) -> None:
    asked = SelectionSettings(parameters=(low, low * ratio))
    try:
        found = laid_out(asked, CONV, POOL)
    except InputError:
        return
    for one in found.candidates[2:]:
        assert low < one.counts.parameters < low * ratio
        motifs, normal_cells, filters = sizes(one)
        wider = [math.floor(24 * factor + 1e-9) for factor in asked.filters if math.floor(24 * factor + 1e-9) > filters]
        for width in wider:
            macro = MacroArchitecture(motifs=motifs, normal_cells=normal_cells, filters=width)
            assert not low < counting()(one.architecture, macro).parameters < low * ratio
