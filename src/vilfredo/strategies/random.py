"""Random search: architectures drawn uniformly over isomorphism classes, the baseline that any strategy must beat."""

from collections.abc import Sequence
from typing import ClassVar, final

import numpy as np
from pydantic import Field

from vilfredo.strategies.progress import Progress, awaited, proposed, told
from vilfredo.strategies.progressive import fair_share
from vilfredo.strategies.protocol import Problem, Strategy
from vilfredo.trials import Budget, Evaluate, Finished, Measurement, Value


@final
class RandomSearch(Strategy[Progress]):
    """Draws `cells_per_size` different canonical architectures of each size, 1, 2, …, B."""

    name: ClassVar[str] = "random"
    state_type: ClassVar[type[Value]] = Progress

    cells_per_size: int = Field(default=32, ge=1)
    """Cells, or whatever the space holds, of each size."""

    def plan(self, problem: Problem) -> tuple[int, ...]:
        """Return the number of architectures per size."""
        return (0,) + (self.cells_per_size,) * problem.space.largest

    def start(self, problem: Problem, seed: int) -> Progress:
        """Return the state before the first question."""
        return Progress(seed=seed, step=0)

    def ask(self, problem: Problem, state: Progress, budget: Budget) -> tuple[Evaluate | Finished, Progress]:
        """Propose those of the next size."""
        if waiting := awaited(state):
            return Evaluate(proposals=waiting), state
        space, size = problem.space, state.step + 1
        if size > space.largest:
            return Finished(reason=f"all sizes up to {space.largest} {space.unit} are sampled"), state
        rng = np.random.default_rng([state.seed, size])
        count = fair_share(self.cells_per_size, problem, state, budget)
        architectures = space.texts(space.sample(size, count, rng))
        state = proposed(state, size, architectures, ["sample"] * len(architectures))
        return Evaluate(proposals=awaited(state)), state

    def tell(self, problem: Problem, state: Progress, results: Sequence[Measurement]) -> Progress:
        """Remember that the results came."""
        return told(state, results, problem.score)
