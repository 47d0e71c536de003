"""POPNASv3: progressive search along a Pareto front of predicted accuracy and training time (Falanti et al. 2022)."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, final

import numpy as np
from pydantic import Field

from vilfredo import pareto
from vilfredo.predictors.catboost_trees import CatBoostTrees
from vilfredo.predictors.lstm_attention import LstmAttention
from vilfredo.strategies.exploration import ExplorationSets, exploration_front, exploration_sets
from vilfredo.strategies.predicted import predictions
from vilfredo.strategies.progress import Progress, awaited, proposed, told
from vilfredo.strategies.progressive import expansions, fair_share, open_question, planned_steps
from vilfredo.strategies.protocol import Problem, Strategy
from vilfredo.strategies.surrogates import PredictorChoice, forecast, operator_costs, predict
from vilfredo.trials import Budget, Evaluate, Finished, Measurement, Value


@final
class PopnasV3(Strategy[Progress]):
    """Algorithm 1 of the paper.

    Trains the empty cell and all one-block cells; then, for b = 2, …, B, fits both predictors, expands the cells
    trained last by one block, and trains the predicted front and the exploration front.
    """

    name: ClassVar[str] = "popnas-v3"
    state_type: ClassVar[type[Value]] = Progress

    beam_size: int = Field(default=128, ge=1)
    """K: most cells of the front trained per size."""
    exploration_beam_size: int = Field(default=16, ge=0)
    """J: most further cells trained per size to try neglected operators and inputs."""
    accuracy_predictor: PredictorChoice = LstmAttention()
    time_predictor: PredictorChoice = CatBoostTrees()

    def plan(self, problem: Problem) -> tuple[int, ...]:
        """Return the sizes of the bootstrap's two steps and of full beams."""
        return planned_steps(problem, self.beam_size + self.exploration_beam_size)

    def start(self, problem: Problem, seed: int) -> Progress:
        """Return the state before the first question."""
        return Progress(seed=seed)

    def ask(self, problem: Problem, state: Progress, budget: Budget) -> tuple[Evaluate | Finished, Progress]:
        """Propose the next step of algorithm 1 (lines 1-4 without surrogates, 6-20 with them)."""
        if answer := open_question(problem, state):
            return answer
        costs = operator_costs(problem, state)
        candidates, notes = expansions(problem, state)
        score = predict(problem, state, candidates, "score", self.accuracy_predictor)
        time = predict(problem, state, candidates, "training_time", self.time_predictor, costs)
        limit = fair_share(self.beam_size + self.exploration_beam_size, problem, state, budget)
        explored_limit = self.exploration_beam_size * limit // (self.beam_size + self.exploration_beam_size)
        front = pareto.front(np.stack([-score, time], axis=1))[: limit - explored_limit]
        sets = exploration_sets(candidates[front], problem.space)
        explored = exploration_front(candidates, score, time, front, sets, explored_limit) if sets else []
        chosen = [*front.tolist(), *explored]
        origins = ["front"] * len(front) + ["exploration"] * len(explored)
        forecasts = [{**forecast(problem, float(score[i])), "training_time": float(time[i])} for i in chosen]
        state = proposed(state, state.step + 1, problem.space.texts(candidates[chosen]), origins, forecasts)
        facts = {**notes, "candidates": len(candidates), **_describe(sets, problem), "operator_costs": dict(costs)}
        facts |= predictions(problem, candidates, score, time)
        return Evaluate(proposals=awaited(state), notes=facts), state

    def tell(self, problem: Problem, state: Progress, results: Sequence[Measurement]) -> Progress:
        """Remember the results; the predictors learn from them when the next step is asked for."""
        return told(state, results, problem.score)


def _describe(sets: ExplorationSets, problem: Problem) -> Mapping[str, Any]:
    return {
        "exploration_operators": [problem.space.vocabulary[index] for index in sets.operators],
        "exploration_inputs": list(sets.inputs),
    }
