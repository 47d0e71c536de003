"""What a deployment does, as a record of a tracker: the last training, the test, the model folder."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, final

from vilfredo.bundle.folder import is_model
from vilfredo.bundle.record import read_record
from vilfredo.deploy.events import EpochEnds, Event, FinalBegins
from vilfredo.deploy.work import Work
from vilfredo.deploy.writing import CARD, METRICS
from vilfredo.trackers.searching import curve_values, finite
from vilfredo.trackers.tracker import Closing, Fact, Status, Tracker
from vilfredo.trials import SCORES, Epoch

_LOSS = "epoch/training_loss"


@final
class TrackedDeployment:
    """Tells a tracker of one deployment: while it trains, and then of what came out."""

    def __init__(self, run: Path, model: Path, tracker: Tracker) -> None:
        """Look at what the tracker has of it already."""
        self._model, self.tracker = model, tracker
        self._record = f"deploy-{Work.of(run, model).folder.name}"
        self._before = tracker.last_step(self._record, _LOSS)
        self._finished = self._record in tracker.finished()
        self._began = False
        self._told: set[int] = set()

    def tell(self, event: Event) -> None:
        """Log what happened."""
        if isinstance(event, FinalBegins):
            network = event.proposal
            self._begin(network.architecture, network.network, event.samples, event.parameters, going_on=event.done > 0)
        elif isinstance(event, EpochEnds) and event.final:
            self._log([event.epoch])

    def end(self, status: Status) -> None:
        """Close the record; of a model that is there, with all that is known of it."""
        if status == "finished" and is_model(self._model):
            if self._began or not self._finished:
                self._close()
        elif self._began:
            self.tracker.end(self._record, Closing(status))

    def _close(self) -> None:
        metrics = json.loads((self._model / METRICS).read_bytes())
        curve = [Epoch.model_validate(epoch) for epoch in metrics["curves"]["final"]]
        record = read_record(self._model)
        if not self._began or {epoch.epoch for epoch in curve} - self._told:
            # A part of it was trained while nobody was told, or all of it.
            network, samples = record.origin.get("network", {}), record.origin.get("training_samples", 0)
            self._begin(record.architecture, network, samples, int(record.objectives["parameters"]))
            self._log(curve)
        tested = metrics["test"] or {}
        values = {f"test/{name}": tested[name] for name in (*SCORES, "brier", "calibration_error") if name in tested}
        values |= {f"model/{name}": value for name, value in record.objectives.items() if not name.startswith("test_")}
        files = sorted(path for path in self._model.iterdir() if path.is_file())
        text = (self._model / CARD).read_text(encoding="utf-8")
        self.tracker.end(self._record, Closing("finished", finite(values), text, files))

    def _begin(
        self, architecture: str, network: Mapping[str, Any], samples: int, parameters: int, *, going_on: bool = False
    ) -> None:
        facts: dict[str, Fact] = {"architecture": architecture, "samples": samples, "parameters": parameters}
        facts |= {str(name): value for name, value in network.items()}
        goes_on = going_on and not self._finished and not self._began
        if not goes_on:
            self.tracker.forget(self._record)
        self._told = set(range(1, self._before + 1)) if goes_on else set()
        self._began = True
        self.tracker.begin(self._record, facts)

    def _log(self, epochs: list[Epoch]) -> None:
        new = {epoch.epoch: curve_values(epoch) for epoch in epochs if epoch.epoch not in self._told}
        self._told |= set(new)
        if new and self._began:
            self.tracker.log(self._record, new)
