"""What the recorded landscapes hold: data, settings, and which cells are trained in which order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vilfredo.search.adaptation import adapt, changed
from vilfredo.search.landscape import cells_by_size
from vilfredo.search.presets import preset
from vilfredo.search.settings import SearchSettings, resolve
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.open import open_dataset


@dataclass(frozen=True, slots=True)
class Task:
    """One training."""

    architecture: str
    seed: int
    size: int
    """Blocks."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A landscape to record. Seed 0 trains all cells, the other seeds a subset."""

    name: str
    data: str
    """A bundled name; else a path must be given."""
    samples: int | None
    """Training samples used; None for all."""
    task: str
    spaces: tuple[tuple[tuple[str, ...], int], ...]
    """Operators and blocks of the spaces to complete, one after the other, the last with all operators; lookback 1."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Laid over the preset `quick`."""
    repeated: tuple[int, ...] = ()
    """How many cells of each size 0, 1, … of the first space are trained with more seeds, once it is whole."""
    seeds: tuple[int, ...] = (0, 1, 2)

    def open(self, source: str | None = None) -> Dataset:
        """Read the data."""
        return open_dataset(source or self.data, samples=self.samples)


_CONV, _DEPTHWISE = "3x3 conv", "3x3 dconv"
PLANS = {
    plan.name: plan
    for plan in (
        Plan(
            "digits",
            "digits",
            None,
            "image",
            ((("identity", _CONV), 3), (("identity", _CONV, _DEPTHWISE), 2), (("identity", _CONV, _DEPTHWISE), 3)),
            repeated=(1, 3, 12, 44),
        ),
        Plan(
            "pendigits",
            "PenDigits",
            600,
            "series",
            ((("identity", "3 conv"), 3), (("identity", "3 conv", "2 maxpool"), 2)),
            {"network": {"motifs": 2, "filters": 8}, "training": {"epochs": 8}},
            repeated=(1, 3, 6, 12),
        ),
    )
}


def ready(plan: Plan, dataset: Dataset) -> SearchSettings:
    """Settings of the trainings, adapted to the data as those of a search are; the space encloses all others."""
    operators, blocks = plan.spaces[-1][0], max(blocks for _, blocks in plan.spaces)
    layer = {
        "seed": plan.seeds[0],
        "strategy": {"name": "random"},
        "space": {"operators": list(operators), "lookback": 1, "blocks": blocks},
        "training": {"precision": "float32", "device": "cpu", "threads": 1},
    }
    settings = resolve(preset("quick", plan.task), layer, plan.settings)
    return changed(settings, adapt(settings, dataset).changes)


def tasks(plan: Plan) -> list[Task]:
    """List all trainings in order, so that the first spaces are whole first; larger cells come in random order."""
    ordered: dict[Task, None] = {}
    rng = np.random.default_rng(0)
    for operators, blocks in plan.spaces:
        for size, texts in cells_by_size(CellSpace(operators=operators, lookback=1, blocks=blocks)).items():
            ordered |= dict.fromkeys(Task(str(text), plan.seeds[0], size) for text in rng.permutation(texts))
        if (operators, blocks) == plan.spaces[0]:
            ordered |= dict.fromkeys(_again(plan, rng))
    return list(ordered)


def _again(plan: Plan, rng: np.random.Generator) -> list[Task]:
    operators, blocks = plan.spaces[0]
    whole = cells_by_size(CellSpace(operators=operators, lookback=1, blocks=blocks))
    chosen = [
        (size, str(text)) for size, count in enumerate(plan.repeated) for text in rng.permutation(whole[size])[:count]
    ]
    return [Task(text, seed, size) for seed in plan.seeds[1:] for size, text in chosen]
