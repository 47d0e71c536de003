"""A comparison that really trains, on data so small that a candidate takes milliseconds."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from vilfredo.comparison.compare import Watch, compare
from vilfredo.comparison.folder import Folder, Tested
from vilfredo.comparison.materials import open_material
from vilfredo.comparison.plan import Plan
from vilfredo.comparison.planning import Request, joined, make_plan
from vilfredo.comparison.runs import Run
from vilfredo.search.events import Observe, ignore

SETTINGS: dict[str, Any] = {
    "time_source": "flops",
    "fit_budget": False,
    "space": {"operators": ["identity", "3x3 conv"], "lookback": 1, "blocks": 2},
    "network": {"motifs": 1, "normal_cells": 1, "filters": 2},
    "training": {"epochs": 1, "batch_size": 16, "threads": 1, "device": "cpu"},
    "strategy": {
        "beam_size": 2,
        "exploration_beam_size": 1,
        "accuracy_predictor": "ridge",
        "time_predictor": "ridge",
    },
}
STRATEGIES = ("popnas-v3", "random")


def data(path: Path, shift: int = 0) -> Path:
    """Write a data set of two classes of images and a test part."""
    rng = np.random.default_rng(shift)
    y = np.arange(60) % 2
    x = (rng.integers(0, 99, (60, 6, 6)) + 60 * y[:, None, None]).astype(np.uint8)
    np.savez(path, x_train=x, y_train=y, x_test=x[:10], y_test=y[:10])
    return path


def request(**changes: Any) -> Request:
    """Ask for a small comparison."""
    asked: dict[str, Any] = {"strategies": STRATEGIES, "budget": 60.0, "preset": "quick", "layers": [SETTINGS]}
    return Request(**{**asked, "executor": "local", **changes})


def planned(out: Path, sources: Sequence[Path | str], asked: Request | None = None) -> Plan:
    """Make a plan as the command line does, and keep it."""
    folder = Folder(out)
    folder.check()
    before = folder.plan()
    plan = make_plan(asked or request(), [(str(one), open_material(str(one), {})) for one in sources], before)
    folder.keep_plan(joined(before, plan))
    return plan


class Log:
    """What a comparison told."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.tested: list[Tested] = []

    @contextmanager
    def _run(self, run: Run, number: int, count: int) -> Iterator[Observe]:
        self.runs.append(run)
        yield ignore

    def watch(self) -> Watch:
        return Watch(self._run, self.tested.append)


def conducted(
    out: Path,
    plan: Plan,
    seeds: int = 1,
    finalist_seeds: int = 1,
    log: Log | None = None,
    interrupted: Callable[[], bool] = lambda: False,
) -> dict[str, Any] | None:
    """Do what is left of a comparison."""
    materials = {one.name: open_material(one.source, one.reading) for one in plan.subjects}
    return compare(plan, Folder(out), materials, seeds, finalist_seeds, (log or Log()).watch(), interrupted)
