"""What all steps of a deployment share."""

from collections.abc import Callable
from dataclasses import dataclass

from vilfredo.deploy.events import Observe
from vilfredo.deploy.plan import Plan
from vilfredo.deploy.request import Origin
from vilfredo.deploy.work import Work
from vilfredo.search.settings import SearchSettings
from vilfredo.training.settings import TrainingSettings
from vilfredo.trials import Measurement, Proposal


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One deployment under way."""

    origin: Origin
    plan: Plan
    settings: SearchSettings
    """Of the search, with the training of the model selection."""
    final: TrainingSettings
    """Of the last training."""
    work: Work
    observe: Observe
    interrupted: Callable[[], bool]

    @property
    def score(self) -> str:
        """What the search was for."""
        return self.settings.training.score

    def candidate_of(self, measurement: Measurement) -> Proposal:
        """The candidate that was measured, whatever the round."""
        return self.plan.candidate_of(measurement)
