"""The deployments of a run, as far as they have come; for whoever reports on them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from vilfredo.bundle.folder import is_model
from vilfredo.bundle.report import TestReport
from vilfredo.deploy.final import TRAINING, FinalTraining
from vilfredo.deploy.plan import Plan
from vilfredo.deploy.selection import best_first
from vilfredo.deploy.work import FOLDER, Work
from vilfredo.deploy.writing import METRICS, TEST
from vilfredo.errors import RunError
from vilfredo.trials import Measurement, Proposal


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
    metrics: Mapping[str, Any] | None = None
    """Contents of the model's ``metrics.json``; None without one."""
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
        return None if self.plan is None else self.plan.candidate_of(measurement)


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
    count = len(plan.candidates) if plan else 1
    last = max((m.proposal // count for m in measurements), default=0)
    return [m for m in measurements if m.proposal // count == last]


def _metrics(model: Path | None) -> Mapping[str, Any] | None:
    """Only what is shown beside the rest: where it can't be read, the rest is shown without it."""
    if model is None:
        return None
    try:
        found = json.loads((model / METRICS).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
