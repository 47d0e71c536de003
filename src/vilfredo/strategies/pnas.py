"""PNAS: progressive search by predicted accuracy alone (Liu et al. 2018, as rebuilt for POPNASv3, section 4)."""

from collections.abc import Sequence
from typing import ClassVar, final

import numpy as np
from pydantic import Field

from vilfredo.predictors.lstm_attention import LstmAttention
from vilfredo.strategies.progress import Progress, awaited, proposed, told
from vilfredo.strategies.progressive import expansions, fair_share, open_question, planned_steps
from vilfredo.strategies.protocol import Problem, Strategy
from vilfredo.strategies.surrogates import PredictorChoice, forecast, predict
from vilfredo.trials import Budget, Evaluate, Finished, Measurement, Value


@final
class Pnas(Strategy[Progress]):
    """Trains all one-block cells, then, size by size, the expansions of highest predicted accuracy."""

    name: ClassVar[str] = "pnas"
    state_type: ClassVar[type[Value]] = Progress

    beam_size: int = Field(default=128, ge=1)
    """K: cells trained per size."""
    accuracy_predictor: PredictorChoice = LstmAttention()

    def plan(self, problem: Problem) -> tuple[int, ...]:
        """Return the sizes of the bootstrap's two steps and of full beams."""
        return planned_steps(problem, self.beam_size)

    def start(self, problem: Problem, seed: int) -> Progress:
        """Return the state before the first question."""
        return Progress(seed=seed)

    def ask(self, problem: Problem, state: Progress, budget: Budget) -> tuple[Evaluate | Finished, Progress]:
        """Propose the empty cell, all cells of one block, then the beam of each larger size."""
        if answer := open_question(problem, state):
            return answer
        candidates, notes = expansions(problem, state)
        score = predict(problem, state, candidates, "score", self.accuracy_predictor)
        beam = np.argsort(-score, kind="stable")[: fair_share(self.beam_size, problem, state, budget)]
        forecasts = [forecast(problem, float(score[index])) for index in beam]
        architectures = problem.space.texts(candidates[beam])
        state = proposed(state, state.step + 1, architectures, ["beam"] * len(beam), forecasts)
        return Evaluate(proposals=awaited(state), notes={**notes, "candidates": len(candidates)}), state

    def tell(self, problem: Problem, state: Progress, results: Sequence[Measurement]) -> Progress:
        """Remember the results; the predictor learns from them when the next beam is asked for."""
        return told(state, results, problem.score)
