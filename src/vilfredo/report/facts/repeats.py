"""Networks that were trained more than once, and what they tell of seed noise."""

from collections.abc import Sequence

import numpy as np

from vilfredo.errors import InputError, RunError
from vilfredo.predictors.seed_noise import Ceiling, SeedNoise, ceiling, seed_noise
from vilfredo.report.view import RunView
from vilfredo.search.landscape import OBJECTIVES, OUTCOMES, Landscape
from vilfredo.search.landscapes import find_landscape, is_landscape
from vilfredo.search.retraining import by_network, retrainings

Repeats = Sequence[Sequence[float]]
"""For each network that was trained repeatedly, the values of its trainings."""

_FEWEST = 5
"""Networks like those in question that are asked for their noise, if there are as many."""


def repeats_of(view: RunView, objective: str) -> Repeats:
    """What is known of repeated trainings of the same networks: from a landscape, or from ``vilfredo noise``."""
    source = str(view.status["data"]["source"])
    try:
        if is_landscape(source):
            return _recorded(find_landscape(source), objective)
        return by_network(retrainings(view.folder), objective)
    except (InputError, RunError):
        return ()  # a landscape of one's own that is elsewhere now, or a damaged file: a page must not fail for it


def noise_among(repeats: Repeats, measured: Sequence[float]) -> SeedNoise | None:
    """Noise of networks like those `measured`: of the repeated ones whose mean is between their least and greatest.

    Bad networks differ far more from training to training than good ones, which the search chooses. Where hardly any
    are between, those whose means are nearest join them.
    """
    low, high = min(measured), max(measured)
    # Of whom only one training is there yet, as when `vilfredo noise` was interrupted, nothing is known.
    repeats = [values for values in repeats if len(values) > 1]
    means = [float(np.mean(values)) for values in repeats]
    distances = [max(low - mean, mean - high, 0.0) for mean in means]
    order = sorted(range(len(repeats)), key=lambda place: distances[place])
    return seed_noise([repeats[place] for place in order[: max(_FEWEST, distances.count(0.0))]])


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
