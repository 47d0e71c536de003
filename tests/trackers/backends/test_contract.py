"""Whatever tracker is found keeps what it is told, over a kill and over sessions."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from vilfredo.trackers.tracker import SEARCH, Closing, Tracker, trackers

Curve = Callable[[Path, str, str], list[tuple[int, float]]]


def _lines(folder: Path, record: str, curve: str) -> list[tuple[int, float]]:
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    own = [line for line in lines if line["record"] == record]
    found = [
        (line["step"], line["values"][curve]) for line in own if line["event"] == "log" and curve in line["values"]
    ]
    return found + [(0, line["values"][curve]) for line in own if line["event"] == "end" and curve in line["values"]]


def _events(folder: Path, record: str, curve: str) -> list[tuple[int, float]]:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    read = EventAccumulator(str(folder / record), size_guidance={"scalars": 0}).Reload()
    return [(p.step, p.value) for p in read.Scalars(curve)] if curve in read.Tags()["scalars"] else []


def _metrics(folder: Path, record: str, curve: str) -> list[tuple[int, float]]:
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=f"sqlite:///{folder / 'mlflow.db'}")
    (search,) = json.loads((folder / "runs.json").read_text()).values()
    number = search
    if record != SEARCH:
        experiment = client.get_run(search).info.experiment_id
        (number,) = (
            run.info.run_id
            for run in client.search_runs([experiment], f"tags.`mlflow.parentRunId` = '{search}'")
            if run.data.tags["vilfredo.record"] == record
        )
    return sorted((one.step, one.value) for one in client.get_metric_history(number, curve))


_READ: dict[str, Curve] = {"jsonl": _lines, "tensorboard": _events, "mlflow": _metrics}


@pytest.fixture(params=sorted(trackers()))
def kind(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    mlflow_database: Callable[[Path], None],
) -> type[Tracker]:
    found = trackers()[request.param]
    if found.missing():
        pytest.skip(f"{found.name} needs {found.missing()}")
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME"):
        monkeypatch.delenv(name, raising=False)
    if found.name == "mlflow":
        mlflow_database(tmp_path / "kept" / "mlflow.db")
    return found


def _curve(kind: type[Tracker], folder: Path, record: str, curve: str) -> list[tuple[int, float]]:
    return _READ[kind.name](folder, record, curve)


def test_a_record_is_kept(kind: type[Tracker], tmp_path: Path) -> None:
    model = tmp_path / "model.json"
    model.write_text("{}")
    folder = tmp_path / "kept"
    tracker = kind.open(folder, "digits")
    assert tracker.finished() == frozenset()
    assert tracker.last_step(SEARCH, "progress/best") == -1
    tracker.begin(SEARCH, {"seed": 3, "name": "x | `y` <b>", "share": 0.5, "on": True})
    tracker.log(SEARCH, {1: {"progress/best": 0.25, "other": 1.0}, 2: {"progress/best": 0.5}})
    tracker.begin("network-0001", {"architecture": "[(-1, '3x3 conv', -1, 'identity')]", "step": 1})
    tracker.log("network-0001", {1: {"epoch/training_loss": 2.0}})
    tracker.end("network-0001", Closing("finished", {"result/accuracy": 0.75}, "| a |\n|---|\n| 1 |", (model,)))
    tracker.end(SEARCH, Closing("finished", {}, "# The front"))
    tracker.close()
    assert _curve(kind, folder, SEARCH, "progress/best") == [(1, 0.25), (2, 0.5)]
    assert _curve(kind, folder, "network-0001", "epoch/training_loss") == [(1, 2.0)]
    assert _curve(kind, folder, "network-0001", "result/accuracy") == [(0, 0.75)]
    assert str(folder) in kind.look(folder)


def test_another_session_goes_on(kind: type[Tracker], tmp_path: Path) -> None:
    first = kind.open(tmp_path / "kept", "digits")
    first.begin(SEARCH, {"seed": 3})
    first.log(SEARCH, {1: {"progress/best": 0.25}})
    first.begin("network-0001", {"step": 1})
    first.end("network-0001", Closing("failed", {}, "failed: the loss is NaN"))
    first.begin("deploy-model", {"samples": 9})
    first.log("deploy-model", {1: {"epoch/training_loss": 2.0}})
    first.end("deploy-model", Closing("stopped"))
    # It is not closed: it was killed.
    second = kind.open(tmp_path / "kept", "digits")
    assert second.finished() == {"network-0001"}
    assert second.last_step(SEARCH, "progress/best") == 1
    assert second.last_step("deploy-model", "epoch/training_loss") == 1
    assert second.last_step("deploy-model", "progress/best") == -1
    second.begin(SEARCH, {"seed": 3, "more": "later"})
    second.log(SEARCH, {2: {"progress/best": 0.5}})
    second.begin("deploy-model", {"samples": 9})
    second.log("deploy-model", {2: {"epoch/training_loss": 1.0}})
    second.end("deploy-model", Closing("finished"))
    second.end(SEARCH, Closing("finished"))
    second.close()
    assert _curve(kind, tmp_path / "kept", SEARCH, "progress/best") == [(1, 0.25), (2, 0.5)]
    assert _curve(kind, tmp_path / "kept", "deploy-model", "epoch/training_loss") == [(1, 2.0), (2, 1.0)]
    third = kind.open(tmp_path / "kept", "digits")
    assert third.finished() == {SEARCH, "network-0001", "deploy-model"}
    third.close()


def test_a_forgotten_record_begins_anew(kind: type[Tracker], tmp_path: Path) -> None:
    tracker = kind.open(tmp_path / "kept", "digits")
    tracker.begin(SEARCH, {})
    tracker.forget("network-0001")  # there is none
    tracker.begin("network-0001", {"step": 1})
    tracker.log("network-0001", {1: {"epoch/training_loss": 2.0}, 2: {"epoch/training_loss": 1.5}})
    tracker.forget("network-0001")
    tracker.begin("network-0001", {"step": 1})
    tracker.log("network-0001", {1: {"epoch/training_loss": 3.0}})
    tracker.end("network-0001", Closing("finished"))
    tracker.close()
    assert _curve(kind, tmp_path / "kept", "network-0001", "epoch/training_loss") == [(1, 3.0)]


def test_every_backend_can_be_read_back_here() -> None:
    assert set(trackers()) == set(_READ)
