"""Whether new samples are on the scale of those that a model was trained on."""

import numpy as np

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Samples
from vilfredo.tasks.layout import InputLayout

_FAINT = 0.1
"""Share of the training samples' range, below which new ones look scaled down."""
_ENOUGH = 2
"""Samples from which faintness means something: a single one may be black."""


def check_scale(x: Samples, layout: InputLayout, called: str, strict: bool) -> list[str]:
    """Compare values with the range of the training samples, widened by its own width on both sides.

    Parameters
    ----------
    x
        At least one sample, (N, …); NaN where a value is missing.
    called
        What people call them: ``images``.
    strict
        Whether to refuse samples of which most go beyond.

    Returns
    -------
    What looks strange, one sentence each.

    Raises
    ------
    InputError
        When more than half of the samples go beyond, and it is `strict`.
    """
    if layout.span is None:
        return []
    low, high = layout.span
    width = high - low or max(abs(high), 1.0)
    axes = tuple(range(1, x.ndim))
    least = np.nanmin(x, axis=axes).astype(np.float64)
    most = np.nanmax(x, axis=axes).astype(np.float64)
    beyond = (least < low - width) | (most > high + width)
    came = f"{least.min():g} to {most.max():g}, in training {low:g} to {high:g}"
    if strict and 2 * beyond.sum() > len(x):
        raise InputError(
            f"these {called} are on another scale: values of {came}. Expected that of the training {called}: bring "
            "them to it in the way that those were."
        )
    if beyond.any():
        return [f"{beyond.sum():,} of {len(x):,} {called} have values far from those in training: {came}"]
    if len(x) >= _ENOUGH and most.max() - least.min() < _FAINT * width:
        return [f"the {called} are faint, with values of {came}; if their scale is another one, results are worthless"]
    return []
