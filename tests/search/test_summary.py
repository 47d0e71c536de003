"""What a run amounts to."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.search.toy_search import executor, result, run, settings

from vilfredo.errors import RunError
from vilfredo.search.front import measured_front
from vilfredo.search.run_folder import WEIGHTS, reading, writing
from vilfredo.search.summary import CONTENTION, DRIFT, front_of, is_disturbed, status_of
from vilfredo.trials import Measurement, Proposal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    run(folder, settings(), execute=executor(_two_fail))
    return folder


def _two_fail(proposal: Proposal) -> Measurement:
    measured = result(proposal, {2: "failed", 5: "infeasible"}.get(proposal.id, "complete"))  # type: ignore[arg-type]
    details = {"step": {"contention": 1.0 + proposal.id}, "drift": 1.5}
    return measured.model_copy(update={"details": details}) if proposal.id in (3, 4) else measured


def _table(folder: Path) -> tuple[list[Proposal], list[Measurement]]:
    with reading(folder) as (_, store):
        return store.proposals(), store.measurements()


def test_front_lists_the_measured_front_with_its_weights(folder: Path) -> None:
    proposals, measurements = _table(folder)
    found = front_of(folder)
    assert found["run"] == str(folder)
    assert found["objectives"] == ["accuracy", "training_time"]
    expected = measured_front(measurements)
    assert [row["id"] for row in found["front"]] == [member.proposal for member in expected]
    for row, member in zip(found["front"], expected, strict=True):
        assert row["architecture"] == member.architecture
        assert {name: row[name] for name in member.objectives} == member.objectives
        assert row["step"] == proposals[member.proposal].step
        assert row["origin"] == proposals[member.proposal].origin
        assert Path(row["weights"]).is_file()


def test_front_of_other_objectives(folder: Path) -> None:
    [row] = front_of(folder, ["accuracy", "parameters"])["front"]  # all have as many parameters
    assert row["accuracy"] == max(m.objectives.get("accuracy", 0) for m in _table(folder)[1])


def test_weights_that_are_gone_are_not_promised(folder: Path) -> None:
    for file in (folder / WEIGHTS).iterdir():
        file.unlink()
    assert all(row["weights"] is None for row in front_of(folder)["front"])


def test_status_counts(folder: Path) -> None:
    proposals, measurements = _table(folder)
    found = status_of(folder)
    assert found["state"] == "finished"
    assert "3 blocks" in found["reason"]
    assert found["running_in"] is None
    assert found["data"] == {"name": "toy", "source": "toy", "input_shape": [1, 8, 8], "classes": 2, "task": "image"}
    assert (found["strategy"], found["seed"], found["time_source"]) == ("popnas-v3", 0, "flops")
    assert (found["step"], found["last_step"], found["waiting"]) == (3, 3, 0)
    assert (found["trained"], found["infeasible"], found["failed"]) == (len(proposals) - 2, 1, 1)
    assert [(f["id"], f["outcome"], f["reason"]) for f in found["failures"]] == [
        (2, "failed", "as ordered"),
        (5, "infeasible", "as ordered"),
    ]
    front = measured_front(measurements)
    assert found["front_size"] == len(front)
    assert found["best"]["id"] == front[0].proposal
    assert found["timing"] == {
        "median_contention": 4.5,
        "largest_contention": 5.0,
        "median_drift": 1.5,
        "largest_drift": 1.5,
        "disturbed": 2,
    }
    assert found["isomorphs_spared"] == sum(step["notes"].get("isomorphs_spared", 0) for step in found["steps"]) > 0


def test_status_of_each_step(folder: Path) -> None:
    proposals, _ = _table(folder)
    steps: list[dict[str, Any]] = status_of(folder)["steps"]
    assert [step["step"] for step in steps] == [0, 1, 2, 3]
    for step in steps:
        own = [proposal for proposal in proposals if proposal.step == step["step"]]
        assert step["proposed"] == step["measured"] == len(own)
        assert step["exploration"] == sum(proposal.origin == "exploration" for proposal in own)
    assert steps[2]["quality"].keys() == {"accuracy", "training_time"}


def test_both_are_plain_json(folder: Path) -> None:
    for found in (status_of(folder), front_of(folder)):
        assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_a_run_that_has_not_begun(tmp_path: Path) -> None:
    run(tmp_path / "run", settings(), interrupted=lambda: True)
    found = status_of(tmp_path / "run")
    assert (found["state"], found["step"], found["best"], found["timing"]) == ("stopped", None, None, None)
    assert (found["front_size"], found["seconds_spent"], found["steps"]) == (0, 0, [])
    assert front_of(tmp_path / "run")["front"] == []


def test_a_run_in_use_is_running(folder: Path) -> None:
    with writing(folder):
        found = status_of(folder)
    assert found["state"] == "running"
    assert found["running_in"].startswith("process ")


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    for look in (front_of, status_of):
        with pytest.raises(RunError):
            look(tmp_path)


@pytest.mark.parametrize(
    ("details", "disturbed"),
    [
        ({}, False),
        ({"step": {"contention": CONTENTION}, "drift": 1 + DRIFT - 1e-9}, False),
        ({"step": {"contention": CONTENTION + 0.01}, "drift": 1.0}, True),
        ({"step": {"contention": 1.0}, "drift": 1 - DRIFT - 0.01}, True),
        ({"step": {"contention": CONTENTION + 0.01}}, True),
    ],
)
def test_times_are_disturbed_by_others_and_by_another_speed(details: dict[str, object], disturbed: bool) -> None:
    measurement = Measurement(proposal=0, architecture="[]", outcome="complete", details=details)
    assert is_disturbed(measurement) is disturbed
