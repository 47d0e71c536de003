"""The deployments of a run, as far as they have come; for whoever reports on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from vilfredo.bundle.folder import is_model
from vilfredo.bundle.report import TestReport
from vilfredo.deploy.final import TRAINING, FinalTraining
from vilfredo.deploy.plan import Plan
from vilfredo.deploy.selection import best_first
from vilfredo.deploy.work import FOLDER, Work
from vilfredo.deploy.writing import METRICS, TEST
from vilfredo.errors import RunError
from vilfredo.trials import Measurement, Proposal

_AS_READ = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)
_MOST = 2**53
"""Of anything counted: whole numbers beyond are not exact in all languages, and in none needed."""


class Timed(BaseModel):
    """How long something takes to answer a batch."""

    model_config = _AS_READ

    batch: int = Field(ge=1, le=_MOST)
    """Samples in it."""
    seconds: float = Field(ge=0)
    samples_per_second: float = Field(ge=0)


class ExportedFile(BaseModel):
    """A file that answered as the model does."""

    model_config = _AS_READ

    file: str
    bytes: int = Field(ge=0, le=_MOST)
    largest_difference: float
    """Of any probability."""


class Metrics(BaseModel):
    """What reports show of a model's ``metrics.json``."""

    model_config = _AS_READ

    latency: Mapping[str, tuple[Timed, ...]] = {}
    """By what answers."""
    exports: tuple[ExportedFile, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What one deployment has done."""

    name: str
    """Of its folder below ``deploy``."""
    plan: Plan | None
    """None before it was planned, and where it can't be read."""
    ranking: Sequence[Measurement] = ()
    """What the last round of model selection has trained so far, best first; failed ones are left out."""
    training: FinalTraining | None = None
    """None until the last training is over."""
    tested: TestReport | None = None
    """None until the test part was looked at, and where there is none."""
    model: Path | None = None
    """Folder of the model; None until it is written, and where it is not in the run."""
    metrics: Metrics = field(default_factory=Metrics)
    """Nothing where the model has none that can be read."""
    damage: str = ""
    """Why it can't be read; then all the rest is empty."""

    @classmethod
    def of(cls, work: Work, run: Path, score: str) -> Self:
        """Read a deployment.

        Parameters
        ----------
        score
            What the search was for.
        """
        name = work.folder.name
        try:
            plan, measurements = work.plan(), work.measurements()
            model = run / name if is_model(run / name) else None
            return cls(
                name,
                plan,
                best_first(score, _last_round(plan, measurements)),
                work.finished(TRAINING, FinalTraining),
                work.finished(TEST, TestReport),
                model,
                _metrics(model),
            )
        except RunError as error:
            return cls(name, None, damage=str(error))

    def candidate_of(self, measurement: Measurement) -> Proposal | None:
        """The candidate that was measured, whatever the round; None without a plan."""
        return self.plan.candidate_of(measurement) if self.plan and self.plan.candidates else None


def deployments_of(run: str | Path, score: str) -> list[Kept]:
    """All deployments of a run, by name; none where there was none.

    Parameters
    ----------
    score
        What the search was for.
    """
    folder = Path(run)
    places = sorted(path for path in (folder / FOLDER).glob("*") if path.is_dir())
    return [Kept.of(Work(path), folder, score) for path in places]


def _last_round(plan: Plan | None, measurements: Sequence[Measurement]) -> list[Measurement]:
    count = len(plan.candidates) if plan and plan.candidates else 1
    last = max((m.proposal // count for m in measurements), default=0)
    return [m for m in measurements if m.proposal // count == last]


def _metrics(model: Path | None) -> Metrics:
    """Only what is shown beside the rest: where it can't be read, the rest is shown without it."""
    if model is None:
        return Metrics()
    try:
        return Metrics.model_validate_json((model / METRICS).read_bytes())
    except (OSError, ValueError):
        return Metrics()
