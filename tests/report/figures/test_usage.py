from dataclasses import replace

import pytest

from vilfredo.report.charts.chart import Bars
from vilfredo.report.facts.usage import drawn, parts_of, shares
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


@pytest.mark.parametrize("other", ["identity", "3x3 conv"])
def test_luck_is_called_luck(cells: RunView, other: str) -> None:
    note = usage.charts(_only(cells, f"[(-1, '3x3 conv', -1, '{other}')]"))[0].note
    assert note.startswith("No difference from chance is larger than luck")


def _front(view: RunView, *architectures: str) -> RunView:
    """The run, its front these architectures: each is better than the one before, and slower."""
    members = [
        view.trained[number].model_copy(
            update={
                "architecture": text,
                "objectives": {"accuracy": 0.5 + 0.01 * number, "training_time": 1.0 + number},
            }
        )
        for number, text in enumerate(architectures)
    ]
    found = replace(view, measurements=members)
    assert len(found.front) == len(architectures)
    return found


def test_preferences_are_against_chance_not_among_each_other(cells: RunView) -> None:
    chain = [f"({source}, '3x3 conv', {source}, 'identity')" for source in (-1, 0, 0)]
    note = usage.charts(_front(cells, *[f"[{';'.join(chain)}]"] * 6))[1].note
    # Block 1 is read by none, but that is little less than by chance.
    assert "prefers block 0 (67 % against" in note
    assert "avoids the previous cell (33 % against" in note
    # As often as the previous cell, but that is less than by chance.
    note = usage.charts(_front(cells, *[f"[{';'.join(chain[:2])}]"] * 10))[1].note
    assert "prefers block 0 (50 % against" in note


def test_networks_of_several_sizes_are_compared_with_as_many_of_each(cells: RunView) -> None:
    block = "(-1, '3x3 conv', -1, '3x3 conv')"
    one, three = (f"[{';'.join([block] * size)}]" for size in (1, 3))
    view = _front(cells, one, three)
    space = view.settings.space
    inputs = parts_of(space, 3)[1]
    of_three = dict(zip(inputs.labels, shares(inputs.count(drawn(space, 3))), strict=True))
    chance = _bars(view, "Inputs")["in the space"]
    # A network of three blocks has three times as many inputs.
    assert chance["previous cell"] == pytest.approx(100 * (0.25 + 0.75 * of_three["previous cell"]))
    assert chance["block 0"] == pytest.approx(75 * of_three["block 0"])
    by_size = _bars(view, "Preference for operators")
    assert by_size["3x3 conv"] == pytest.approx({"1": 2.0, "3": 2.0}, rel=0.05)
    assert by_size["identity"] == {"1": 0.0, "3": 0.0}


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
