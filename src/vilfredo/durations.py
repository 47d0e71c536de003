"""Time spans as people write them."""

import math
import re

from vilfredo.errors import InputError

_DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?")


def parse_duration(text: str) -> float:
    """Seconds of ``90``, ``90s``, ``20m``, ``1.5h`` or ``1h30m``.

    Raises
    ------
    InputError
        When the text is something else, or not above zero.
    """
    match = _DURATION.fullmatch(text.strip().lower())
    parts = [float(part or 0) for part in match.groups()] if match and text.strip() else [0.0]
    seconds = sum(part * unit for part, unit in zip(parts, (3600, 60, 1), strict=False))
    if not 0 < seconds < math.inf:
        raise InputError(f"duration: '{text}' is not a time span. Write e.g. 90s, 20m, 1.5h or 1h30m.")
    return seconds
