"""The search loop: ask the strategy, measure, store, tell, until it is finished or time is up."""

import time
from bisect import insort
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, final

from vilfredo.search.evaluation import Measured, OnEpoch, StopCheck
from vilfredo.search.events import CandidateEnds, EpochEnds, Observe, Planning, StepBegins, Tally
from vilfredo.search.forecast import seconds_left, seconds_of_steps, trials_left
from vilfredo.search.front import best_scored, measured_front
from vilfredo.search.quality import prediction_quality
from vilfredo.search.settings import SearchSettings
from vilfredo.search.store import Store
from vilfredo.search.weights import keep_only, save_weights
from vilfredo.trials import Budget, Epoch, Finished, Measurement, Proposal, Value

Ending = Literal["finished", "budget", "interrupted"]
Execute = Callable[[Sequence[Proposal], StopCheck, OnEpoch], Iterator[Measured]]
"""Measures proposals, in any order, the next only when it is asked for; see `executors`."""


@final
@dataclass(slots=True)
class Search:
    """One session of a search: begins where the store ends, and leaves everything that it learns in the store."""

    settings: SearchSettings
    store: Store
    weights: Path
    """Folder of the front's weights."""
    execute: Execute
    workers: int
    """How many candidates `execute` measures at a time."""
    observe: Observe
    interrupted: StopCheck
    """Whether somebody wants the search to end now."""
    deadline: float | None
    """Value of `now` at which the search ends; None for no limit."""
    now: Callable[[], float] = time.monotonic
    """Seconds on the clock that the budget is counted on."""
    asking_seconds: float = field(init=False, default=0.0)
    """How long the strategy took over its last new step."""
    state: Value = field(init=False)
    measurements: list[Measurement] = field(init=False)

    def run(self) -> Ending:
        """Search until the strategy is finished, the deadline passes, or somebody interrupts."""
        session = self.store.begin_session()
        self._restore()
        strategy, problem = self.settings.strategy, self.settings.problem
        # Fitting predictors cannot be interrupted: no new step is begun that would be asked for past the deadline.
        while not self._stopped(self.asking_seconds if self._complete() else 0.0):
            steps = self.store.steps()
            last = steps[-1].step if steps else -1
            self._announce(last + 1)
            start = self.now()
            answer, state = strategy.ask(problem, self.state, self._budget(last))
            self.store.touch_session(session)
            if isinstance(answer, Finished):
                self.store.set_meta(finished=answer.reason)
                return "finished"
            if state != self.state:
                self.store.add_step(answer.proposals[0].step, state.model_dump_json(), answer)
                self.state, self.asking_seconds = state, self.now() - start
            self._measure(answer.proposals, session)
        return "interrupted" if self.interrupted() else "budget"

    def _restore(self) -> None:
        strategy, problem = self.settings.strategy, self.settings.problem
        steps, self.measurements = self.store.steps(), self.store.measurements()
        state = strategy.state_type.model_validate_json(steps[-1].state) if steps else None
        if state is None:
            state = strategy.start(problem, self.settings.seed)
        self.state = strategy.tell(problem, state, self.measurements)
        # A session that was killed may have left undone what follows its last measurement.
        keep_only(self.weights, self._front())
        if steps:
            self._close(steps[-1].step)

    def _close(self, step: int) -> None:
        """Once all of a step is measured, store how good its predictions were."""
        proposals, known = self.store.proposals(), {m.proposal for m in self.measurements}
        if all(proposal.id in known for proposal in proposals if proposal.step == step):
            self.store.set_quality(step, prediction_quality(proposals, self.measurements, step))

    def _stopped(self, ahead: float = 0.0) -> bool:
        return self.interrupted() or (self.deadline is not None and self.now() + ahead >= self.deadline)

    def _complete(self) -> bool:
        return len(self.measurements) == len(self.store.proposals())

    def _announce(self, step: int) -> None:
        """Say that surrogates will be fitted, if they will be: not while results are missing, nor at the end."""
        if self._complete() and step <= self.settings.problem.space.largest:
            self.observe(Planning(step))

    def _budget(self, step: int) -> Budget:
        # Derived times promise the same search whatever the clock says: the deadline may only cut it off.
        if self.deadline is None or self.settings.time_source == "flops":
            return Budget()
        seconds = max(0.0, self.deadline - self.now())
        return Budget(seconds=seconds, trials=trials_left(seconds, step, self.measurements, self.workers))

    def _measure(self, waiting: Sequence[Proposal], session: int) -> None:
        """Measure a step's proposals, each durable before the next begins."""
        strategy, problem = self.settings.strategy, self.settings.problem
        step = waiting[0].step
        left = {proposal.id: proposal for proposal in waiting}
        total = sum(proposal.step == step for proposal in self.store.proposals())
        notes = self.store.steps()[-1].notes
        self.observe(StepBegins(step, problem.space.largest, len(waiting), total, notes, problem.space.unit))
        for measured in self.execute(waiting, self._stopped, self._epoch_ended):
            measurement = measured.measurement
            # In order of proposal, whoever finishes first: so ties on the front are decided alike in every search.
            insort(self.measurements, measurement, key=lambda known: known.proposal)
            self._save_weights(measured)
            self.store.add_measurement(measurement)
            keep_only(self.weights, self._front())
            self.store.touch_session(session)
            self.state = strategy.tell(problem, self.state, [measurement])
            del left[measurement.proposal]
            self.observe(CandidateEnds(measurement, self._tally(step, list(left.values()), total)))
        self._close(step)

    def _epoch_ended(self, proposal: Proposal, epoch: Epoch) -> None:
        self.observe(EpochEnds(proposal, epoch, self.settings.training.epochs))

    def _front(self) -> set[int]:
        return {member.proposal for member in self._measured_front()}

    def _measured_front(self) -> list[Measurement]:
        return measured_front(self.measurements, (self.settings.training.score, "training_time"))

    def _save_weights(self, measured: Measured) -> None:
        """Called before the measurement is stored: stored without weights, it would stay without."""
        measurement = measured.measurement
        if self.settings.save_weights and measurement.proposal in self._front():
            facts = {"architecture": measurement.architecture}
            save_weights(self.weights, measurement.proposal, measured.weights, facts)

    def _tally(self, step: int, left: Sequence[Proposal], total: int) -> Tally:
        step_seconds = seconds_left(left, total, self.measurements, self.workers)
        plan = self.settings.strategy.plan(self.settings.problem)
        later = seconds_of_steps(plan, step, self.measurements, self.workers)
        return Tally(
            measured=len(self.measurements),
            failures=sum(m.outcome != "complete" for m in self.measurements),
            best=best_scored(self.measurements, self.settings.training.score),
            front=len(self._measured_front()),
            score=self.settings.training.score,
            step_seconds=step_seconds,
            search_seconds=None if step_seconds is None or later is None else step_seconds + later,
        )
