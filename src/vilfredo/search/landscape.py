"""A recorded landscape: what came of training every cell of a small space, once and for all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import factorial, prod
from typing import Any, final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from vilfredo.errors import InputError
from vilfredo.spaces.cell_space import Cells, CellSpace
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.space import EMPTY, Space
from vilfredo.training.settings import TrainingSettings
from vilfredo.trials import Device, Epoch, Measurement, Outcome, Proposal, Value

SCHEME = "landscape:"
"""What stands before the name of a landscape, where data are expected."""

Floats = NDArray[np.float64]

OUTCOMES: tuple[Outcome, ...] = ("complete", "infeasible", "failed")
OBJECTIVES = ("accuracy", "balanced_accuracy", "macro_f1", "nll", "training_time", "latency", "parameters", "flops")
SPREAD = ("training_time", "latency")
CURVE = ("learning_rate", "training_loss", "validation_accuracy", "validation_nll")
DISTURBANCE = ("contention", "drift")


class RecordedData(Value):
    """The data that the cells were trained on; they themselves are not in a landscape."""

    name: str
    task: str
    fingerprint: str
    """See `Dataset.fingerprint`."""
    sample_shape: tuple[int, int, int]
    """Channels, height, width of what networks read."""
    classes: int
    training_samples: int
    validation_samples: int
    reading: Mapping[str, Any] = {}
    """Arguments of `open_dataset` that read the data, apart from the source."""


class About(Value):
    """All of a landscape but its rows."""

    name: str
    spaces: tuple[CellSpace, ...] = Field(min_length=1)
    """Spaces of which all cells are there, the one to search by default first."""
    network: MacroArchitecture
    training: TrainingSettings
    data: RecordedData
    device: Device
    provenance: Mapping[str, Any] = {}
    """When, by what versions, and how it was recorded; for people."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """One training per row, n in all; NaN where something was not measured."""

    texts: tuple[str, ...]
    """Canonical texts of the cells."""
    seeds: NDArray[np.int64]
    """Shape (n,)."""
    outcomes: NDArray[np.int64]
    """Shape (n,), indices into `OUTCOMES`."""
    reasons: tuple[str, ...]
    """Why it failed; empty otherwise."""
    objectives: Floats
    """Shape (n, 8), `OBJECTIVES`: scores of the best epoch."""
    spread: Floats
    """Shape (n, 2), interquartile ranges of `SPREAD`."""
    step_seconds: Floats
    """Shape (n,): one training step on a full batch."""
    disturbance: Floats
    """Shape (n, 2), `DISTURBANCE`: how busy the machine was, and how fast, while the step was timed."""
    best_epochs: NDArray[np.int64]
    """Shape (n,), from 1; 0 for none."""
    seconds: Floats
    """Shape (n,): device-seconds of the whole measurement, which budgets are counted in."""
    curves: Floats
    """Shape (n, epochs, 4), `CURVE`."""

    def __len__(self) -> int:
        return len(self.texts)


@final
@dataclass(frozen=True, eq=False)
class Landscape:
    """What is known of each cell, by seed. Cells are found by their canonical texts."""

    about: About
    rows: Rows
    checksum: str
    """SHA-256 of all contents, hexadecimal."""
    source: str
    """What finds it again, e.g. ``landscape:digits``."""

    @property
    def space(self) -> CellSpace:
        """The space to search by default."""
        return self.about.spaces[0]

    @cached_property
    def _places(self) -> Mapping[str, Sequence[int]]:
        """Rows of each cell, in the order of their seeds."""
        places: dict[str, list[int]] = {}
        for row in np.argsort(self.rows.seeds, kind="stable").tolist():
            places.setdefault(self.rows.texts[row], []).append(row)
        return places

    def cells(self) -> tuple[str, ...]:
        """Return the cells that are there, each once."""
        return tuple(self._places)

    def seeds(self, architecture: str) -> tuple[int, ...]:
        """Return the seeds that a cell was trained with, sorted; none where it is not there."""
        return tuple(int(self.rows.seeds[row]) for row in self._places.get(architecture, ()))

    def measurement(self, proposal: Proposal, seed: int) -> Measurement:
        """Say what was measured of a proposal.

        Parameters
        ----------
        seed
            Of the search. Of a cell with k trainings, the one at place ``seed % k`` answers.

        Raises
        ------
        InputError
            When the cell is not there, or is to be stacked otherwise than the recorded ones.
        """
        if proposal.network:
            raise InputError(
                f"landscape: '{self.about.name}' has cells stacked in one way only, and the proposal changes "
                f"{', '.join(proposal.network)}."
            )
        places = self._places.get(proposal.architecture)
        if not places:
            raise InputError(f"landscape: '{self.about.name}' lacks {proposal.architecture}. {self.whole()}")
        return self._measurement(proposal, places[seed % len(places)])

    def missing(self, space: Space) -> int | None:
        """How many cells of a space are not there; None where the space goes (far) beyond anything recorded."""
        spaces = self.about.spaces
        operators = {name for one in spaces for name in one.operators}
        if not isinstance(space, CellSpace) or not set(space.operators) <= operators:
            return None
        if space.largest > max(one.largest for one in spaces) or space.reach > max(one.reach for one in spaces):
            return None
        most = far(len(self.rows))
        if fewest_cells(space) > most:
            return None
        lacking, count = int(EMPTY not in self._places), 1
        for cells in _sizes(space):
            count += len(cells)
            if count > most:
                return None
            lacking += sum(text not in self._places for text in space.texts(cells))
        return lacking

    def whole(self) -> str:
        """Say in a sentence which spaces are whole."""
        spaces = "; or ".join(
            f"up to {space.largest} blocks over {', '.join(space.operators)}, lookback {space.reach}"
            for space in self.about.spaces
        )
        return f"It is whole for cells of {spaces}."

    def _measurement(self, proposal: Proposal, row: int) -> Measurement:
        rows = self.rows
        complete = OUTCOMES[rows.outcomes[row]] == "complete"
        details: dict[str, Any] = {"seed": int(rows.seeds[row])}
        if complete:
            details["best_epoch"] = int(rows.best_epochs[row])
        if not np.isnan(rows.step_seconds[row]):
            contention, drift = rows.disturbance[row].tolist()
            details |= {"step": {"seconds": float(rows.step_seconds[row]), "contention": contention}, "drift": drift}
        return Measurement(
            proposal=proposal.id,
            architecture=proposal.architecture,
            outcome=OUTCOMES[rows.outcomes[row]],
            reason=rows.reasons[row],
            objectives=_known(OBJECTIVES, rows.objectives[row]),
            spread=_known(SPREAD, rows.spread[row]),
            curve=_curve(rows.curves[row]),
            device=self.about.device,
            wall_time=float(rows.seconds[row]),
            details=details,
        )


def cells_by_size(space: CellSpace) -> dict[int, list[str]]:
    """Canonical texts of all cells of a space, by size, the empty one included."""
    return {0: [EMPTY], **{size: space.texts(cells) for size, cells in enumerate(_sizes(space), start=1)}}


def all_cells(space: CellSpace) -> list[str]:
    """Canonical texts of all cells of a space, by size."""
    return [text for texts in cells_by_size(space).values() for text in texts]


def far(trainings: int) -> int:
    """How many cells a space may have before it is far beyond so many trainings, and nobody need list them all."""
    return 20 * (100 + trainings)


def fewest_cells(space: CellSpace) -> int:
    """How many cells a space has at least, without listing them: b blocks can be put in at most b! orders."""
    added = [space.added(size) for size in range(space.largest)]
    return sum(prod(added[:size]) // factorial(size) for size in range(space.largest + 1))


def _sizes(space: CellSpace) -> Iterator[Cells]:
    """All cells of 1, 2, … blocks, each size listed when it is asked for."""
    cells = space.unique(space.first())
    yield cells
    for _ in range(1, space.largest):
        cells = space.unique(space.expand(cells))
        yield cells


def _known(names: Sequence[str], values: Floats) -> dict[str, float]:
    return {name: value for name, value in zip(names, values.tolist(), strict=True) if not np.isnan(value)}


def _curve(values: Floats) -> tuple[Epoch, ...]:
    """Epochs (e, 4) that came to their end; a failed training has fewer."""
    ended = ~np.isnan(values[:, CURVE.index("learning_rate")])
    epochs = (dict(zip(CURVE, epoch, strict=True)) for epoch in values[ended].tolist())
    return tuple(Epoch(epoch=number, **known) for number, known in enumerate(epochs, start=1))
