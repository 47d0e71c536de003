"""Where axes end."""

import numpy as np

from vilfredo.predictors.quality import Floats
from vilfredo.trials import MAXIMISED, SCORES

_WIDE = 10.0
"""Ratio of the greatest to the least value from which axes are logarithmic."""
_FAR = 6.0
"""Times the distance from the best to the median score, beyond which a score is out of the picture."""
_FEW = 20
"""Values among which none is out of the picture: of few, each is worth seeing."""


def wide(values: Floats) -> bool:
    """Whether values (n,) differ so much that ratios are what one wants to see."""
    return bool(values.min() > 0 and values.max() > _WIDE * values.min())


def ends(values: Floats, objective: str, margin: float, *, logarithmic: bool = False) -> tuple[float, float]:
    """Where an axis for `values` (n,) ends, a margin beyond them.

    Networks that learnt nothing would squeeze all others into a corner: of many scores, what is far worse than most is
    left out.

    Parameters
    ----------
    margin
        Share of the axis.
    """
    low, high = float(values.min()), float(values.max())
    middle = float(np.median(values))
    many = len(values) >= _FEW
    if many and objective in MAXIMISED and middle < high:
        low = min(float(one) for one in values if one >= high - _FAR * (high - middle))
    elif many and objective in SCORES and middle > low and not logarithmic:
        high = max(float(one) for one in values if one <= low + _FAR * (middle - low))
    if logarithmic:
        factor = (high / low) ** margin
        return low / factor, high * factor
    space = margin * (high - low) if high > low else 0.01 * abs(high) or 0.01
    return low - space, high + space
