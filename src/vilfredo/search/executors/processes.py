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
from vilfredo.search.workers.messages import Done, EpochEnded, Needs, Ready
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
_LOSSES = 3
"""How many candidates in a row may be lost to dying workers before the machine is to blame, not they."""


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
        self._alone: set[int] = set()
        """Candidates that are tried again, without neighbours."""
        self._false_starts = self._losses = 0
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
            When no worker can be started, or one candidate after the other is lost to dying workers.
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
            for worker in self._heard(0.0):  # what is finished is kept
                yield from self._answer(worker, waiting, on_epoch)
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

    def _heard(self, seconds: float = _POLL) -> list[Worker]:
        """Workers that have something to say, or have died; of those that are busy."""
        talking = wait([worker.connection for worker in self._busy()], seconds)
        return [worker for worker in self._busy() if worker.connection in talking]

    def _answer(self, worker: Worker, waiting: deque[Proposal], on_epoch: OnEpoch) -> Iterator[Measured]:
        """Take one message."""
        proposal, message = worker.proposal, worker.receive()
        assert proposal is not None
        if message is None:
            yield from self._bury(worker, proposal, waiting)
        elif isinstance(message, Ready):
            self._false_starts = 0
        elif isinstance(message, EpochEnded):
            worker.trained = message.epoch.epoch >= self._evaluator.settings.training.epochs
            on_epoch(proposal, message.epoch)
        elif isinstance(message, Needs):
            worker.ask(message.size)
        elif isinstance(message, Done):
            yield from self._finish(worker, proposal, message, waiting)

    def _finish(self, worker: Worker, proposal: Proposal, done: Done, waiting: deque[Proposal]) -> Iterator[Measured]:
        """Take a measurement; one that memory did not suffice for beside others is made again alone."""
        self._losses = 0
        again = done.measurement.outcome == "infeasible" and worker.crowded and proposal.id not in self._alone
        worker.free()
        if done.last:
            self._drop(worker)
        if again:
            self._alone.add(proposal.id)
            waiting.appendleft(proposal)
            return
        weights = safetensors.torch.load(done.weights) if done.weights else {}
        yield Measured(self._with_attempts(done.measurement), weights)

    def _bury(self, worker: Worker, proposal: Proposal, waiting: deque[Proposal]) -> Iterator[Measured]:
        """Replace a worker that died; have its candidate tried again, or give it up."""
        ready, words = worker.ready, worker.last_words()
        self._count_start(worker)
        self._drop(worker)
        deaths = self._deaths.setdefault(proposal.id, [])
        if ready:
            deaths.append(words)
            self._alone.add(proposal.id)  # what killed it may have been the memory that its neighbours took
        if len(deaths) < _ATTEMPTS:
            waiting.appendleft(proposal)
            return
        self._losses += 1
        if self._losses >= _LOSSES:
            raise RunError(
                f"workers: {self._losses} candidates in a row were lost because their worker processes died, the "
                f"last time of {words}. Something is wrong with this machine or its libraries; mend it, then --resume."
            )
        reason = f"its worker process died {len(deaths)} times: {'; '.join(deaths)}"
        failed = _failed(proposal, reason, time.monotonic() - worker.began)
        yield Measured(self._with_attempts(failed), {})

    def _count_start(self, worker: Worker) -> None:
        """Give up when workers die, one after the other, that have not even begun."""
        self._false_starts += not worker.ready
        if self._false_starts >= _STARTS * self._count:
            raise RunError(
                f"workers: worker processes die before they begin: {worker.last_words()}. "
                "Try --executor local to search without them."
            )

    def _check_time(self, worker: Worker) -> Iterator[Measured]:
        """Give up a candidate whose worker hangs."""
        now, proposal = time.monotonic(), worker.proposal
        assert proposal is not None
        limit = self._evaluator.settings.training.time_limit or math.inf
        if worker.waits:
            return
        # The limit is for the training alone.
        if worker.ready and not worker.trained and now - worker.began > limit + _GRACE:
            reason = f"time limit of {limit:g} s reached; its worker process hung and was killed"
        elif now - worker.heard > STALL:
            reason = f"no sign of life for {STALL:g} s; its worker process was killed"
        else:
            return
        self._drop(worker)
        yield Measured(self._with_attempts(_failed(proposal, reason, now - worker.began)), {})

    def _drop(self, worker: Worker) -> None:
        worker.kill()
        self._workers.remove(worker)

    def _fill(self) -> None:
        """Start workers in the places of those that were dropped or died while they had nothing to do.

        Raises
        ------
        RunError
            When the system refuses.
        """
        for worker in [worker for worker in self._workers if worker.proposal is None]:
            while worker.connection.poll():
                message = worker.receive()
                if isinstance(message, Ready):
                    self._false_starts = 0
                elif message is None:
                    self._count_start(worker)
                    self._drop(worker)
                    break
        while len(self._workers) < self._count:
            try:
                self._workers.append(Worker(self._evaluator, self._shared))
            except OSError as error:
                self.__exit__()
                raise RunError(
                    f"workers: no worker process can be started ({error.strerror}). "
                    "Ask for fewer by --workers, or for none by --executor local."
                ) from None

    def _admit(self) -> None:
        """Let candidates train that wait for memory; one that is alone is let through, to find out for itself."""
        for worker in self._busy():
            others = [other for other in self._busy() if other is not worker and other.training]
            if worker.waits and self._fits(worker, others):
                worker.grant()
                for crowded in (worker, *others) if others else ():
                    crowded.crowded = True

    def _fits(self, worker: Worker, others: Sequence[Worker]) -> bool:
        if not others:
            return True
        if any(one.proposal is not None and one.proposal.id in self._alone for one in (worker, *others)):
            return False
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


def _failed(proposal: Proposal, reason: str, seconds: float) -> Measurement:
    return Measurement(
        proposal=proposal.id,
        architecture=proposal.architecture,
        outcome="failed",
        reason=reason,
        wall_time=seconds,
    )
