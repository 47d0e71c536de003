"""Comparisons in a recorded landscape: exactly repeatable, in recorded seconds."""

from pathlib import Path
from typing import Any

import pytest
from tests.comparison.small import SETTINGS, Log, conducted, data, planned, request
from tests.search import toy_landscape

from vilfredo.comparison.planning import Request
from vilfredo.errors import InputError, RunError
from vilfredo.search.summary import status_of

_STRATEGY = {"strategy": SETTINGS["strategy"]}


@pytest.fixture
def source(tmp_path: Path) -> str:
    toy_landscape.landscape(tmp_path / "toy.npz")
    return f"landscape:{tmp_path / 'toy.npz'}"


def _asked(**changes: Any) -> Request:
    return request(**{"layers": [_STRATEGY], "executor": None, "budget": 18.0, **changes})


def test_costs_are_recorded_seconds(tmp_path: Path, source: str) -> None:
    out, log = tmp_path / "out", Log()
    plan = planned(out, [source], _asked())
    assert plan.subjects[0].executor == "recorded"
    found = conducted(out, plan, seeds=2, log=log)
    assert found is not None
    assert log.tested == []
    (toy,) = found["data"]
    assert toy["name"] == "toy-recorded"
    assert any("recorded landscape" in note for note in toy["notes"])
    for run in toy["runs"]:
        # of 18 seconds, candidates of 1.5 each: the one that would end with the budget is dropped
        assert run["device_seconds"]["total"] == run["wall_seconds"] == 1.5 * run["trained"] <= 18.0
        assert run["curves"]["score"]["seconds"][0] == 1.5
        assert run["test"] is None
        assert status_of(run["folder"])["strategy"] == run["strategy"]
    assert toy["metrics"]["test"]["pairs"] == []


def test_the_baseline_gets_no_more_time_than_the_others_took(tmp_path: Path, source: str) -> None:
    found = conducted(tmp_path / "out", planned(tmp_path / "out", [source], _asked(budget=1000.0)), seeds=2)
    assert found is not None
    runs = found["data"][0]["runs"]
    for first, baseline in ((runs[0], runs[1]), (runs[2], runs[3])):
        assert (first["strategy"], first["ending"]) == ("popnas-v3", "finished")
        assert 0 < baseline["wall_seconds"] <= first["wall_seconds"] < 1000


def _same(found: dict[str, Any] | None) -> list[dict[str, Any]]:
    """All that does not depend on the clock on the wall."""
    assert found is not None
    runs: list[dict[str, Any]] = found["data"][0]["runs"]
    return [{key: value for key, value in run.items() if key not in ("folder", "device_seconds")} for run in runs]


def test_it_is_the_same_every_time_interrupted_or_not(tmp_path: Path, source: str) -> None:
    once = conducted(tmp_path / "a", planned(tmp_path / "a", [source], _asked()), seeds=2)
    found, stops = None, 0
    while found is None:
        left = [14]

        def interrupted(left: list[int] = left) -> bool:
            left[0] -= 1
            return left[0] < 0

        plan = planned(tmp_path / "b", [source], _asked())
        found = conducted(tmp_path / "b", plan, seeds=2, interrupted=interrupted)
        stops += found is None
    assert stops > 2
    assert _same(found) == _same(once)


def test_a_cell_that_lacks_is_found_out_beforehand(tmp_path: Path, source: str) -> None:
    layers = [_STRATEGY, {"space": {"operators": ["identity", "5x5 conv"], "lookback": 1, "blocks": 3}}]
    with pytest.raises(InputError, match="the space asked for goes beyond"):
        planned(tmp_path / "out", [source], _asked(layers=layers))
    assert not (tmp_path / "out").exists()


def test_a_budget_too_small_is_known_exactly(tmp_path: Path, source: str) -> None:
    with pytest.raises(InputError, match=r"4 networks trained 2 epochs each, which as recorded take 6 s.*--budget 7s"):
        planned(tmp_path / "out", [source], _asked(budget=5.0))
    assert planned(tmp_path / "out", [source], _asked(budget=7.0)).budget == 7


def test_another_landscape_under_the_same_name_is_refused(tmp_path: Path, source: str) -> None:
    planned(tmp_path / "out", [source], _asked())
    toy_landscape.landscape(tmp_path / "toy.npz", provenance={"recorded": "tomorrow"})
    with pytest.raises(RunError, match="other contents"):
        planned(tmp_path / "out", [source], _asked())


def test_landscapes_and_live_data_go_together(tmp_path: Path, source: str) -> None:
    live = data(tmp_path / "live.npz")
    layers = [_STRATEGY, {"space": SETTINGS["space"]}]
    plan = planned(tmp_path / "out", [source, live], _asked(layers=layers, budget=100.0))
    assert [subject.executor for subject in plan.subjects] == ["recorded", "processes"]
