"""What a landscape looks like: how far cells differ, how far seeds do, and what the best are.

``python -m benchmarks.landscape_figures digits pendigits`` prints the figures of docs/landscapes.md.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from vilfredo.predictors.quality import spearman
from vilfredo.search.front import measured_front
from vilfredo.search.landscape import OBJECTIVES, Floats, Landscape, all_cells, cells_by_size
from vilfredo.search.landscapes import find_landscape, landscape_names
from vilfredo.trials import Measurement, Proposal

NOISY = ("accuracy", "nll", "training_time")


def figures(landscape: Landscape) -> dict[str, Any]:
    """Counts, ranges, seed noise and the front of all cells of the default space, each with its first seed."""
    cells = all_cells(landscape.space)
    measured = [m for m in (_measured(landscape, cell, 0) for cell in cells) if m.outcome == "complete"]
    return {
        "trainings": len(landscape.rows),
        "cells": len(landscape.cells()),
        "failed": int((landscape.rows.outcomes != 0).sum()),
        "cells_by_size": {size: len(texts) for size, texts in cells_by_size(landscape.space).items()},
        "device_hours": float(landscape.rows.seconds.sum() / 3600),
        "quantiles": {
            name: _quantiles([m.objectives[name] for m in measured])
            for name in OBJECTIVES
            if all(name in m.objectives for m in measured)
        },
        "correlation": _correlation(measured),
        "seed_noise": seed_noise(landscape),
        "front": [
            {"architecture": m.architecture, **{name: m.objectives[name] for name in NOISY}}
            for m in measured_front(measured)
        ],
    }


def seed_noise(landscape: Landscape) -> dict[str, Any]:
    """How far trainings of one cell differ, against how far cells do; of those that were trained with all seeds.

    ``deviation`` is the root of the mean variance between seeds, ``between_cells`` that between the cells' means;
    ``spearman`` the mean ρ between two seeds. That has the noise of both: a perfect predictor of the expectation could
    reach about √ρ against one training.
    """
    most = max(len(landscape.seeds(cell)) for cell in landscape.cells())
    cells = [cell for cell in landscape.cells() if len(landscape.seeds(cell)) == most and cell != "[]"]
    if most < 2 or len(cells) < 2:
        return {}
    noise: dict[str, Any] = {"cells": len(cells), "seeds": most}
    for name in NOISY:
        table = np.array(
            [[_measured(landscape, cell, seed).objectives[name] for seed in range(most)] for cell in cells]
        )  # (cells, seeds)
        noise[name] = {
            "deviation": float(np.sqrt(table.var(axis=1, ddof=1).mean())),
            "relative_deviation": float(np.median(table.std(axis=1, ddof=1) / table.mean(axis=1))),
            "between_cells": float(table.mean(axis=1).std(ddof=1)),
            "spearman": float(np.mean([spearman(a, b) for a, b in combinations(table.T, 2)])),
            "spearman_upper_half": _upper_half(table),
        }
    return noise


def _upper_half(table: Floats) -> float:
    """Mean ρ between two seeds among the half of the cells with the greater mean."""
    upper = table[table.mean(axis=1) >= np.median(table.mean(axis=1))]
    return float(np.mean([spearman(a, b) for a, b in combinations(upper.T, 2)]))


def _measured(landscape: Landscape, cell: str, seed: int) -> Measurement:
    return landscape.measurement(Proposal(id=0, architecture=cell, step=0), seed)


def _quantiles(values: Sequence[float]) -> list[float]:
    """Least, quartiles, greatest."""
    return [float(f"{value:.5g}") for value in np.quantile(values, (0, 0.25, 0.5, 0.75, 1))]


def _correlation(measured: Sequence[Measurement]) -> Mapping[str, float]:
    """Spearman's ρ of accuracy with what is known without training."""
    names = ("parameters", "flops", "accuracy", "training_time")
    columns = {name: np.array([m.objectives[name] for m in measured]) for name in names}
    return {
        f"{left}, {right}": spearman(columns[left], columns[right])
        for left, right in (("parameters", "accuracy"), ("flops", "accuracy"), ("flops", "training_time"))
    }


def main(words: Sequence[str] | None = None) -> None:
    """Print the figures of landscapes, by name or path, as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.landscape_figures", description=main.__doc__)
    parser.add_argument("names", nargs="*", default=landscape_names())
    for name in parser.parse_args(words).names:
        print(json.dumps({"landscape": name, **figures(find_landscape(name))}, indent=1, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()
