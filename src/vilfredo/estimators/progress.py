"""Lines about how `fit` goes, for those who ask for them."""

import sys
from typing import final

from vilfredo.deploy import events as deployment
from vilfredo.search import events as searching
from vilfredo.trials import Measurement


@final
class Lines:
    """Writes to standard output: from 1 on what happens, from 2 on a line for each network."""

    def __init__(self, verbose: int) -> None:
        self._verbose = verbose

    def tell(self, *lines: str) -> None:
        """Write lines of the first level."""
        self._write(1, *lines)

    def of_search(self, event: searching.Event) -> None:
        """Watch a search."""
        if isinstance(event, searching.StepBegins):
            self._write(1, f"search: step {event.step} of {event.last_step}, {event.waiting} networks to train")
        elif isinstance(event, searching.CandidateEnds):
            self._write(2, f"  {_result(event.measurement, event.tally.score)}")

    def of_deployment(self, event: deployment.Event) -> None:
        """Watch a deployment."""
        if isinstance(event, deployment.RoundBegins):
            count, epochs = event.waiting, event.round.epochs
            self._write(1, f"model selection: {count} networks to train for {epochs} epochs")
        elif isinstance(event, deployment.NetworkEnds):
            self._write(2, f"  {_result(event.measurement, event.score)}")
        elif isinstance(event, deployment.FinalBegins):
            what = f"{event.proposal.architecture}, {event.parameters:,} parameters, {event.epochs} epochs"
            self._write(1, f"last training: {what} ({event.reason})")
        elif isinstance(event, deployment.Remark):
            self._write(1, event.text)

    def _write(self, level: int, *lines: str) -> None:
        if self._verbose >= level:
            sys.stdout.writelines(f"[vilfredo] {line}\n" for line in lines)
            sys.stdout.flush()


def _result(measurement: Measurement, score: str) -> str:
    if measurement.outcome != "complete":
        return f"{measurement.outcome}: {measurement.reason}  {measurement.architecture}"
    return f"{score} {measurement.objectives[score]:.4f}  {measurement.architecture}"
