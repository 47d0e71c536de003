"""Searches in a landscape by ask and tell alone, and what their predictors would have said of any cell."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.reproduction.searched import Searched
from benchmarks.reproduction.steps import problem
from vilfredo.predictors.catboost_trees import CatBoostTrees
from vilfredo.predictors.lstm_attention import LstmAttention
from vilfredo.predictors.protocol import Floats, Predictor
from vilfredo.search.landscape import Landscape
from vilfredo.strategies.pnas import Pnas
from vilfredo.strategies.popnas_v1 import PopnasV1
from vilfredo.strategies.popnas_v3 import PopnasV3
from vilfredo.strategies.progress import Progress
from vilfredo.strategies.protocol import Strategy
from vilfredo.strategies.random import RandomSearch
from vilfredo.strategies.surrogates import operator_costs, predict
from vilfredo.trials import Budget, Finished, Measurement

TIME = CatBoostTrees(trials=10)
"""POPNASv3's time predictor with a quarter of its trials, since there are tens of cells to learn from, not hundreds."""
ACCURACY = LstmAttention()


def strategies(beam: int) -> list[Strategy[Any]]:
    """The four strategies, each with at most `beam` cells per size; J is to K as in POPNASv3 (16 to 128)."""
    return [
        PopnasV3(
            beam_size=beam,
            exploration_beam_size=max(1, beam // 8),
            accuracy_predictor=ACCURACY,
            time_predictor=TIME,
        ),
        PopnasV1(beam_size=beam),
        Pnas(beam_size=beam),
        RandomSearch(cells_per_size=beam),
    ]


def replayed(landscape: Landscape) -> str:
    """Name the data of replays on the page."""
    return f"{landscape.about.name}, replayed to the end"


def replay(landscape: Landscape, strategy: Strategy[Any], seed: int) -> Searched:
    """Search a landscape's default space to the end, without a budget."""
    asked = problem(landscape, landscape.space)
    state = strategy.start(asked, seed)
    measurements: list[Measurement] = []
    states = dict[int, Progress]()
    while True:
        before = state
        answer, state = strategy.ask(asked, state, Budget())
        if isinstance(answer, Finished):
            break
        states[state.step] = before
        results = [landscape.measurement(proposal, seed) for proposal in answer.proposals]
        measurements += results
        state = strategy.tell(asked, state, results)
    costs = np.cumsum([m.wall_time for m in measurements]).astype(np.float64)
    proposals = {proposal.id: proposal for proposal in state.proposals}
    return Searched(
        replayed(landscape), strategy.name, seed, proposals, measurements, costs, float(costs[-1]), True, states=states
    )


def foreseen(
    landscape: Landscape, search: Searched, size: int, cells: Sequence[str], objective: str, predictor: Predictor
) -> Floats:
    """Predict cells of `size` blocks as the search could have, before it had trained any of them.

    Parameters
    ----------
    objective
        ``score`` or ``training_time``.
    """
    asked, state = problem(landscape, landscape.space), search.states[size]
    costs = operator_costs(asked, state) if objective == "training_time" else None
    return predict(asked, state, landscape.space.codes(cells), objective, predictor, costs)
