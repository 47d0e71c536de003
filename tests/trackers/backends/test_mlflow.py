"""What MLflow has beyond the contract: runs below runs, servers, files."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from vilfredo.trackers.backends.mlflow import MLflow, _without_password
from vilfredo.trackers.tracker import SEARCH, Closing

needed = pytest.mark.skipif(bool(MLflow.missing()), reason=f"needs {MLflow.missing()}")


def test_passwords_are_not_kept() -> None:
    assert _without_password("https://me:secret@host:5000/x") == "https://host:5000/x"
    assert _without_password("sqlite:////tmp/a.db") == "sqlite:////tmp/a.db"


def test_servers_are_named_without_their_passwords(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "https://me:secret@host:5000")
    assert MLflow.look(tmp_path) == "https://host:5000"
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    assert MLflow.look(tmp_path / "a b").endswith("/a b/mlflow.db'")


@needed
def test_files_status_and_description(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mlflow_database: Callable[[Path], None]
) -> None:
    from mlflow.tracking import MlflowClient

    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.delenv("MLFLOW_EXPERIMENT_NAME", raising=False)
    mlflow_database(tmp_path / "mlflow" / "mlflow.db")
    card = tmp_path / "README.md"
    card.write_text("# A model")
    tracker = MLflow.open(tmp_path / "mlflow", "my run")
    tracker.begin(SEARCH, {f"setting.{number}": number for number in range(150)})
    tracker.begin("deploy-model", {"architecture": "x" * 9000})
    tracker.log("deploy-model", {epoch: {"epoch/training_loss": 1.0} for epoch in range(1200)})
    tracker.end("deploy-model", Closing("failed", {"test/accuracy": 0.5}, "# A model", (card,)))
    tracker.end(SEARCH, Closing("stopped"))
    client = MlflowClient(tracking_uri=f"sqlite:///{tmp_path / 'mlflow' / 'mlflow.db'}")
    (search,) = json.loads((tmp_path / "mlflow" / "runs.json").read_text()).values()
    parent = client.get_run(search)
    assert parent.info.run_name == "my run"
    assert parent.info.status == "KILLED"
    assert len(parent.data.params) == 150
    below = client.search_runs([parent.info.experiment_id], f"tags.`mlflow.parentRunId` = '{search}'")
    (child,) = below
    assert child.info.status == "FAILED"
    assert child.data.tags["mlflow.note.content"] == "# A model"
    assert len(client.get_metric_history(child.info.run_id, "epoch/training_loss")) == 1200
    assert [file.path for file in client.list_artifacts(child.info.run_id)] == ["README.md"]
    assert list((tmp_path / "mlflow" / "artifacts").rglob("README.md"))
    assert not Path("mlruns").exists()


@needed
def test_each_address_has_a_run_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mlflow_database: Callable[[Path], None]
) -> None:
    folder = tmp_path / "mlflow"
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "mine")
    mlflow_database(tmp_path / "a.db")
    mlflow_database(tmp_path / "b.db")
    numbers = []
    for name in ("a", "b", "a"):
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / name}.db")
        tracker = MLflow.open(folder, "my run")
        numbers.append(tracker._runs[SEARCH])
        assert tracker._client.get_experiment(tracker._experiment).name == "mine"
        assert os.environ["MLFLOW_TRACKING_URI"] in MLflow.look(folder)
    assert numbers[0] == numbers[2] != numbers[1]
    tracker._client.delete_run(numbers[0])
    assert MLflow.open(folder, "my run")._runs[SEARCH] not in numbers
