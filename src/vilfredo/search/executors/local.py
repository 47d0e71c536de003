"""One candidate after the other, in this process: for debugging, and where no processes can be started."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Self, final

from vilfredo.search.evaluation import Evaluator, Measured, OnEpoch, StopCheck
from vilfredo.search.execution import Executor
from vilfredo.training.loop import Abandoned
from vilfredo.trials import Proposal


@final
class Local(Executor):
    """Trains in the process of the search. A candidate that crashes takes the search with it."""

    name: ClassVar[str] = "local"
    parallel: ClassVar[bool] = False

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator

    @classmethod
    def start(cls, evaluator: Evaluator, workers: int) -> Self:
        """Make it; see `Executor.start`."""
        return cls(evaluator)

    def measure(self, proposals: Sequence[Proposal], should_stop: StopCheck, on_epoch: OnEpoch) -> Iterator[Measured]:
        """Measure `proposals` in order; see `Executor.measure`."""
        for proposal in proposals:
            if should_stop():
                return
            try:
                measured = self._evaluator.evaluate(proposal, should_stop, on_epoch)
            except Abandoned:
                return
            yield measured

    def __exit__(self, *error: object) -> None:
        """There is nothing to end."""
