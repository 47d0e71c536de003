"""Random search: cells drawn uniformly over isomorphism classes, the baseline that any strategy must beat."""

from collections.abc import Sequence
from typing import ClassVar, final

import numpy as np
from pydantic import Field

from vilfredo.spaces.sampling import sample
from vilfredo.strategies.progress import Progress, awaited, proposed, told
from vilfredo.strategies.progressive import fair_share
from vilfredo.strategies.protocol import Problem, Strategy
from vilfredo.trials import Budget, Evaluate, Finished, Measurement, Value


@final
class RandomSearch(Strategy[Progress]):
    """Draws `cells_per_size` different canonical cells of 1, 2, …, B blocks."""

    name: ClassVar[str] = "random"
    state_type: ClassVar[type[Value]] = Progress

    cells_per_size: int = Field(default=32, ge=1)

    def plan(self, problem: Problem) -> tuple[int, ...]:
        """Return the number of cells per size."""
        return (0,) + (self.cells_per_size,) * problem.space.blocks

    def start(self, problem: Problem, seed: int) -> Progress:
        """Return the state before the first question."""
        return Progress(seed=seed, step=0)

    def ask(self, problem: Problem, state: Progress, budget: Budget) -> tuple[Evaluate | Finished, Progress]:
        """Propose the cells of the next size."""
        if waiting := awaited(state):
            return Evaluate(proposals=waiting), state
        size = state.step + 1
        if size > problem.space.blocks:
            return Finished(reason=f"all sizes up to {problem.space.blocks} blocks are sampled"), state
        rng = np.random.default_rng([state.seed, size])
        count = fair_share(self.cells_per_size, problem, state, budget)
        cells = problem.space.decode(sample(problem.space, size, count, rng))
        state = proposed(state, size, cells, ["sample"] * len(cells))
        return Evaluate(proposals=awaited(state)), state

    def tell(self, problem: Problem, state: Progress, results: Sequence[Measurement]) -> Progress:
        """Remember that the results came."""
        return told(state, results)
