"""What was asked of a deployment, and what it starts from."""

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import torch

from vilfredo.deploy.presets import merged, preset
from vilfredo.deploy.settings import DeploySettings
from vilfredo.errors import InputError, RunError
from vilfredo.search.adaptation import adapt, changed
from vilfredo.search.choosing import apply, ranked
from vilfredo.search.constraints import Constraint, parse_constraints
from vilfredo.search.recorded import RecordedRun
from vilfredo.search.run_folder import check_unlocked, reading
from vilfredo.search.settings import SearchSettings
from vilfredo.tasks.dataset import Dataset
from vilfredo.trials import Measurement


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for; it decides, with the run, what comes out."""

    settings: DeploySettings
    constraints: tuple[Constraint, ...]
    network: int | None
    """Number of the network to deploy; None to choose among the best."""
    tune: bool
    """Whether M, N and F are tuned."""
    seconds: float | None
    """The budget."""

    @classmethod
    def of(
        cls,
        task: str,
        preset_name: str,
        settings: Mapping[str, Any] | None,
        constraints: Sequence[str],
        network: int | None,
        tune: bool | None,
        seconds: float | None,
    ) -> Self:
        """Read and check it.

        Parameters
        ----------
        settings
            Laid over the preset.
        tune
            None: unless one network was asked for.

        Raises
        ------
        InputError
            Naming what is wrong.
        """
        tables = merged(preset(preset_name, task), _one_range(settings or {}))
        chosen = network is None if tune is None else tune
        return cls(DeploySettings.read(tables), parse_constraints(constraints), network, chosen, seconds)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values."""
        return {
            "settings": self.settings.model_dump(mode="json"),
            "constraints": sorted(map(str, self.constraints)),
            "network": self.network,
            "tune": self.tune,
            "budget": self.seconds,
        }


def _one_range(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """Let one kind of range in settings replace the other one in what they are laid over."""
    selection = settings.get("selection", {})
    for name, other in (("parameters", "growth"), ("growth", "parameters")):
        if isinstance(selection, Mapping) and selection.get(name) is not None and other not in selection:
            return {**settings, "selection": {**selection, other: None}}
    return settings


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """A run to deploy from."""

    folder: Path
    recorded: RecordedRun
    dataset: Dataset
    measurements: tuple[Measurement, ...]
    state: str
    """In words; empty for a search that is finished."""

    @classmethod
    def of(cls, folder: Path, dataset: Dataset | None) -> Self:
        """Read a run and its data.

        Parameters
        ----------
        dataset
            The data themselves, where they were in memory.

        Raises
        ------
        InputError, RunError
            When the run cannot be read, is being searched, or has trained nothing; when its data are gone or others.
        """
        recorded = RecordedRun.of(folder)
        check_unlocked(folder)
        with reading(folder) as (_, store):
            measurements, meta, steps = tuple(store.measurements()), store.meta(), store.steps()
        if not any(m.outcome == "complete" for m in measurements):
            failed = f"; {len(measurements)} failed, see `vilfredo status {folder}`" if measurements else ""
            raise RunError(
                f"deploy: '{folder}' has no trained network yet{failed}. Go on with the search by "
                f"`vilfredo search --resume --run {shlex.quote(str(folder))}`."
            )
        state = ""
        if "finished" not in meta:
            step, last = (steps[-1].step if steps else 0), recorded.planned.space.largest
            state = f"the search is not finished: it stopped in step {step} of {last}"
        return cls(folder, recorded, recorded.open_data() if dataset is None else dataset, measurements, state)

    def to_dict(self) -> dict[str, Any]:
        """Return what tells it from others: its data, and what the search has found so far."""
        found = [(m.proposal, m.architecture, m.outcome, m.objectives.get(self.score)) for m in self.measurements]
        digest = hashlib.sha256(repr((found, self.recorded.planned.to_table())).encode())
        return {"data": self.recorded.fingerprint, "networks": len(found), "search": digest.hexdigest()[:16]}

    @property
    def score(self) -> str:
        """What the search was for."""
        return self.recorded.planned.training.score

    def settings(self, request: Request) -> SearchSettings:
        """Settings of the search with the training of the model selection.

        Raises
        ------
        InputError
            When that training is not for these data.
        """
        planned = self.recorded.planned
        # What limits a short training is no limit for a long one.
        own: dict[str, Any] = {"time_limit": None}
        if planned.training.device == "cuda" and not torch.cuda.is_available():
            own["device"] = "cpu"  # the search had a GPU, this machine has none
        base = planned.training.model_copy(update=own)
        training = request.settings.selection_training(base)
        adapt(changed(planned, {"training": training.model_dump()}), self.dataset)  # refuses what is not for these data
        return planned.model_copy(update={"training": training, "save_weights": False})

    def cells(self, request: Request) -> list[Measurement]:
        """The networks of the search to begin from, best first.

        Raises
        ------
        InputError
            When the network asked for was not trained, or no network satisfies the constraints.
        """
        left = self.measurements
        if request.network is not None:
            left = tuple(m for m in left if m.proposal == request.network)
            if not left:
                raise InputError(
                    f"network: {request.network} was not trained in '{self.folder}'. `vilfredo front {self.folder}` "
                    "shows those on the front, with --all every one."
                )
            if left[0].outcome != "complete":
                raise InputError(f"network: {request.network} could not be trained: {left[0].reason}")
            failed = [one for one in request.constraints if not one.satisfied_by(left[0])]
            if failed:
                values = ", ".join(
                    f"{one.objective} is {left[0].objectives.get(one.objective, 'unknown')}" for one in failed
                )
                raise InputError(
                    f"network: {request.network} does not satisfy {' and '.join(map(str, failed))}: its {values}."
                )
        fitting = apply(request.constraints, left)
        return ranked(fitting, (self.score, "training_time"))[: request.settings.selection.top]
