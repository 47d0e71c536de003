"""What the training time hangs on."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.report.runs import RUNS

from vilfredo.predictors.catboost_trees import CatBoostTrees
from vilfredo.report.charts.chart import Bars, Points
from vilfredo.report.facts.feature_words import meaning, short
from vilfredo.report.facts.importance import importance_of
from vilfredo.report.figures import importance
from vilfredo.report.view import RunView
from vilfredo.spaces.features import TIME_FEATURES
from vilfredo.spaces.mlp_features import MLP_FEATURES
from vilfredo.spaces.parallel_space import PARALLEL_FEATURES


def _view(folder: Path, name: str) -> RunView:
    RUNS[name](folder / "run")
    return RunView.of(folder / "run")


@pytest.mark.parametrize("feature", [*TIME_FEATURES, *MLP_FEATURES, *PARALLEL_FEATURES])
def test_every_feature_is_explained(feature: str) -> None:
    assert short(feature) != feature.replace("_", " ") or "_" not in feature
    assert meaning(feature)


def test_features_of_others_have_their_own_names() -> None:
    assert (short("strange_thing"), meaning("strange_thing")) == ("strange thing", "")


@pytest.mark.parametrize("name", ["replay of popnas-v3", "replay of random", "table"])
def test_what_the_features_move_adds_up(tmp_path: Path, name: str) -> None:
    view = _view(tmp_path, name)
    found = importance_of(view)
    assert found is not None
    assert found.values.shape == found.features.shape
    assert (np.diff(found.mean) <= 0).all()
    assert found.networks == len(view.trained)
    # The sums are predicted times less one number for all: they follow what was measured.
    times = np.sort([m.objectives["training_time"] for m in view.trained])
    sums = found.values.sum(axis=1)
    assert np.ptp(sums) <= 3 * np.ptp(times)
    assert np.ptp(sums) > 0


def test_in_a_recorded_landscape_the_operators_and_the_cells_decide(tmp_path: Path) -> None:
    found = importance_of(_view(tmp_path, "replay of popnas-v3"))
    assert found is not None
    assert "op_score" in found.names[:2]
    place = list(found.names).index("op_score")
    assert np.corrcoef(found.features[:, place], found.values[:, place])[0, 1] > 0.8


def test_the_bars_are_the_mean_of_the_values_and_single_networks_follow(tmp_path: Path) -> None:
    view = _view(tmp_path, "replay of popnas-v3")
    found, charts = importance_of(view), importance.charts(view)
    assert found is not None
    bars = charts[0].layers[0]
    assert isinstance(bars, Bars)
    assert bars.values == pytest.approx(np.abs(found.values).mean(axis=0))
    assert charts[0].horizontal
    assert charts[0].y.categories == tuple(map(short, found.names))
    for place, chart in enumerate(charts[1:]):
        points = next(layer for layer in chart.layers if isinstance(layer, Points))
        assert points.y == pytest.approx(found.values[:, place])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("replay of popnas-v3", "predicts times otherwise ("),
        ("replay of popnas-v1", "predicts times otherwise ("),
        ("replay of pnas", "predicts no times"),
        ("made up", "as the search does it"),
    ],
)
def test_it_is_said_what_was_learnt_by_what(tmp_path: Path, name: str, words: str) -> None:
    assert words in importance.charts(_view(tmp_path, name))[0].note


def test_the_same_run_is_explained_the_same(tmp_path: Path) -> None:
    view = _view(tmp_path, "replay of popnas-v1")
    again = RunView.of(view.folder)
    assert importance.charts(view) == importance.charts(again)


def test_a_running_search_is_explained_by_its_whole_steps(tmp_path: Path) -> None:
    whole = _view(tmp_path, "replay of popnas-v3")
    last = max(proposal.step for proposal in whole.proposals.values())
    of_last = [m for m in whole.measurements if whole.proposals[m.proposal].step == last]
    left = [m for m in whole.measurements if m not in of_last[1:]]
    running = replace(whole, status={**whole.status, "state": "running"}, measurements=left)
    found, known = importance_of(running), len(whole.trained) - len(of_last)
    assert found is not None
    assert found.networks == known
    found = importance_of(replace(whole, measurements=left))
    assert found is not None
    assert found.networks == known + 1


def test_what_is_learnt_as_in_the_search_is_not_called_lighter(tmp_path: Path) -> None:
    view, notes = _view(tmp_path, "replay of popnas-v3"), []
    for trials in (1, 5):
        chosen = {"time_predictor": CatBoostTrees(trials=trials, iterations=20)}
        strategy = view.settings.strategy.model_copy(update=chosen)
        settings = view.settings.model_copy(update={"strategy": strategy})
        notes.append(importance.charts(replace(view, settings=settings))[0].note)
    assert "by CatBoost, as the search does it. " in f"{notes[0]} "
    assert "by CatBoost, as the search does it, with fewer trials of its settings. " in f"{notes[1]} "


@pytest.mark.parametrize("name", ["one network", "three networks", "failures only"])
def test_few_networks_explain_nothing(tmp_path: Path, name: str) -> None:
    assert not importance.charts(_view(tmp_path, name))
