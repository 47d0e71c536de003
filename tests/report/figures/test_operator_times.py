from dataclasses import replace

import pytest

from vilfredo.report.charts.chart import Bars, Chart, Line
from vilfredo.report.figures import operator_times
from vilfredo.report.view import RunView
from vilfredo.search.store import Step
from vilfredo.spaces.space import EMPTY


def _with_times(view: RunView, spread: float = 0.0, **seconds: float) -> RunView:
    """The run, with these times of the empty cell and of the operators' symmetric ones."""
    cells = {"[(-1, '3x3 conv', -1, '3x3 conv')]": "conv", "[(-1, 'identity', -1, 'identity')]": "identity"}
    changed = []
    for number, (text, name) in enumerate({EMPTY: "empty", **cells}.items()):
        objectives = {**view.trained[number].objectives, "training_time": seconds[name]}
        update = {"architecture": text, "objectives": objectives, "spread": {"training_time": spread}}
        changed.append(view.trained[number].model_copy(update=update))
    return replace(view, measurements=changed)


def _shown(chart: Chart) -> dict[str, float]:
    bars = next(layer for layer in chart.layers if isinstance(layer, Bars))
    return dict(zip(chart.y.categories, bars.values, strict=True))


def test_costs_are_beyond_the_empty_cell_dearest_first(cells: RunView) -> None:
    chart = operator_times.charts(_with_times(cells, empty=1.0, conv=5.0, identity=3.0))[0]
    assert list(_shown(chart).items()) == [("3x3 conv", 4.0), ("identity", 2.0)]
    assert "3x3 conv costs most, 4\u00a0s per epoch: 2.0 times as much as identity" in chart.note


def test_operators_that_were_not_measured_are_named(cells: RunView) -> None:
    view = _with_times(cells, empty=1.0, conv=5.0, identity=3.0)
    note = operator_times.charts(replace(view, measurements=view.measurements[:2]))[0].note
    assert note.endswith("Not known of identity: that network was not trained.")


def test_the_spread_is_drawn_around_the_end_of_the_bar(cells: RunView) -> None:
    chart = operator_times.charts(_with_times(cells, spread=0.5, empty=1.0, conv=5.0, identity=3.0))[0]
    lines = [layer for layer in chart.layers if isinstance(layer, Line)]
    assert [(line.x, line.y) for line in lines] == [((3.75, 4.25), (0.0, 0.0)), ((1.75, 2.25), (1.0, 1.0))]


def test_overlapping_spreads_are_told(cells: RunView) -> None:
    note = operator_times.charts(_with_times(cells, spread=5.0, empty=1.0, conv=5.0, identity=3.0))[0].note
    assert note.endswith("The two overlap.")


def test_operators_that_cost_nothing_are_no_finding(cells: RunView) -> None:
    note = operator_times.charts(_with_times(cells, empty=9.0, conv=5.0, identity=3.0))[0].note
    assert "too rough" in note


def test_the_costs_of_predictions_are_those_of_the_last_step(cells: RunView) -> None:
    costs = next(step.notes["operator_costs"] for step in reversed(cells.steps) if step.notes)
    assert _shown(operator_times.charts(cells)[1]) == costs


def test_costs_are_told_as_they_were_used_last(cells: RunView) -> None:
    costs = (
        {"identity": 0.5, "3x3 conv": 1.0},
        {"identity": 0.25, "3x3 conv": 1.0},
        {"identity": 1.0, "3x3 conv": 1.0},
    )
    steps = [Step(number, "{}", {"operator_costs": one}, {}) for number, one in enumerate(costs, 2)]
    chart = operator_times.charts(replace(cells, steps=steps[:2]))[1]
    assert chart.note == "For predictions, identity counts as 0.25 of 3x3 conv."
    assert operator_times.charts(replace(cells, steps=steps))[1].note == "For predictions, all operators cost the same."


@pytest.mark.parametrize("view", ["times derived"], indirect=True)
def test_derived_times_are_called_so(view: RunView) -> None:
    assert "derived" in operator_times.charts(view)[0].x.label


@pytest.mark.parametrize("view", ["table"], indirect=True)
def test_perceptrons_have_no_symmetric_ones(view: RunView) -> None:
    assert not operator_times.charts(view)


@pytest.mark.parametrize("view", ["replay of random"], indirect=True)
def test_without_the_empty_network_times_are_whole(view: RunView) -> None:
    chart = operator_times.charts(view)[0]
    measured = {m.architecture: m.objectives["training_time"] for m in view.trained}
    assert _shown(chart)["identity"] == measured["[(-1, 'identity', -1, 'identity')]"]
    assert chart.note.endswith("these are the times of whole networks.")
