"""``vilfredo status``."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.command import refused, vilfredo
from tests.search import toy_search
from tests.search.toy_search import executor, result, settings

from vilfredo.cli.runs import machine_lines, quality_lines
from vilfredo.search.run_folder import create_run
from vilfredo.trials import Measurement, Proposal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


def _searched(folder: Path, measure: Callable[[Proposal], Measurement] = result) -> Path:
    toy_search.run(folder, settings(), execute=executor(measure))
    return folder


def test_the_status_of_a_finished_run(folder: Path) -> None:
    _searched(folder)
    found = vilfredo("status", folder, "--json").value
    assert (found["state"], found["step"], found["last_step"], found["waiting"]) == ("finished", 3, 3, 0)
    answer = vilfredo("status", folder)
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[0] == f"{folder}: finished: cells of 3 blocks are reached"
    assert "popnas-v3 on toy (8×8×1, 2 classes), seed 0, times flops, toy" in lines[1]
    assert f"step 3 of 3: {found['trained']} trained" in lines[2]
    assert f"best accuracy {found['best']['accuracy']:.4f}, front of {found['front_size']}" in lines[3]
    assert "predictors at 2 blocks: accuracy ρ" in lines[4]
    assert "predictors at 3 blocks: accuracy ρ" in lines[5]


def test_failures_are_told_as_they_are(folder: Path) -> None:
    def measure(proposal: Proposal) -> Measurement:
        bad = result(proposal, "failed" if proposal.id == 2 else "infeasible" if proposal.id == 3 else "complete")
        return bad.model_copy(update={"reason": "out of [/memory]"}) if bad.outcome != "complete" else bad

    found = vilfredo("status", _searched(folder, measure), "--json").value
    assert (found["failed"], found["infeasible"]) == (1, 1)
    assert [(row["id"], row["outcome"]) for row in found["failures"]] == [(2, "failed"), (3, "infeasible")]
    out = vilfredo("status", folder).out
    for row in found["failures"]:
        assert f"{row['outcome']}: out of [/memory]  {row['architecture']}" in out


def test_nothing_trained_yet(folder: Path) -> None:
    create_run(folder, {**toy_search.DESCRIPTION, "settings": settings().to_table()})
    assert vilfredo("status", folder, "--json").value["best"] is None
    assert "not begun: 0 trained, 0 s spent" in vilfredo("status", folder).out


def test_a_stopped_run_says_what_waits(folder: Path) -> None:
    seen: list[int] = []

    def measure(proposal: Proposal) -> Measurement:
        seen.append(proposal.id)
        return result(proposal)

    toy_search.run(folder, settings(), execute=executor(measure), interrupted=lambda: len(seen) == 3)
    found = vilfredo("status", folder, "--json").value
    assert (found["state"], found["trained"], found["waiting"]) == ("stopped", 3, 1)
    assert "step 1 of 3: 3 trained, 1 waiting" in vilfredo("status", folder).out


def test_quality_where_there_is_none() -> None:
    quality = {
        "accuracy": {"mape": None, "spearman": None, "count": 1},
        "training_time": {"mape": 12.34, "spearman": -0.5, "count": 9},
    }
    steps = [{"step": 1, "proposed": 3, "quality": {}}, {"step": 2, "proposed": 9, "quality": quality}]
    line = "predictors at 2 blocks: accuracy ρ – (MAPE – %), time ρ -0.50 (MAPE 12.3 %), 9 networks"
    assert quality_lines({"steps": steps}) == [line]


@pytest.mark.parametrize("command", ["status", "front"])
def test_what_is_no_run_is_refused(command: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text(json.dumps({}))
    assert "there is no folder" in refused(vilfredo(command, tmp_path / "nowhere"))
    assert "is not a run" in refused(vilfredo(command, tmp_path, "--json"))
    assert "is not a run" in refused(vilfredo(command, file))
    assert "Usage:" in refused(vilfredo(command))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_the_machine_did_is_told() -> None:
    quiet = {
        "median_contention": 1.0,
        "largest_contention": 1.1,
        "median_drift": 1.0,
        "largest_drift": 1.02,
        "disturbed": 0,
    }
    found = {"timing": quiet, "trained": 9, "largest_memory": 3 * 2**28, "worker_deaths": 0}
    assert machine_lines(found) == [
        "timing: contention ×1.00, device drift ×1.00 (largest ×1.10 and ×1.02)",
        "memory of one training: at most 0.75 GiB",
    ]
    disturbed = {**found, "timing": {**quiet, "disturbed": 2}, "largest_memory": None, "worker_deaths": 3}
    told = " ".join(machine_lines(disturbed))
    assert "2 of 9 times were taken while others used the machine" in told
    assert "worker processes died 3 times" in told
    assert machine_lines({"timing": None, "largest_memory": None, "worker_deaths": 0}) == []
