"""Comparisons in a recorded landscape: exactly repeatable, in recorded seconds."""

from pathlib import Path
from typing import Any

import pytest
from tests.comparison.small import SETTINGS, Log, conducted, data, planned, request
from tests.search import toy_landscape

from vilfredo.comparison.materials import open_material
from vilfredo.comparison.planning import Request
from vilfredo.comparison.remarks import repeated
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


_LARGER = [_STRATEGY, {"strategies": {"pnas": {"strategy": {"beam_size": 6}}}}]


def test_the_baseline_is_made_anew_for_one_that_joins_and_takes_longer(tmp_path: Path, source: str) -> None:
    out, first, log = tmp_path / "out", _asked(budget=1000.0, layers=_LARGER), Log()
    few = conducted(out, planned(out, [source], first), seeds=1)
    assert few is not None
    before = few["data"][0]["runs"]
    assert not any("anew" in note for note in few["data"][0]["notes"])
    plan = planned(out, [source], _asked(budget=1000.0, layers=_LARGER, strategies=("popnas-v3", "pnas", "random")))
    left = [25]

    def interrupted() -> bool:
        left[0] -= 1
        return left[0] < 0

    found = conducted(out, plan, seeds=1, log=log, interrupted=interrupted)
    while found is None:  # not taken for the run that is gone, wherever it stops
        left[0] = 25
        found = conducted(out, plan, seeds=1, log=log, interrupted=interrupted)
    assert "popnas-v3" not in {run.strategy for run in log.runs}
    runs = {run["strategy"]: run for run in found["data"][0]["runs"]}
    assert runs["popnas-v3"]["wall_seconds"] == before[0]["wall_seconds"] < runs["pnas"]["wall_seconds"]
    assert before[1]["wall_seconds"] <= before[0]["wall_seconds"] < runs["random"]["wall_seconds"]
    assert runs["random"]["wall_seconds"] <= runs["pnas"]["wall_seconds"]
    assert found["data"][0]["trainer"]["random_per_size"] > few["data"][0]["trainer"]["random_per_size"]
    (note,) = (note for note in found["data"][0]["notes"] if "anew" in note)
    assert note.startswith(f"random's run of {before[0]['wall_seconds']:.4g} s with seed 0 was made anew, with ")
    # as if all had been compared from the beginning
    other = tmp_path / "other"
    once = conducted(
        other,
        planned(
            other,
            [source],
            plan_of_all := _asked(budget=1000.0, layers=_LARGER, strategies=("popnas-v3", "pnas", "random")),
        ),
        seeds=1,
    )
    assert once is not None
    assert _same(found) == _same(once)
    # nothing more to do; and without the one that joined, it is said that random had its time
    log = Log()
    assert conducted(out, planned(out, [source], plan_of_all), seeds=1, log=log) == found
    subset = conducted(out, planned(out, [source], first), seeds=1, log=log)
    assert log.runs == []
    assert subset is not None
    assert any("for a strategy that is not shown here" in note for note in subset["data"][0]["notes"])


def test_the_baseline_stays_for_one_that_joins_and_takes_no_longer(tmp_path: Path, source: str) -> None:
    out, log = tmp_path / "out", Log()
    first = _asked(budget=1000.0, layers=_LARGER, strategies=("pnas", "random"))
    conducted(out, planned(out, [source], first), seeds=1)
    both = _asked(budget=1000.0, layers=_LARGER, strategies=("pnas", "popnas-v3", "random"))
    found = conducted(out, planned(out, [source], both), seeds=1, log=log)
    assert found is not None
    assert [run.strategy for run in log.runs] == ["popnas-v3"]
    assert not any("anew" in note for note in found["data"][0]["notes"])


def test_the_budget_is_checked_for_those_that_join(tmp_path: Path, source: str) -> None:
    out = tmp_path / "out"
    small = _asked(strategies=("random",), budget=6.5)
    planned(out, [source], small)
    with pytest.raises(InputError, match=r"too few for popnas-v3 to finish its bootstrap.*--budget 7s"):
        planned(out, [source], _asked(budget=6.5))


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


def test_replays_of_the_same_data_are_ranked_once(tmp_path: Path, source: str) -> None:
    toy_landscape.landscape(tmp_path / "again.npz", name="again")
    again = f"landscape:{tmp_path / 'again.npz'}"
    out = tmp_path / "out"
    found = conducted(out, planned(out, [source, again], _asked()))
    assert found is not None
    assert found["overall"] is None
    other = toy_landscape.about().data.model_copy(update={"name": "other", "fingerprint": "1"})
    toy_landscape.landscape(tmp_path / "other.npz", name="other", data=other)
    found = conducted(out, planned(out, [source, again, f"landscape:{tmp_path / 'other.npz'}"], _asked()))
    assert found is not None
    assert found["overall"]["validation"]["datasets"] == 2
    left_out = "replays the data of toy-recorded, which count already: left out of the ranks over data sets"
    assert [left_out in one["notes"] for one in found["data"]] == [False, True, False]


@pytest.mark.parametrize(("name", "left_out"), [("live", {}), ("toy", {"toy-recorded": "toy"})])
def test_live_data_count_before_their_replay(name: str, left_out: dict[str, str], tmp_path: Path, source: str) -> None:
    (tmp_path / "data").mkdir()
    live = data(tmp_path / "data" / f"{name}.npz")
    sources = [source, str(live)]
    plan = planned(tmp_path / "out", sources, _asked(layers=[_STRATEGY, {"space": SETTINGS["space"]}], budget=100.0))
    materials = {one.name: open_material(text, {}) for one, text in zip(plan.subjects, sources, strict=True)}
    assert repeated(plan, materials) == left_out
