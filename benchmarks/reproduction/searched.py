"""Searches as the tables read them: replays in a landscape, and runs of live comparisons, in one form."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from vilfredo.comparison.folder import RESULT, Folder
from vilfredo.comparison.traces import trace_of
from vilfredo.errors import RunError
from vilfredo.predictors.protocol import Floats
from vilfredo.search.landscapes import is_landscape
from vilfredo.search.run_folder import is_run, reading
from vilfredo.trials import Measurement, Proposal

RUNS = "runs"


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """One search that came to its end."""

    data: str
    strategy: str
    seed: int
    proposals: Mapping[int, Proposal]
    """By id. In all strategies here a proposal's step is its number of blocks."""
    measurements: Sequence[Measurement]
    """In the order in which they came, failures too."""
    costs: Floats
    """Shape (n,), seconds of the search until each measurement was there."""
    seconds: float
    """Of the whole search."""
    replayed: bool
    """Whether in a landscape: seeds then differ in what they find, mostly not in what trainings of it give."""
    test: float | None = None
    """Test accuracy of its best network, trained again; None where it was not tested."""
    states: Mapping[int, Any] = field(default_factory=dict)
    """Of a replay: the strategy's state before it proposed each step."""

    def trained(self, least: int = 0) -> list[Measurement]:
        """Return what was trained to the end, of `least` blocks and more."""
        return [m for m in self.measurements if m.outcome == "complete" and self.size(m) >= least]

    def of_size(self, size: int) -> list[Measurement]:
        """Return what was trained to the end, of exactly `size` blocks."""
        return [m for m in self.trained() if self.size(m) == size]

    def size(self, measurement: Measurement) -> int:
        """Blocks of what was measured."""
        return self.proposals[measurement.proposal].step

    def seconds_from(self, size: int) -> float:
        """Seconds of the search from the last result of less than `size` blocks on."""
        before = [c for m, c in zip(self.measurements, self.costs.tolist(), strict=True) if self.size(m) < size]
        return self.seconds - max(before, default=0.0)


def accuracies(measurements: Sequence[Measurement]) -> Floats:
    """Validation accuracies, best first, shape (n,)."""
    return -np.sort([-m.objectives["accuracy"] for m in measurements]).astype(np.float64)


def compared(path: Path) -> list[Searched]:
    """Read the runs of a comparison that are ended; there may be others still to come.

    Raises
    ------
    RunError
        When the folder holds no comparison, one that has no ended run yet, or one that is damaged.
    """
    folder = Folder(path)
    runs = sorted(run for run in (path / RUNS).glob("*") if is_run(run) and folder.ended(run) is not None)
    if not runs:
        raise RunError(f"reproduce: '{path}' holds no ended run. Expected the folder of a `vilfredo compare`.")
    tests = _tests(path / RESULT)
    return [_read(run, tests) for run in runs]


def _read(run: Path, tests: Mapping[str, float]) -> Searched:
    with reading(run) as (description, store):
        proposals = {proposal.id: proposal for proposal in store.proposals()}
    data, settings = description["data"], description["settings"]
    replayed = is_landscape(data["source"])
    trace = trace_of(run, replayed=replayed)
    return Searched(
        f"{data['name']}, {'replayed under a budget' if replayed else 'live'}",
        settings["strategy"]["name"],
        settings["seed"],
        proposals,
        trace.measurements,
        trace.cost,
        trace.spent,
        replayed,
        tests.get(run.name),
    )


def _tests(result: Path) -> dict[str, float]:
    """Test accuracies by name of the run's folder; none before the comparison is done.

    Raises
    ------
    RunError
        When the file is damaged.
    """
    if not result.is_file():
        return {}
    try:
        rows = [row for data in json.loads(result.read_text(encoding="utf-8"))["data"] for row in data["runs"]]
        return {Path(row["folder"]).name: float(row["test"]["mean"]) for row in rows if row["test"] is not None}
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"reproduce: '{result}' is damaged ({error}). Run its `vilfredo compare` again; it trains nothing anew."
        ) from None
