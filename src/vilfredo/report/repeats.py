"""Networks that were trained more than once, and what they tell of seed noise; known where a landscape is replayed."""

from collections.abc import Sequence

import numpy as np

from vilfredo.errors import InputError
from vilfredo.predictors.seed_noise import Ceiling, SeedNoise, ceiling, seed_noise
from vilfredo.report.view import RunView
from vilfredo.search.landscape import OBJECTIVES, OUTCOMES, Landscape
from vilfredo.search.landscapes import find_landscape, is_landscape

Repeats = Sequence[Sequence[float]]
"""For each network that was trained repeatedly, the values of its trainings."""

_FEWEST = 5
"""Networks like those in question that tell their noise; with fewer, all that were trained repeatedly are asked."""


def repeats_of(view: RunView, objective: str) -> Repeats:
    """What the run knows of repeated trainings of the same networks; nothing in an ordinary run."""
    source = str(view.status["data"]["source"])
    if not is_landscape(source):
        return ()
    try:
        return _recorded(find_landscape(source), objective)
    except InputError:
        return ()  # a landscape of one's own that is elsewhere now


def noise_among(repeats: Repeats, measured: Sequence[float]) -> SeedNoise | None:
    """Noise of networks like those `measured`: of the repeated ones whose mean is between their least and greatest.

    Bad networks differ far more from training to training than good ones, which the search chooses.
    """
    alike = [values for values in repeats if min(measured) <= float(np.mean(values)) <= max(measured)]
    return seed_noise(alike if len(alike) >= _FEWEST else repeats)


def ceiling_of(view: RunView, objective: str, measured: Sequence[float]) -> Ceiling | None:
    """What a perfect predictor would reach on the networks `measured`; None where nothing is known of the noise."""
    if not measured:
        return None
    noise = noise_among(repeats_of(view, objective), measured)
    return None if noise is None else ceiling(np.array(measured), noise.deviation)


def _recorded(landscape: Landscape, objective: str) -> Repeats:
    rows = landscape.rows
    if objective not in OBJECTIVES:
        return ()
    values = rows.objectives[:, OBJECTIVES.index(objective)]
    by_network = dict[str, list[float]]()
    for row in np.flatnonzero((rows.outcomes == OUTCOMES.index("complete")) & np.isfinite(values)).tolist():
        by_network.setdefault(rows.texts[row], []).append(float(values[row]))
    return [known for known in by_network.values() if len(known) > 1]
