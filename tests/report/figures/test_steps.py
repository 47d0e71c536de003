from dataclasses import replace

import pytest

from vilfredo.report.charts.chart import Bars, Chart
from vilfredo.report.figures import steps
from vilfredo.report.view import RunView
from vilfredo.search.store import Step
from vilfredo.trials import Proposal


def _chart(view: RunView, title: str) -> Chart:
    return next(chart for chart in steps.charts(view) if chart.title == title)


def _bars(view: RunView, title: str) -> dict[str, dict[str, float]]:
    """Values that are not NaN, by the name of the bars and of the step."""
    chart = _chart(view, title)
    return {
        layer.name: {
            step: value
            for step, value in zip(chart.x.categories, layer.values, strict=True)
            if value == value  # noqa: PLR0124
        }
        for layer in chart.layers
        if isinstance(layer, Bars)
    }


def test_candidates_are_those_of_the_notes(cells: RunView) -> None:
    for step in cells.steps:
        if step.notes:
            bars = _bars(cells, "Considered")
            assert bars["came up"][str(step.step)] == step.notes["expanded"]
            assert bars["spared"][str(step.step)] == step.notes["isomorphs_spared"]
            assert bars["judged"][str(step.step)] == step.notes["candidates"]


def test_what_was_too_slow_is_told(cells: RunView) -> None:
    notes = {"expanded": 10, "isomorphs_spared": 2, "candidates": 8, "over_time_limit": 4}
    view = replace(cells, steps=[Step(2, "{}", notes, {})])
    assert _chart(view, "Considered").note == (
        "Of 10 candidates, 2 were the same as others, and spared. 4 were left out as too slow."
    )


def test_networks_are_counted_by_why_they_were_chosen(cells: RunView) -> None:
    bars = _bars(cells, "Trained")
    assert next(iter(bars)) == "bootstrap"
    assert sum(sum(values.values()) for values in bars.values()) == len(cells.trained)
    assert _chart(cells, "Trained").note == f"{len(cells.trained)} networks trained, none failed."


@pytest.mark.parametrize("view", ["some failures"], indirect=True)
def test_failures_are_told(view: RunView) -> None:
    failed = len(view.measurements) - len(view.trained)
    assert sum(_bars(view, "Trained")["failed"].values()) == failed
    assert f"{failed} failed." in _chart(view, "Trained").note


@pytest.mark.parametrize("view", ["nothing measured"], indirect=True)
def test_what_still_waits_is_told(view: RunView) -> None:
    assert [chart.title for chart in steps.charts(view)] == ["Trained"]
    assert "1 still waiting." in _chart(view, "Trained").note


def test_time_is_split_where_training_begins(cells: RunView) -> None:
    first, second = (
        cells.trained[number].model_copy(update={"proposal": number, "wall_time": 2.0}) for number in (0, 1)
    )
    proposals = {number: Proposal(id=number, architecture="[]", step=number) for number in (0, 1)}
    until = {0: 3.0, 1: 10.0}
    view = replace(cells, measurements=[first, second], proposals=proposals, seconds_until=until)
    bars = _bars(view, "Time spent")
    assert bars["before training"] == {"0": 1.0, "1": 5.0}
    assert bars["training"] == {"0": 2.0, "1": 2.0}
    assert _chart(view, "Time spent").note.startswith("Of 10 s, 6\u00a0s went by before trainings began")


def test_what_was_trained_again_did_not_begin_before_its_step(cells: RunView) -> None:
    measured = [
        cells.trained[number].model_copy(update={"proposal": number, "wall_time": wall})
        for number, wall in enumerate((3.0, 9.0, 2.0))
    ]
    proposals = {number: Proposal(id=number, architecture="[]", step=number) for number in range(3)}
    view = replace(cells, measurements=measured, proposals=proposals, seconds_until={0: 4.0, 1: 10.0, 2: 15.0})
    bars = _bars(view, "Time spent")
    assert bars["before training"] == {"0": 1.0, "1": 0.0, "2": 3.0}
    assert bars["training"] == {"0": 3.0, "1": 6.0, "2": 2.0}


@pytest.mark.parametrize("view", ["replay of random"], indirect=True)
def test_of_a_replay_nobody_predicts_anything_in_recorded_time(view: RunView) -> None:
    bars = _bars(view, "Time spent")
    assert list(bars) == ["training"]
    assert sum(bars["training"].values()) == pytest.approx(sum(m.wall_time for m in view.measurements))
    assert "Considered" not in [chart.title for chart in steps.charts(view)]
