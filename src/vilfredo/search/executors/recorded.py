"""Measurements looked up in a recorded landscape: whole searches in a second, the same every time."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Self, final

from vilfredo.errors import InputError
from vilfredo.search.evaluation import Evaluator, Measured, OnEpoch, StopCheck
from vilfredo.search.execution import Executor
from vilfredo.search.landscape import Landscape
from vilfredo.trials import Proposal


@final
class Recorded(Executor):
    """One candidate after the other. Its clock goes on by what each took when it was recorded, and by nothing else.

    So a budget is one of device-seconds: what strategies and predictors compute themselves is not on it.
    """

    name: ClassVar[str] = "recorded"
    parallel: ClassVar[bool] = False
    replays: ClassVar[bool] = True

    def __init__(self, landscape: Landscape, seed: int) -> None:
        self._landscape = landscape
        self._seed = seed
        self._seconds = 0.0

    @classmethod
    def start(cls, evaluator: Evaluator, workers: int) -> Self:
        """Make it; see `Executor.start`.

        Raises
        ------
        InputError
            When there is no landscape to replay.
        """
        if evaluator.landscape is None:
            raise InputError("executor: 'recorded' replays landscapes. Give one as data, e.g. landscape:digits.")
        return cls(evaluator.landscape, evaluator.settings.seed)

    def measure(self, proposals: Sequence[Proposal], should_stop: StopCheck, on_epoch: OnEpoch) -> Iterator[Measured]:
        """Look `proposals` up in order; see `Executor.measure`. One during which the time is up is dropped.

        Raises
        ------
        InputError
            When the landscape lacks one.
        """
        for proposal in proposals:
            if should_stop():
                return
            measurement = self._landscape.measurement(proposal, self._seed)
            self._seconds += measurement.wall_time
            for epoch in measurement.curve:
                on_epoch(proposal, epoch)
            if should_stop():
                return
            yield Measured(measurement, {})

    def now(self) -> float:
        """Recorded seconds so far."""
        return self._seconds

    def __exit__(self, *error: object) -> None:
        """There is nothing to end."""
