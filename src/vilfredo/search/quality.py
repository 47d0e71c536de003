"""How good a step's predictions turned out to be (POPNASv3, tables 4 and 5)."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vilfredo.predictors.quality import mape, spearman
from vilfredo.trials import Measurement, Proposal


def prediction_quality(
    proposals: Sequence[Proposal], measurements: Sequence[Measurement], step: int
) -> dict[str, Mapping[str, Any]]:
    """Compare what was predicted of a step's candidates with what was measured.

    Returns
    -------
    By objective: ``mape`` (percent), ``spearman`` (ρ) and ``count`` (candidates compared); None where undefined.
    """
    known = {m.proposal: m.objectives for m in measurements if m.outcome == "complete"}
    pairs: dict[str, list[tuple[float, float]]] = {}
    for proposal in proposals:
        if proposal.step == step and proposal.id in known:
            for name, value in proposal.predicted.items():
                if name in known[proposal.id]:
                    pairs.setdefault(name, []).append((value, known[proposal.id][name]))
    quality: dict[str, Mapping[str, Any]] = {}
    for name, values in pairs.items():
        predicted, measured = np.array(values, dtype=np.float64).T
        quality[name] = {
            "mape": _defined(mape(predicted, measured)),
            "spearman": _defined(spearman(predicted, measured)),
            "count": len(values),
        }
    return quality


def _defined(value: float) -> float | None:
    return None if math.isnan(value) else value
