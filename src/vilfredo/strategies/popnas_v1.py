"""POPNAS v1: progressive search along a front of predicted accuracy and time, under a time limit (Lomurno et al. 2021).

Strategy and space are two things here. The paper's space of flat cells is that of the preset `paper-v1`; on any other
space the strategy works as well, so that it can be compared with others on theirs.
"""

from collections.abc import Sequence
from typing import ClassVar, final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from vilfredo import pareto
from vilfredo.predictors.lstm import Lstm
from vilfredo.predictors.protocol import Predictor
from vilfredo.predictors.sliding import SlidingBlocks
from vilfredo.predictors.sliding_linear import SlidingNnls
from vilfredo.strategies.predicted import predictions
from vilfredo.strategies.progress import Progress, awaited, proposed, told
from vilfredo.strategies.progressive import expansions, fair_share, open_question, planned_steps
from vilfredo.strategies.protocol import Problem, Strategy
from vilfredo.strategies.surrogates import PredictorChoice, forecast, operator_costs, predict
from vilfredo.trials import Budget, Evaluate, Finished, Measurement, Value


@final
class PopnasV1(Strategy[Progress]):
    """The procedure of section 3.2.

    Trains the empty cell, whose time is the initial thrust, and all cells of one block; then, size by size, expands
    those trained last by every block, predicts accuracy and time, cuts off what takes longer than the limit, and trains
    the front of the rest. There is no exploration: what the front neglects stays neglected.
    """

    name: ClassVar[str] = "popnas-v1"
    state_type: ClassVar[type[Value]] = Progress

    beam_size: int = Field(default=256, ge=1)
    """K: most cells of the front trained per size, those of highest predicted accuracy."""
    time_limit: float | None = Field(default=None, gt=0)
    """L: longest predicted training time of a candidate, in the unit of the time objective: seconds per epoch. Not
    set: none is too long."""
    controller: PredictorChoice = Lstm(members=1, first_learning_rate=0.002)
    """Predicts the score."""
    regressor: PredictorChoice = SlidingNnls()
    """Predicts the training time."""

    def plan(self, problem: Problem) -> tuple[int, ...]:
        """Return the sizes of the bootstrap's two steps and of full fronts."""
        return planned_steps(problem, self.beam_size)

    def start(self, problem: Problem, seed: int) -> Progress:
        """Return the state before the first question."""
        return Progress(seed=seed)

    def ask(self, problem: Problem, state: Progress, budget: Budget) -> tuple[Evaluate | Finished, Progress]:
        """Propose the empty cell, all cells of one block, then the front of each larger size."""
        if answer := open_question(problem, state):
            return answer
        # Its own regressors find the operators' costs themselves; others may be chosen that need to be told.
        costs = operator_costs(problem, state)
        candidates, notes = expansions(problem, state)
        time = predict(problem, state, candidates, "training_time", _sized(self.regressor, problem), costs)
        allowed = np.flatnonzero(time <= (np.inf if self.time_limit is None else self.time_limit))
        if not len(allowed):
            return Finished(reason=self._too_slow(problem, state, time)), state
        score = predict(problem, state, candidates[allowed], "score", self.controller)
        front = pareto.front(np.stack([-score, time[allowed]], axis=1))
        front = front[: fair_share(self.beam_size, problem, state, budget)]
        chosen = allowed[front]
        forecasts = [
            {**forecast(problem, float(one)), "training_time": float(taken)}
            for one, taken in zip(score[front], time[chosen], strict=True)
        ]
        state = proposed(
            state, state.step + 1, problem.space.texts(candidates[chosen]), ["front"] * len(chosen), forecasts
        )
        facts = {**notes, "candidates": len(candidates), "over_time_limit": len(candidates) - len(allowed)}
        facts |= predictions(problem, candidates[allowed], score, time[allowed])
        return Evaluate(proposals=awaited(state), notes=facts), state

    def tell(self, problem: Problem, state: Progress, results: Sequence[Measurement]) -> Progress:
        """Remember the results; the predictors learn from them when the next front is asked for."""
        return told(state, results, problem.score)

    def _too_slow(self, problem: Problem, state: Progress, time: NDArray[np.float64]) -> str:
        size = f"{problem.space.noun}s of {state.step + 1} {problem.space.unit}"
        return (
            f"all {len(time)} {size} are predicted to take longer than the time limit of {self.time_limit:g} s per "
            f"epoch, the fastest {time.min():.3g} s"
        )


def _sized(regressor: Predictor, problem: Problem) -> Predictor:
    """Give a regressor on sliding blocks as many places as the largest architectures have blocks (section 3.3.3)."""
    encoding = getattr(regressor, "encoding", None)
    if not isinstance(encoding, SlidingBlocks):
        return regressor
    return regressor.model_copy(update={"encoding": encoding.sized(problem.space.largest)})
