"""Networks trained again under other seeds."""

import json
import shutil
from pathlib import Path

import pytest
from tests.cli.command import refused, tiny_search, vilfredo

from vilfredo.errors import RunError
from vilfredo.predictors.seed_noise import seed_noise
from vilfredo.report.facts.forecasts import forecasts
from vilfredo.report.facts.resolution import seed_text
from vilfredo.report.view import RunView
from vilfredo.search.evaluation import Measured
from vilfredo.search.executors.local import Local
from vilfredo.search.retraining import NOISE, Retraining, by_network, retrain, retrainings, time_shift
from vilfredo.search.run_folder import reading
from vilfredo.trials import Measurement


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("retraining") / "run"
    assert tiny_search(folder).code == 0
    return folder


def _go_on() -> bool:
    return False


def test_each_is_kept_before_the_next_and_not_done_again(run: Path) -> None:
    told: list[tuple[int, int]] = []
    found = retrain(run, 3, 2, lambda: len(told) > 4, lambda done, of: told.append((done, of)))
    assert len(found) == 4 == len(retrainings(run))
    assert told == [(place, 6) for place in range(5)]
    told.clear()
    found = retrain(run, 3, 2, _go_on, lambda done, of: told.append((done, of)))
    assert told == [(4, 6), (5, 6)]
    assert retrainings(run) == found
    assert len({(one.proposal, one.seed) for one in found}) == 6
    assert len({one.proposal for one in found}) == 3
    told.clear()
    assert retrain(run, 3, 2, _go_on, lambda done, of: told.append((done, of))) == found
    assert not told


def test_they_are_other_trainings_of_the_better_networks(run: Path) -> None:
    found = retrain(run, 3, 2, _go_on, lambda _, __: None)
    with reading(run) as (description, store):
        first = {m.proposal: m.objectives for m in store.measurements() if m.outcome == "complete"}
    ranked = sorted((objectives["accuracy"] for objectives in first.values()), reverse=True)
    worst = ranked[max(3, (len(ranked) + 1) // 2) - 1]
    for one in found:
        assert one.seed > description["settings"]["seed"]
        assert first[one.proposal]["accuracy"] >= worst
        # Parameters are those of the same network, the score is that of another training.
        assert one.objectives["parameters"] == first[one.proposal]["parameters"]
    assert any(one.objectives["nll"] != first[one.proposal]["nll"] for one in found)
    losses = by_network(found, "nll")
    assert sorted(map(len, losses)) == [2, 2, 2]
    assert any(one != other for one, other in losses)


def test_the_report_uses_them(run: Path) -> None:
    retrain(run, 3, 2, _go_on, lambda _, __: None)
    view = RunView.of(run)
    if len(view.front) and forecasts(view):
        known = [one for one in forecasts(view) if len(one.networks) > 2 and len(set(one.measured.tolist())) > 1]
        assert all(one.ceiling is not None for one in known)
    assert "standard deviation" in seed_text(view)


def test_the_command(run: Path) -> None:
    found = vilfredo("noise", run, "--networks", "3", "--repeats", "2", "--json").value
    assert found["complete"]
    assert found["failed"] == 0
    expected = seed_noise(by_network(retrainings(run), "accuracy"))
    assert expected is not None
    assert found["noise"]["accuracy"]["deviation"] == expected.deviation
    assert found["noise"]["accuracy"]["networks"] == 3
    # Times are derived from FLOPs in this run: they do not scatter.
    assert found["noise"]["training_time"]["deviation"] == 0
    shown = vilfredo("noise", run, "--networks", "3", "--repeats", "2").out
    assert "3 networks, 6 trainings" in shown
    assert found["time_shift"] == 1


def test_a_machine_that_is_not_as_it_was_is_noticed(copy: Path) -> None:
    retrain(copy, 2, 2, _go_on, lambda done, of: None)
    kept = json.loads((copy / NOISE).read_text())
    for one in kept["trainings"]:
        one["objectives"]["training_time"] *= 1.25
    (copy / NOISE).write_text(json.dumps(kept))
    answer = vilfredo("noise", copy, "--networks", "2", "--repeats", "2")
    assert "the new times are 1.25 times those of the search" in answer.err


def test_without_times_on_both_sides_there_is_no_shift() -> None:
    first = Measurement(proposal=0, architecture="[]", outcome="complete", objectives={"training_time": 2.0})
    assert time_shift([Retraining(0, 1, {"training_time": 3.0})], [first]) == 1.5
    assert time_shift([Retraining(1, 1, {"training_time": 3.0}), Retraining(0, 2, {})], [first]) is None


@pytest.fixture
def copy(run: Path, tmp_path: Path) -> Path:
    shutil.copytree(run, tmp_path / "run")
    (tmp_path / "run" / NOISE).unlink(missing_ok=True)
    return tmp_path / "run"


def test_trainings_that_fail_are_counted(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = Measured(Measurement(proposal=0, architecture="[]", outcome="failed", objectives={"parameters": 3.0}), {})
    monkeypatch.setattr(Local, "measure", lambda *_: iter([failed]))
    found = vilfredo("noise", copy, "--networks", "2", "--repeats", "2", "--json")
    assert found.code == 0
    assert found.value["failed"] == 4
    assert found.value["noise"] == {"accuracy": None, "training_time": None}


def test_what_cannot_be_kept_is_said(copy: Path) -> None:
    (copy / f".{NOISE}.partial").mkdir()  # in the way of the file
    message = refused(vilfredo("noise", copy, "--networks", "1", "--repeats", "2"))
    assert "noise.json' cannot be written" in message


def test_a_damaged_file_is_refused_and_costs_the_report_nothing(run: Path, tmp_path: Path) -> None:
    former = (run / NOISE).read_text() if (run / NOISE).exists() else None
    try:
        for text in ("{", json.dumps({"format": 7, "trainings": []}), json.dumps({"format": 1, "trainings": [{}]})):
            (run / NOISE).write_text(text)
            with pytest.raises(RunError, match=r"noise\.json.*Delete it"):
                retrainings(run)
            assert "trained once" in seed_text(RunView.of(run))
    finally:
        (run / NOISE).unlink()
        if former is not None:
            (run / NOISE).write_text(former)
    assert retrainings(tmp_path) == ()


def test_replays_have_nothing_to_train_on(tmp_path: Path) -> None:
    assert vilfredo("search", "landscape:digits", "--run", tmp_path / "run", "--strategy", "random").code == 0
    assert "replays the recorded" in refused(vilfredo("noise", tmp_path / "run"))


def test_folders_that_are_no_runs_are_refused(tmp_path: Path) -> None:
    assert refused(vilfredo("noise", tmp_path))
    assert refused(vilfredo("noise", tmp_path / "nowhere"))
