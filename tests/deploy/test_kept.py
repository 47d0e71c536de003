"""What is read of deployments, as far as they have come, and where files are damaged or strange."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vilfredo.bundle.report import report
from vilfredo.deploy.final import TRAINING, FinalTraining
from vilfredo.deploy.kept import Kept, deployments_of
from vilfredo.deploy.plan import Plan, Round
from vilfredo.deploy.work import Work
from vilfredo.deploy.writing import METRICS, TEST
from vilfredo.trials import Measurement, Proposal

CELL = "[(-1, 'identity', -1, '3x3 conv')]"
TIMED = {"batch": 8, "seconds": 0.001, "samples_per_second": 8000.0, "iqr": 0.1}
EXPORTED = {"file": "model.onnx", "bytes": 9000, "largest_difference": 1e-7}
METRICS_OF_A_MODEL: dict[str, Any] = {"latency": {"PyTorch": [TIMED]}, "exports": [EXPORTED], "test": None}


def candidate(number: int) -> Proposal:
    return Proposal(id=number, architecture=CELL, step=1, network={"filters": 8 * (number + 1)})


def measured(number: int, accuracy: float) -> Measurement:
    objectives = {"accuracy": accuracy, "nll": 1.0, "flops": 2.0}
    return Measurement(proposal=number, architecture=CELL, outcome="complete", objectives=objectives)


def planned(run: Path, target: Path, numbers: Sequence[int] = (0, 1)) -> Work:
    """Plan a deployment of two networks and two rounds."""
    candidates = tuple(map(candidate, numbers))
    rounds = (Round(networks=2, epochs=1), Round(networks=1, epochs=2))
    work = Work.of(run, target)
    work.keep_plan(Plan(rounds=rounds, candidates=candidates, final_epochs=(4, 4), notes=(), seconds=None, asked={}))
    return work


def trained(work: Work) -> None:
    """Keep a last training and its test."""
    final = FinalTraining(
        candidate=candidate(1), measurement=None, exit=0, networks={}, preprocessing={}, curve=(), samples=30
    )
    work.keep(TRAINING, final)
    work.keep(TEST, report(np.eye(3), np.array([0, 2, 2]), ["a", "b", "c"]))


def model(folder: Path, metrics: object = METRICS_OF_A_MODEL) -> None:
    """Make what looks like a model."""
    folder.mkdir()
    (folder / "model.json").write_text("{}")
    (folder / METRICS).write_text(json.dumps(metrics))


def _one(run: Path) -> Kept:
    (found,) = deployments_of(run, "accuracy")
    return found


def test_where_nothing_was_deployed_there_is_nothing(tmp_path: Path) -> None:
    assert deployments_of(tmp_path, "accuracy") == []


def test_a_deployment_is_read_as_it_grows(tmp_path: Path) -> None:
    work = planned(tmp_path, tmp_path / "model")
    assert (_one(tmp_path).name, list(_one(tmp_path).ranking)) == ("model", [])
    for number, accuracy in ((0, 0.5), (1, 0.75)):
        work.keep_measurement(measured(number, accuracy))
    assert [m.proposal for m in _one(tmp_path).ranking] == [1, 0]
    work.keep_measurement(measured(3, 0.8))
    found = _one(tmp_path)
    assert [m.proposal for m in found.ranking] == [3]
    assert found.candidate_of(found.ranking[0]) == candidate(1)
    assert (found.training, found.tested, found.model) == (None, None, None)
    trained(work)
    model(tmp_path / "model")
    found = _one(tmp_path)
    assert found.training is not None
    assert found.tested is not None
    assert found.model == tmp_path / "model"
    assert found.metrics.latency["PyTorch"][0].batch == 8
    assert found.metrics.exports[0].file == "model.onnx"


def test_a_model_elsewhere_is_not_taken_for_one_in_the_run(tmp_path: Path) -> None:
    run, place = tmp_path / "run", tmp_path / "model"
    run.mkdir()
    trained(planned(run, place))
    model(place)
    model(run / "model")
    assert _one(run).name.startswith("model-")
    assert _one(run).model is None


@pytest.mark.parametrize(
    "metrics",
    [
        [],
        None,
        {"latency": []},
        {"latency": {"x": [None]}},
        {"latency": {"x": [{"batch": 1}]}},
        {"latency": {"x": [{**TIMED, "seconds": "<b>"}]}},
        {"latency": {"x": [{**TIMED, "batch": 10**400}]}},
        {"exports": [{**EXPORTED, "bytes": None}]},
        {"exports": [{**EXPORTED, "largest_difference": float("nan")}]},
    ],
)
def test_strange_metrics_are_left_out(tmp_path: Path, metrics: object) -> None:
    planned(tmp_path, tmp_path / "model")
    model(tmp_path / "model", metrics)
    found = _one(tmp_path)
    assert found.model is not None
    assert (found.damage, found.metrics.latency, found.metrics.exports) == ("", {}, ())


def test_a_plan_without_networks_is_none_to_go_by(tmp_path: Path) -> None:
    work = planned(tmp_path, tmp_path / "model", ())
    work.keep_measurement(measured(0, 0.5))
    found = _one(tmp_path)
    assert found.candidate_of(found.ranking[0]) is None


def test_damage_is_told_and_takes_no_other_deployment_with_it(tmp_path: Path) -> None:
    work = planned(tmp_path, tmp_path / "broken")
    (work.folder / "plan.json").write_text('{"rounds": 3}')
    planned(tmp_path, tmp_path / "model")
    broken, fine = deployments_of(tmp_path, "accuracy")
    assert "plan.json' is damaged" in broken.damage
    assert (fine.name, fine.damage) == ("model", "")
