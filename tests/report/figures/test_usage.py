from dataclasses import replace

import pytest

from vilfredo.report.charts.chart import Bars
from vilfredo.report.figures import usage
from vilfredo.report.view import RunView
from vilfredo.search.store import Step


def _bars(view: RunView, title: str) -> dict[str, dict[str, float]]:
    """Values by the name of the bars and of the category."""
    chart = next(chart for chart in usage.charts(view) if chart.title.startswith(title))
    names = chart.y.categories if chart.horizontal else chart.x.categories
    return {
        layer.name: dict(zip(names, layer.values, strict=True)) for layer in chart.layers if isinstance(layer, Bars)
    }


def _only(view: RunView, *architectures: str) -> RunView:
    """The run, its front these architectures alone."""
    members = [m.model_copy(update={"architecture": text}) for m, text in zip(view.front, architectures, strict=False)]
    assert len(members) == len(architectures)
    return replace(view, measurements=members)


def test_the_shares_of_each_kind_of_networks_are_whole(cells: RunView) -> None:
    for title in ("Operators", "Inputs"):
        for values in _bars(cells, title).values():
            assert sum(values.values()) == pytest.approx(100)


def test_what_the_front_is_made_of(cells: RunView) -> None:
    bars = _bars(_only(cells, "[(-1, '3x3 conv', -1, '3x3 conv')]"), "Operators")
    assert bars["on the front"] == {"3x3 conv": 100, "identity": 0}
    assert bars["in the space"] == {"3x3 conv": pytest.approx(50), "identity": pytest.approx(50)}


def test_a_preference_beyond_luck_is_named(cells: RunView) -> None:
    blocks = [f"({source}, '3x3 conv', -1, '3x3 conv')" for source in (-1, -1, -1, 0)]
    alike = [f"[{';'.join(blocks[start : start + 3])}]" for start in (0, 1)]
    note = usage.charts(_only(cells, *alike))[0].note
    assert "prefers 3x3 conv (100 % against 50 % by chance)" in note
    assert "avoids identity (0 % against 50 % by chance)" in note


def test_luck_is_called_luck(cells: RunView) -> None:
    note = usage.charts(_only(cells, "[(-1, '3x3 conv', -1, 'identity')]"))[0].note
    assert note.startswith("No difference from chance is larger than luck")


def test_what_exploration_tried_is_said(cells: RunView) -> None:
    notes = {"exploration_operators": ["identity"], "exploration_inputs": [-1, 0]}
    view = replace(cells, steps=[Step(2, "{}", notes, {})])
    charts = usage.charts(view)
    assert "tried more of identity, as" in charts[0].note
    assert "tried more of previous cell, block 0, as" in charts[1].note


@pytest.mark.parametrize("view", ["table"], indirect=True)
def test_perceptrons_have_widths_and_activations(view: RunView) -> None:
    assert [chart.title.split()[0] for chart in usage.charts(view)][:2] == ["Widths", "Activations"]


def test_the_network_without_blocks_is_made_of_nothing(cells: RunView) -> None:
    assert not usage.charts(_only(cells, "[]"))
