"""An empty MLflow database, made once: making one takes seconds."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from vilfredo.trackers.backends.mlflow import MLflow


@pytest.fixture(scope="session")
def mlflow_database(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], None]:
    """Puts an empty database somewhere; does nothing where MLflow is not installed."""
    made = tmp_path_factory.mktemp("mlflow") / "mlflow.db"

    def put(place: Path) -> None:
        if MLflow.missing():
            return
        if not made.exists():
            from mlflow.tracking import MlflowClient

            MlflowClient(tracking_uri=f"sqlite:///{made}").search_experiments()
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(made, place)

    return put
