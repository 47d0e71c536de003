import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vilfredo.deploy.plan import Costs, Round, schedule
from vilfredo.deploy.settings import SelectionSettings

COSTS = Costs((0.2,) * 5 + (0.5, 0.7, 1.0, 1.4) * 5, (0.25,) * 5 + (0.6, 0.8, 1.2, 1.7) * 5)
PAPER = SelectionSettings()


def spent(chosen: tuple[int, ...], rounds: tuple[Round, ...], costs: Costs, workers: int) -> float:
    """Seconds of selection when all goes as forecast, all networks in one round."""
    return sum(costs.selection[place] for place in chosen) * sum(one.epochs for one in rounds) / workers


def test_without_a_budget_everything_is_trained() -> None:
    found = schedule(25, PAPER, (200, 600), None, None, 2)
    assert found.chosen == tuple(range(25))
    assert found.rounds == (Round(networks=25, epochs=200),)
    assert found.final_epochs == (600,) * 25
    assert found.selection_seconds is None
    told = schedule(25, PAPER, (200, 600), COSTS, None, 2)
    assert told.rounds == found.rounds
    assert told.final_seconds == pytest.approx(1.7 * 600)


def test_an_ample_budget_changes_nothing() -> None:
    found = schedule(25, PAPER, (40, 100), COSTS, 36_000, 2)
    assert (len(found.chosen), found.rounds, set(found.final_epochs)) == (25, (Round(networks=25, epochs=40),), {100})


def test_first_shorter_then_fewer_then_none() -> None:
    ample, tight, tiny = (schedule(25, PAPER, (40, 100), COSTS, seconds, 2) for seconds in (500, 200, 8))
    assert len(ample.chosen) == 25
    assert 20 <= ample.rounds[0].epochs < 40
    assert 1 < len(tight.chosen) < 25
    assert tight.rounds[0].epochs >= 20
    assert tight.chosen == tuple(range(len(tight.chosen)))
    assert (tiny.chosen, tiny.rounds) == ((0,), ())
    assert 1 <= tiny.final_epochs[0] < 100


def test_a_network_that_could_not_be_finished_is_not_tried() -> None:
    costs = Costs((0.1, 50.0, 0.1, 0.1), (0.1, 60.0, 0.1, 0.1))
    found = schedule(4, PAPER, (20, 50), costs, 120, 1)
    assert found.chosen == (0, 2, 3)


def test_even_a_budget_of_nothing_trains_something() -> None:
    found = schedule(3, PAPER, (20, 50), Costs((9.0, 5.0, 9.0), (9.0, 5.0, 9.0)), 1, 1)
    assert (found.chosen, found.rounds, found.final_epochs) == ((1,), (), (1,))


def test_one_network_is_not_compared() -> None:
    assert schedule(1, PAPER, (20, 50), None, None, 1).rounds == ()


@pytest.mark.parametrize(
    ("networks", "epochs", "rounds"),
    [(35, 200, [(35, 22), (11, 66), (3, 200)]), (9, 40, [(9, 13), (3, 40)]), (5, 40, [(5, 40)]), (35, 2, [(35, 2)])],
)
def test_successive_halving(networks: int, epochs: int, rounds: list[tuple[int, int]]) -> None:
    found = schedule(networks, SelectionSettings(halving=True), (epochs, 9), None, None, 1)
    assert [(one.networks, one.epochs) for one in found.rounds] == rounds


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.floats(0.001, 50), min_size=1, max_size=30),
    st.floats(5, 50_000),
    st.integers(1, 8),
    st.integers(1, 200),
    st.booleans(),
)
def test_what_is_planned_fits(costs: list[float], seconds: float, workers: int, epochs: int, halving: bool) -> None:
    known = Costs(tuple(costs), tuple(1.2 * one for one in costs))
    asked = SelectionSettings(halving=halving)
    found = schedule(len(costs), asked, (epochs, 3 * epochs), known, seconds, workers)
    assert found.chosen == tuple(sorted(set(found.chosen)))
    assert len(found.final_epochs) == len(found.chosen) >= 1
    assert all(1 <= one <= 3 * epochs for one in found.final_epochs)
    assert all(1 <= one.epochs <= epochs for one in found.rounds)
    assert not found.rounds or found.rounds[0].networks == len(found.chosen)
    assert found.selection_seconds is not None
    assert found.final_seconds is not None
    if max(found.final_epochs) > 1 or found.rounds:
        assert found.selection_seconds + found.final_seconds <= 0.9 * seconds + 1e-6 or set(found.final_epochs) == {1}
    if not halving and found.rounds:
        assert spent(found.chosen, found.rounds, known, workers) <= found.selection_seconds
