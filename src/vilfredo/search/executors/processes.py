"""Several candidates at a time, each in a worker process of its own; the data are shared between them."""

import math
import time
from collections import deque
from collections.abc import Iterator, Sequence
from multiprocessing.connection import wait
from typing import ClassVar, Self, final

import safetensors.torch

from vilfredo.errors import RunError
from vilfredo.search.evaluation import Evaluator, Measured, OnEpoch, StopCheck
from vilfredo.search.execution import Executor
from vilfredo.search.workers.handle import Worker
from vilfredo.search.workers.messages import Done, EpochEnded, Needs
from vilfredo.search.workers.shared_data import SharedData, share
from vilfredo.training.memory import available_memory, memory_shortage
from vilfredo.trials import Measurement, Proposal

_POLL = 0.1
"""Seconds between two looks at whether the search is to stop."""
_GRACE = 10.0
"""Seconds that a worker has beyond the time limit to say so itself."""
STALL = 600.0
"""Seconds without a training step after which a candidate is taken to hang."""
_ATTEMPTS = 2
"""How often a candidate is tried whose worker dies: perhaps it was not its fault."""
_STARTS = 2
"""How often in a row a worker may die before it is ready."""


@final
class Processes(Executor):
    """Persistent workers, longest-predicted candidates first.

    A worker that dies or hangs is replaced; its candidate is tried once more if the worker died, and is a failed
    measurement then. Where memory is short, a candidate waits until its neighbours have finished.
    """

    name: ClassVar[str] = "processes"
    parallel: ClassVar[bool] = True

    def __init__(self, evaluator: Evaluator, shared: SharedData, workers: int) -> None:
        self._evaluator = evaluator
        self._shared = shared
        self._count = workers
        self._deaths: dict[int, list[str]] = {}
        self._false_starts = 0
        self._workers: list[Worker] = []
        self._fill()

    @classmethod
    def start(cls, evaluator: Evaluator, workers: int) -> Self:
        """Start the workers; see `Executor.start`."""
        return cls(evaluator, evaluator.shared or share(evaluator.data), workers)

    def measure(self, proposals: Sequence[Proposal], should_stop: StopCheck, on_epoch: OnEpoch) -> Iterator[Measured]:
        """Measure `proposals`; see `Executor.measure`.

        Raises
        ------
        RunError
            When no worker can be started.
        """
        waiting = deque(longest_first(proposals))
        try:
            while not should_stop():
                self._fill()
                for worker in self._workers:
                    if waiting and worker.proposal is None:
                        worker.begin(waiting.popleft())
                if not self._busy():
                    return
                self._admit()
                for worker in self._heard():
                    yield from self._answer(worker, waiting, on_epoch)
                for worker in self._busy():
                    yield from self._check_time(worker)
        finally:
            for worker in self._busy():  # dropped in the middle
                self._drop(worker)

    def __exit__(self, *error: object) -> None:
        """End all workers, in the middle of a training too."""
        for worker in self._workers:
            worker.hang_up()
        for worker in self._workers:
            worker.close()

    def _busy(self) -> list[Worker]:
        return [worker for worker in self._workers if worker.proposal is not None]

    def _heard(self) -> list[Worker]:
        """Workers that have something to say, or have died; of those that are busy."""
        talking = wait([worker.connection for worker in self._busy()], _POLL)
        return [worker for worker in self._busy() if worker.connection in talking]

    def _answer(self, worker: Worker, waiting: deque[Proposal], on_epoch: OnEpoch) -> Iterator[Measured]:
        """Take one message."""
        proposal, message = worker.proposal, worker.receive()
        assert proposal is not None
        if worker.ready:
            self._false_starts = 0
        if message is None:
            yield from self._bury(worker, proposal, waiting)
        elif isinstance(message, EpochEnded):
            on_epoch(proposal, message.epoch)
        elif isinstance(message, Needs):
            worker.ask(message.size)
        elif isinstance(message, Done):
            worker.free()
            yield Measured(
                self._with_attempts(message.measurement),
                safetensors.torch.load(message.weights) if message.weights else {},
            )

    def _bury(self, worker: Worker, proposal: Proposal, waiting: deque[Proposal]) -> Iterator[Measured]:
        """Replace a worker that died; have its candidate tried again, or give it up."""
        ready, words = worker.ready, worker.last_words()
        if not ready:
            self._false_starts += 1
            if self._false_starts >= _STARTS * len(self._workers):
                raise RunError(
                    f"workers: worker processes die before they begin: {words}. "
                    "Try --executor local to search without them."
                )
        self._drop(worker)
        deaths = self._deaths.setdefault(proposal.id, [])
        if ready:
            deaths.append(words)
        if len(deaths) < _ATTEMPTS:
            waiting.appendleft(proposal)
            return
        failed = _failed(proposal, f"its worker process died {len(deaths)} times: {'; '.join(deaths)}")
        yield Measured(self._with_attempts(failed), {})

    def _check_time(self, worker: Worker) -> Iterator[Measured]:
        """Give up a candidate whose worker hangs."""
        now, proposal = time.monotonic(), worker.proposal
        assert proposal is not None
        limit = self._evaluator.settings.training.time_limit or math.inf
        if worker.waits:
            return
        if worker.ready and now - worker.began > limit + _GRACE:
            reason = f"time limit of {limit:g} s reached; its worker process hung and was killed"
        elif now - worker.heard > STALL:
            reason = f"no sign of life for {STALL:g} s; its worker process was killed"
        else:
            return
        self._drop(worker)
        yield Measured(self._with_attempts(_failed(proposal, reason)), {})

    def _drop(self, worker: Worker) -> None:
        worker.kill()
        self._workers.remove(worker)

    def _fill(self) -> None:
        """Start workers in the places of those that were dropped."""
        while len(self._workers) < self._count:
            self._workers.append(Worker(self._evaluator, self._shared))

    def _admit(self) -> None:
        """Let candidates train that wait for memory; one that is alone is let through, to find out for itself."""
        for worker in self._busy():
            if worker.waits and self._fits(worker):
                worker.grant()

    def _fits(self, worker: Worker) -> bool:
        others = [other for other in self._busy() if other is not worker and other.needs is not None]
        if all(other.waits for other in others):
            return True
        available = available_memory(self._evaluator.data.device)
        reserved = sum(other.reserved for other in others)
        return not memory_shortage((worker.needs or 0) + reserved, available)

    def _with_attempts(self, measurement: Measurement) -> Measurement:
        """Note why the candidate had to be tried again."""
        deaths = self._deaths.get(measurement.proposal)
        if not deaths:
            return measurement
        return measurement.model_copy(update={"details": {**measurement.details, "worker_deaths": deaths}})


def longest_first(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Sort by predicted training time, so that no long training is left to the end; those without one come first."""
    return sorted(proposals, key=lambda proposal: -proposal.predicted.get("training_time", math.inf))


def _failed(proposal: Proposal, reason: str) -> Measurement:
    return Measurement(proposal=proposal.id, architecture=proposal.architecture, outcome="failed", reason=reason)
