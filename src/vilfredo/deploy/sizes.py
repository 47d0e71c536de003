"""On how many samples exported files are checked."""

_MOST, _LEAST = 4096, 64
_FLOPS = 2e11
"""Of all samples together: a few seconds on one core."""


def checked_samples(flops: int) -> int:
    """How many real samples, at most, an exported file is run on: fewer for networks that take long to answer.

    Parameters
    ----------
    flops
        Of one sample's forward pass.
    """
    return max(_LEAST, min(_MOST, int(_FLOPS / max(flops, 1))))
