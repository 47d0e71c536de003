from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from vilfredo.report.charts.chart import Points, Rule
from vilfredo.report.figures import timing
from vilfredo.report.view import RunView
from vilfredo.search.summary import CONTENTION, DRIFT


def _with_details(view: RunView, *details: Mapping[str, Any]) -> RunView:
    measured = [
        measurement.model_copy(update={"details": own}) for measurement, own in zip(view.trained, details, strict=False)
    ]
    return replace(view, measurements=measured)


def _step(contention: float, drift: float = 1.0) -> Mapping[str, Any]:
    return {"step": {"contention": contention}, "drift": drift}


def test_a_quiet_machine_is_called_quiet(cells: RunView) -> None:
    crowded, speed = timing.charts(_with_details(cells, _step(1.0), _step(1.1)))
    assert crowded.note.endswith("nothing disturbed the times.")
    assert speed.note.endswith("it kept its speed.")


def test_disturbed_times_are_counted_and_marked(cells: RunView) -> None:
    crowded, speed = timing.charts(
        _with_details(
            cells, _step(CONTENTION + 0.1), _step(1.0, 1 + DRIFT + 0.1), _step(1.0), _step(1.0, 1 - DRIFT - 0.1)
        )
    )
    assert "1 of 4 times was taken while others used the machine." in crowded.note
    assert "2 of 4 times were taken when it was off" in speed.note
    for chart in (crowded, speed):
        dots = {layer.name: len(layer.x) for layer in chart.layers if isinstance(layer, Points)}
        assert dots == {"undisturbed": 1, "disturbed": 3}


def test_the_rules_are_those_of_the_status(cells: RunView) -> None:
    crowded, speed = timing.charts(cells)[:2]
    assert CONTENTION in [layer.y for layer in crowded.layers if isinstance(layer, Rule)]
    assert {layer.y: layer.label for layer in speed.layers if isinstance(layer, Rule)} == {
        1 + DRIFT: "slower",
        1.0: "",
        1 - DRIFT: "faster",
    }


def test_memory_beyond_what_was_expected_is_counted(cells: RunView) -> None:
    memory = {"memory_estimate": 2 * 2**20, "memory_peak": 3 * 2**20}
    chart = timing.charts(_with_details(cells, {**_step(1.0), **memory}, {**_step(1.0), "memory_peak": None}))[2]
    assert chart.note == "The largest training took 3 MiB. 1 of 1 took more than expected."
    points = next(layer for layer in chart.layers if isinstance(layer, Points))
    assert (points.x, points.y) == ((2.0,), (3.0,))
    assert (chart.x.label, chart.y.label) == ("expected need, MiB", "most taken at once, MiB")


@pytest.mark.parametrize("view", ["times derived", "failures only"], indirect=True)
def test_without_measured_times_there_is_nothing_to_distrust(view: RunView) -> None:
    assert not timing.charts(view)
