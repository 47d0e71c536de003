"""MLflow: the search is a run, each network and each deployment a run below it."""

import json
import os
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Self, final
from urllib.parse import urlsplit

from vilfredo.files import write_whole
from vilfredo.trackers.tracker import SEARCH, Closing, Fact, Points, Tracker

_DATABASE, _RUNS, _ARTIFACTS = "mlflow.db", "runs.json", "artifacts"
_RECORD, _PARENT, _NOTE = "vilfredo.record", "mlflow.parentRunId", "mlflow.note.content"
_EXPERIMENT, _KIND = "vilfredo", {"mlflow.experimentKind": "custom_model_development"}
"""Name of the experiment, and the tag by which its pages open with runs, not with chats of language models."""
_MOST_FACTS, _MOST_METRICS, _LONGEST = 100, 1000, 5000
"""What a server takes at a time, and how long a text may be."""
_STATUS = {"finished": "FINISHED", "stopped": "KILLED", "failed": "FAILED"}
_ENDED = ("FINISHED", "FAILED")
_QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",  # nothing is sent anywhere that nobody asked for
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",
}
"""Environment of MLflow, where the user's says nothing else."""


@final
class MLflow(Tracker):
    """Facts are parameters, curves and results metrics, files artifacts; a text is the run's description.

    It writes to ``MLFLOW_TRACKING_URI``, or else to a database in its folder, into the experiment
    ``MLFLOW_EXPERIMENT_NAME``, or else ``vilfredo``.
    """

    name: ClassVar[str] = "mlflow"

    def __init__(self, client: Any, experiment: str, search: str) -> None:
        self._client, self._experiment = client, experiment
        self._runs, self._ended = {SEARCH: search}, set[str]()
        if client.get_run(search).info.status in _ENDED:
            self._ended.add(SEARCH)
        for run in self._children():
            record = run.data.tags.get(_RECORD)
            if record:
                self._runs[record] = run.info.run_id
                self._ended |= {record} if run.info.status in _ENDED else set()

    @classmethod
    def missing(cls) -> str:
        """Name the packages; those of the database come with them."""
        found = all(find_spec(name) for name in ("mlflow", "sqlalchemy", "alembic"))
        return "" if found else "the package mlflow-skinny with sqlalchemy and alembic"

    @classmethod
    def look(cls, folder: Path) -> str:
        """Say where the server is, or how its pages are served, which takes the whole package."""
        address = _without_password(_address(folder))
        if address.startswith(("http:", "https:")):
            return address
        return f"mlflow ui --backend-store-uri {shlex.quote(address)}"

    @classmethod
    def open(cls, folder: Path, title: str) -> Self:
        """Find the run of before at this address, or make one."""
        for name, value in _QUIET.items():
            os.environ.setdefault(name, value)
        from mlflow.tracking import MlflowClient  # noqa: PLC0415 - optional, and slow to import

        folder.mkdir(parents=True, exist_ok=True)
        address = _address(folder)
        client = MlflowClient(tracking_uri=address)
        place = folder / _RUNS
        runs: dict[str, str] = json.loads(place.read_bytes()) if place.exists() else {}
        # A database in the folder is known by no address: the folder may be moved.
        key = _without_password(address) if os.environ.get("MLFLOW_TRACKING_URI") else _DATABASE
        if key in runs and _is_there(client, runs[key]):
            return cls(client, client.get_run(runs[key]).info.experiment_id, runs[key])
        experiment = _experiment(client, folder if key == _DATABASE else None)
        runs[key] = client.create_run(experiment, run_name=title).info.run_id
        write_whole(place, json.dumps(runs, indent=1).encode())
        return cls(client, experiment, runs[key])

    def finished(self) -> frozenset[str]:
        """Runs that ended, of those that the server has."""
        return frozenset(self._ended)

    def last_step(self, record: str, curve: str) -> int:
        """Ask for the metric's history."""
        if record not in self._runs or curve not in self._client.get_run(self._runs[record]).data.metrics:
            return -1
        return max(int(one.step) for one in self._client.get_metric_history(self._runs[record], curve))

    def begin(self, record: str, facts: Mapping[str, Fact]) -> None:
        """Make a run, or set it running again; parameters that it has are left."""
        from mlflow.entities import Param  # noqa: PLC0415 - optional

        known: Mapping[str, str] = {}
        if record in self._runs:
            self._client.update_run(self._runs[record], status="RUNNING")
            self._ended.discard(record)
            known = self._client.get_run(self._runs[record]).data.params
        else:
            tags = {_PARENT: self._runs[SEARCH], _RECORD: record}
            self._runs[record] = self._client.create_run(self._experiment, run_name=record, tags=tags).info.run_id
        number = self._runs[record]
        params = [Param(name, str(value)[:_LONGEST]) for name, value in facts.items() if name not in known]
        for part in _parts(params, _MOST_FACTS):
            self._client.log_batch(number, params=part)

    def forget(self, record: str) -> None:
        """Delete the run; the server keeps it in its bin."""
        number = self._runs.pop(record, None)
        self._ended.discard(record)
        if number is not None:
            self._client.delete_run(number)

    def log(self, record: str, points: Points) -> None:
        """Send the points, many at a time."""
        from mlflow.entities import Metric  # noqa: PLC0415 - optional

        now = int(1000 * time.time())
        metrics = [Metric(name, value, now, step) for step, v in points.items() for name, value in v.items()]
        for part in _parts(metrics, _MOST_METRICS):
            self._client.log_batch(self._runs[record], metrics=part)

    def end(self, record: str, closing: Closing) -> None:
        """Send what came out, the files too, and end the run."""
        number = self._runs[record]
        self.log(record, {0: closing.values})
        if closing.text:
            self._client.set_tag(number, _NOTE, closing.text[:_LONGEST])
        for path in closing.files:
            self._client.log_artifact(number, str(path))
        self._client.set_terminated(number, status=_STATUS[closing.status])
        self._ended |= {record} if closing.status != "stopped" else set()

    def close(self) -> None:
        """Nothing is open between calls."""

    def _children(self) -> Iterator[Any]:
        """The runs below that of the search, however many."""
        chosen, token = f"tags.`{_PARENT}` = '{self._runs[SEARCH]}'", None
        while True:
            page = self._client.search_runs([self._experiment], chosen, max_results=1000, page_token=token)
            yield from page
            token = page.token
            if not token:
                return


def _address(folder: Path) -> str:
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{(folder / _DATABASE).resolve()}"


def _without_password(address: str) -> str:
    """The address without who asks: run folders are passed on."""
    user, found, _ = urlsplit(address).netloc.rpartition("@")
    return address.replace(user + found, "", 1) if found else address


def _is_there(client: Any, number: str) -> bool:
    from mlflow.exceptions import MlflowException  # noqa: PLC0415 - optional

    try:
        return bool(client.get_run(number).info.lifecycle_stage == "active")
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return False
        raise


def _experiment(client: Any, folder: Path | None) -> str:
    """The experiment by name; made, with its files in the folder where the database is."""
    name = os.environ.get("MLFLOW_EXPERIMENT_NAME") or _EXPERIMENT
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    place = None if folder is None else (folder / _ARTIFACTS).resolve().as_uri()
    return str(client.create_experiment(name, artifact_location=place, tags=_KIND))


def _parts(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
