"""Predictions against measurements, and the predicted front beside the measured one."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.report.runs import RUNS
from tests.report.synthetic import make_run

from vilfredo.report.charts.chart import Heat, Line, Points, Rule
from vilfredo.report.figures import predicted_front, predictions
from vilfredo.report.view import RunView
from vilfredo.strategies.predicted import Predicted
from vilfredo.trials import MAXIMISED


def _view(folder: Path, name: str) -> RunView:
    RUNS[name](folder / "run")
    return RunView.of(folder / "run")


@pytest.fixture(scope="module", params=["replay of popnas-v3", "replay of popnas-v1", "nll", "table", "some failures"])
def view(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RunView:
    return _view(tmp_path_factory.mktemp("predictions"), request.param)


def test_each_network_is_where_it_was_predicted_and_measured(view: RunView) -> None:
    charts = predictions.charts(view)
    steps = sorted({p.step for p in view.proposals.values() if p.predicted})[-predictions.STEPS :]
    assert len(charts) == 2 * len(steps)
    expected = {
        (step, name): sorted(
            (view.proposals[m.proposal].predicted[name], m.objectives[name])
            for m in view.trained
            if view.proposals[m.proposal].step == step
        )
        for step in steps
        for name in (view.score, "training_time")
    }
    drawn = [
        sorted(
            pair for layer in chart.layers if isinstance(layer, Points) for pair in zip(layer.x, layer.y, strict=True)
        )
        for chart in charts
    ]
    for pairs, all_pairs, chart in zip(drawn, expected.values(), charts, strict=True):
        low, high = chart.x.low, chart.x.high
        assert low is not None
        assert high is not None
        assert pairs == [pair for pair in all_pairs if low <= min(pair) and max(pair) <= high]
        assert len(pairs) >= len(all_pairs) / 2
        assert ("outside" in chart.note) == (len(pairs) < len(all_pairs))
        assert (chart.x.low, chart.x.high) == (chart.y.low, chart.y.high)
        assert isinstance(chart.layers[0], Rule)


def test_exploration_has_its_own_symbol_and_tips_name_the_network(view: RunView) -> None:
    for chart in predictions.charts(view):
        for layer in chart.layers:
            if isinstance(layer, Points):
                for tip in layer.tips:
                    number = int(tip.split("\n")[0].removeprefix("network "))
                    proposal = view.proposals[number]
                    assert (proposal.origin == "exploration") == (layer.symbol == "diamond")
                    assert tip.endswith(f"\n{proposal.architecture}")


def test_the_front_of_a_step_is_shown_as_predicted_and_as_measured(view: RunView) -> None:
    kept = [one for step in view.steps if (one := Predicted.of_notes(step.notes)) is not None]
    charts = predicted_front.charts(view)
    assert len(charts) == len(kept)
    for chart, one in zip(charts, kept, strict=True):
        lines = {layer.name: layer for layer in chart.layers if isinstance(layer, Line)}
        heat = next(layer for layer in chart.layers if isinstance(layer, Heat))
        assert sum(map(sum, heat.counts)) == one.count
        assert (heat.x_edges, heat.y_edges) == (tuple(one.times.edges.tolist()), tuple(one.scores.edges.tolist()))
        assert np.array_equal(heat.counts, one.counts)
        foreseen = lines["predicted front"]
        assert sorted(zip(foreseen.x, foreseen.y, strict=True)) == sorted((t, s) for s, t in one.front.tolist())
        front, sign = lines["measured front"], 1 if view.score in MAXIMISED else -1
        assert list(front.x) == sorted(front.x)
        assert list(front.y) == sorted(front.y, reverse=sign < 0)
        places = {
            pair
            for layer in chart.layers
            if isinstance(layer, Points) and layer.name.startswith(("trained, measured", "measured, "))
            for pair in zip(layer.x, layer.y, strict=True)
        }
        low, high = chart.y.low, chart.y.high
        assert low is not None
        assert high is not None
        assert {(x, y) for x, y in zip(front.x, front.y, strict=True) if low <= y <= high} <= places
        beaten = [
            any(x <= a and sign * y >= sign * b for x, y in zip(front.x, front.y, strict=True)) for a, b in places
        ]
        assert all(beaten)


def test_rings_are_where_networks_were_predicted_and_diamonds_are_exploration(view: RunView) -> None:
    for chart in predicted_front.charts(view):
        for layer in (layer for layer in chart.layers if isinstance(layer, Points)):
            for x, y, tip in zip(layer.x, layer.y, layer.tips, strict=True):
                number = int(tip.split("\n")[0].removeprefix("network "))
                proposal = view.proposals[number]
                measured = next(m.objectives for m in view.trained if m.proposal == number)
                values = proposal.predicted if layer.symbol == "ring" else measured
                assert (x, y) == (values["training_time"], values[view.score])
                if layer.symbol != "ring":
                    assert (layer.symbol == "diamond") == (proposal.origin == "exploration")


def test_the_last_steps_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (predictions, predicted_front):
        monkeypatch.setattr(module, "STEPS", 2)
    view = RunView.of(make_run(tmp_path / "run", 60))
    assert [chart.title for chart in predicted_front.charts(view)] == ["Step 4", "Step 5"]
    assert [chart.title.split(":")[0] for chart in predictions.charts(view)] == ["Step 4"] * 2 + ["Step 5"] * 2


def test_what_lies_outside_the_picture_is_counted(tmp_path: Path) -> None:
    view, seen = RunView.of(make_run(tmp_path / "run", 300, forecast=900)), 0
    for chart in predicted_front.charts(view):
        heat = next(layer for layer in chart.layers if isinstance(layer, Heat))
        inside = sum(
            count
            for row, bottom, top in zip(heat.counts, heat.y_edges, heat.y_edges[1:], strict=False)
            for count, left, right in zip(row, heat.x_edges, heat.x_edges[1:], strict=False)
            if right >= (chart.x.low or 0) and left <= (chart.x.high or 0)
            if top >= (chart.y.low or 0) and bottom <= (chart.y.high or 0)
        )
        seen += inside
        assert f"; {900 - inside:,} w" in chart.note
        assert "alike" not in chart.note
    assert seen > 0


@pytest.mark.parametrize("name", ["replay of random", "nothing measured", "failures only"])
def test_without_predictions_there_is_nothing(tmp_path: Path, name: str) -> None:
    view = _view(tmp_path, name)
    assert not predictions.charts(view)
    assert not predicted_front.charts(view)


def test_without_predicted_times_there_is_no_front(tmp_path: Path) -> None:
    view = _view(tmp_path, "replay of pnas")
    assert all("accuracy" in chart.title for chart in predictions.charts(view))
    assert predictions.charts(view)
    assert not predicted_front.charts(view)


def test_runs_of_earlier_versions_show_the_networks_that_were_trained(tmp_path: Path) -> None:
    view = RunView.of(make_run(tmp_path / "run", 300))
    assert all(Predicted.of_notes(step.notes) is None for step in view.steps)
    charts = predicted_front.charts(view)
    assert len(charts) == predictions.STEPS
    for chart in charts:
        assert not any(isinstance(layer, Heat) for layer in chart.layers)
        assert any(isinstance(layer, Line) and layer.dashed for layer in chart.layers)
        assert chart.note.startswith("In the median, accuracy came out")


@pytest.mark.parametrize(
    ("objective", "factor", "words"),
    [
        ("training_time", 2.0, "an epoch took 50\u00a0% shorter than predicted"),
        ("training_time", 0.5, "an epoch took 100\u00a0% longer than predicted"),
        ("training_time", 1.0, "an epoch took as long as predicted"),
        ("training_time", -1.0, "most times were predicted to be zero or less."),
        ("accuracy", 1.5, "accuracy came out 0.45 worse than predicted"),
        ("accuracy", 0.5, "accuracy came out 0.45 better than predicted"),
        ("accuracy", 1.0, "accuracy came out as predicted"),
    ],
)
def test_what_came_out_is_told_against_what_was_predicted(
    tmp_path: Path, objective: str, factor: float, words: str
) -> None:
    view = RunView.of(make_run(tmp_path / "run", 60))
    values = {"accuracy": 0.9, "training_time": 0.2}
    measured = [m.model_copy(update={"objectives": {**m.objectives, **values}}) for m in view.trained]
    foretold = {**values, objective: factor * values[objective]}
    proposals = {
        number: proposal.model_copy(update={"predicted": foretold if proposal.predicted else {}})
        for number, proposal in view.proposals.items()
    }
    charts = predicted_front.charts(replace(view, measurements=measured, proposals=proposals))
    assert charts
    assert all(words in chart.note for chart in charts)


def test_of_losses_less_is_better(tmp_path: Path) -> None:
    view = _view(tmp_path, "nll")
    proposals = {
        number: proposal.model_copy(update={"predicted": {"nll": 9.0, "training_time": 1.0}})
        for number, proposal in view.proposals.items()
    }
    notes = [chart.note for chart in predicted_front.charts(replace(view, proposals=proposals))]
    assert notes
    assert all(re.search(r"nll came out \S+ better than predicted", note) for note in notes)


def test_thousands_of_networks_are_thinned(tmp_path: Path) -> None:
    view = RunView.of(make_run(tmp_path / "run", 3000))
    for chart in (*predictions.charts(view), *predicted_front.charts(view)):
        for layer in chart.layers:
            if isinstance(layer, Points):
                assert len(layer.x) <= predictions.MOST
                assert max(map(len, layer.tips)) < 100
                assert np.isfinite(layer.x).all()
