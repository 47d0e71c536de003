"""What a search does, as the records of a tracker: itself, and each network that it trained."""

import math
from bisect import insort
from collections.abc import Mapping
from pathlib import Path
from typing import final

from vilfredo.search.events import CandidateEnds, EpochEnds, Event, StepBegins
from vilfredo.search.front import measured_front
from vilfredo.search.quality import prediction_quality
from vilfredo.search.run_folder import reading
from vilfredo.search.summary import score_of
from vilfredo.trackers.facts import front_table, search_facts
from vilfredo.trackers.tracker import SEARCH, Closing, Fact, Points, Status, Tracker
from vilfredo.trials import Epoch, Measurement, Proposal

_FRONT, _JUDGED = "progress/front_size", "predictors/networks"
"""Curves that have a point wherever there is one."""


@final
class TrackedSearch:
    """Brings a tracker up to what a run folder holds, and then along with what happens."""

    def __init__(self, folder: Path, tracker: Tracker) -> None:
        """Look at what the tracker has of the run already."""
        with reading(folder) as (description, _):
            self._score, self._facts = score_of(description), search_facts(description)
        self._folder, self.tracker = folder, tracker
        self._finished = tracker.finished()
        self._last = tracker.last_step(SEARCH, _FRONT)
        self._judged = tracker.last_step(SEARCH, _JUDGED)
        self._proposals: dict[int, Proposal] = {}
        self._measured: dict[int, Measurement] = {}
        self._front: list[Measurement] = []
        self._epochs: dict[int, set[int]] = {}  # told of networks in training
        self._begun = False

    def tell(self, event: Event) -> None:
        """Log what happened."""
        if isinstance(event, StepBegins):
            self.catch_up()
        elif isinstance(event, EpochEnds):
            self._epoch(event.proposal, event.epoch)
        elif isinstance(event, CandidateEnds):
            self._add(event.measurement)

    def catch_up(self) -> None:
        """Log all that the run folder holds and the tracker doesn't, in the order in which it was measured."""
        with reading(self._folder) as (_, store):
            proposals, measurements = store.proposals(), store.measurements()
            order = list(store.seconds_until())
        self._proposals = {proposal.id: proposal for proposal in proposals}
        known = {measurement.proposal: measurement for measurement in measurements}
        for number in order:
            if number in known:
                self._add(known[number])

    def end(self, status: Status) -> None:
        """Log what is left, and close."""
        self.catch_up()
        for number in self._epochs:  # was in training when the search was stopped
            self.tracker.end(record_of(number), Closing("stopped"))
        self._epochs.clear()
        if self._begun or SEARCH not in self._finished:
            self._log({})
            self.tracker.end(SEARCH, Closing(status, {}, front_table(self._front, self._score)))
            self._begun = False

    def _log(self, points: Points) -> None:
        """Log something of the search as a whole."""
        if not self._begun:
            self.tracker.begin(SEARCH, self._facts)
            self._begun = True
        if points:
            self.tracker.log(SEARCH, points)

    def _epoch(self, proposal: Proposal, epoch: Epoch) -> None:
        if proposal.id in self._measured:
            return
        # An epoch that comes twice is of another attempt: the worker process of the one before has died.
        if epoch.epoch in self._epochs.get(proposal.id, {epoch.epoch}):
            self._begin(proposal)
        self._epochs[proposal.id].add(epoch.epoch)
        self.tracker.log(record_of(proposal.id), {epoch.epoch: curve_values(epoch)})

    def _begin(self, proposal: Proposal) -> None:
        """Begin the record of a network, anew where a search was killed while it trained."""
        self._epochs[proposal.id] = set()
        self.tracker.forget(record_of(proposal.id))
        facts: dict[str, Fact] = {"network": proposal.id, "architecture": proposal.architecture}
        self.tracker.begin(record_of(proposal.id), facts | {"step": proposal.step, "origin": proposal.origin})

    def _add(self, measurement: Measurement) -> None:
        if measurement.proposal in self._measured:
            return
        self._measured[measurement.proposal] = measurement
        if record_of(measurement.proposal) not in self._finished:
            self._close(measurement)
        # Of the front and one more the front is that of all.
        insort(self._front, measurement, key=lambda known: known.proposal)
        self._front = measured_front(self._front, (self._score, "training_time"))
        if len(self._measured) > self._last:
            self._log({len(self._measured): self._standing()})
        self._judge(self._proposals[measurement.proposal].step)

    def _close(self, measurement: Measurement) -> None:
        """Log what is not yet known of a network, and close its record."""
        proposal, record = self._proposals[measurement.proposal], record_of(measurement.proposal)
        if proposal.id not in self._epochs:
            self._begin(proposal)
        told = self._epochs.pop(proposal.id)
        points = {epoch.epoch: curve_values(epoch) for epoch in measurement.curve if epoch.epoch not in told}
        if points:
            self.tracker.log(record, points)
        values = {f"result/{name}": value for name, value in measurement.objectives.items()}
        values |= {f"predicted/{name}": value for name, value in proposal.predicted.items()}
        values["result/wall_time"] = measurement.wall_time
        failed = measurement.outcome != "complete"
        text = f"{measurement.outcome}: {measurement.reason}" if failed else ""
        self.tracker.end(record, Closing("failed" if failed else "finished", finite(values), text))

    def _standing(self) -> Mapping[str, float]:
        """Where the search stood after the last network."""
        failures = sum(m.outcome != "complete" for m in self._measured.values())
        values = {_FRONT: float(len(self._front)), "progress/failures": float(failures)}
        if self._front:
            # The front begins with the best score.
            values["progress/best"] = self._front[0].objectives[self._score]
        return finite(values)

    def _judge(self, step: int) -> None:
        """Once all of a step is measured, log how good its predictions were."""
        own = [proposal for proposal in self._proposals.values() if proposal.step == step]
        if step <= self._judged or any(proposal.id not in self._measured for proposal in own):
            return
        quality = prediction_quality(own, list(self._measured.values()), step)
        values = {
            f"predictors/{name}_{figure}": float(one[figure])
            for name, one in quality.items()
            for figure in ("spearman", "mape")
            if one[figure] is not None
        }
        if quality:
            self._judged = step
            compared = max(one["count"] for one in quality.values())
            self._log({step: finite(values | {_JUDGED: float(compared)})})


def record_of(number: int) -> str:
    """Name of the record of a network, by its number."""
    return f"network-{number:04d}"


def curve_values(epoch: Epoch) -> dict[str, float]:
    """Curves of a training, at one epoch."""
    values = {"training_loss": epoch.training_loss, "learning_rate": epoch.learning_rate}
    values |= {f"validation_{name}": value for name, value in epoch.scores.items()}
    return finite({f"epoch/{name}": value for name, value in values.items()})


def finite(values: Mapping[str, float]) -> dict[str, float]:
    """Leave out what no tracker can draw."""
    return {name: float(value) for name, value in values.items() if math.isfinite(value)}
