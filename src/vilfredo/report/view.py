"""All that the folder of a run says, read once, at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self, final

from vilfredo.deploy.kept import Kept, deployments_of
from vilfredo.search.front import measured_front
from vilfredo.search.recorded import RecordedRun
from vilfredo.search.run_folder import reading
from vilfredo.search.settings import SearchSettings
from vilfredo.search.store import Step
from vilfredo.search.summary import status_of
from vilfredo.trials import Measurement, Proposal


@final
@dataclass(frozen=True, eq=False)
class RunView:
    """What pages and figures are made from."""

    folder: Path
    description: Mapping[str, Any]
    """Contents of ``run.toml``."""
    settings: SearchSettings
    """As adapted to data and budget: what the search goes by."""
    status: Mapping[str, Any]
    """As `status_of` has it."""
    steps: Sequence[Step]
    proposals: Mapping[int, Proposal]
    """By id, in its order."""
    measurements: Sequence[Measurement]
    """In the order of their proposals' ids; the failed ones too."""
    seconds_until: Mapping[int, float]
    """Wall-clock seconds of searching until each proposal was measured, by its id."""

    @classmethod
    def of(cls, run: str | Path) -> Self:
        """Read a run, also while a search writes it.

        Raises
        ------
        RunError
            When the folder is not a readable run.
        """
        folder = Path(run)
        recorded = RecordedRun.of(folder)
        # First: what is read of the store later may be newer than the status, never the other way round.
        status = status_of(folder)
        with reading(folder) as (description, store):
            return cls(
                folder,
                description,
                recorded.planned,
                status,
                store.steps(),
                {proposal.id: proposal for proposal in store.proposals()},
                store.measurements(),
                store.seconds_until(),
            )

    @property
    def score(self) -> str:
        """The objective that the search is for."""
        return str(self.status["score"])

    @cached_property
    def trained(self) -> list[Measurement]:
        """The complete measurements, in the order of their proposals' ids."""
        return [measurement for measurement in self.measurements if measurement.outcome == "complete"]

    @cached_property
    def front(self) -> list[Measurement]:
        """The measured front of score and training time, best score first."""
        return measured_front(self.measurements, (self.score, "training_time"))

    @cached_property
    def deployments(self) -> list[Kept]:
        """What was made of the run, by name; none where nothing was."""
        return deployments_of(self.folder, self.score)
