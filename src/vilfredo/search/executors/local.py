"""One candidate after the other, in this process."""

from collections.abc import Iterator, Sequence

from vilfredo.search.evaluation import Evaluator, Measured, OnEpoch, StopCheck
from vilfredo.training.loop import Abandoned
from vilfredo.trials import Proposal


def run_locally(
    evaluator: Evaluator, proposals: Sequence[Proposal], should_stop: StopCheck, on_epoch: OnEpoch
) -> Iterator[Measured]:
    """Measure `proposals` in order, the next only when it is asked for; stop early when `should_stop` says so.

    A candidate in flight when the search stops is dropped, as if it had not begun.
    """
    for proposal in proposals:
        if should_stop():
            return
        try:
            measured = evaluator.evaluate(proposal, should_stop, on_epoch)
        except Abandoned:
            return
        yield measured
