"""Reading what people type on the command line."""

import math
import re

from vilfredo.errors import InputError
from vilfredo.search.presets import preset

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


def parse_image_shape(text: str) -> tuple[int, int, int]:
    """Channels, height, width of ``32x32x3`` (height × width × channels) or ``28x28`` (one channel).

    Raises
    ------
    InputError
        When the text is something else, or a size is zero.
    """
    sizes = _sizes(text)
    if len(sizes) not in (2, 3) or min(sizes) < 1 or max(sizes) >= 2**31:
        raise InputError(f"input: '{text}' is not an image shape. Write HEIGHTxWIDTHxCHANNELS, e.g. 32x32x3.")
    height, width, channels = (*sizes, 1)[:3]
    return channels, height, width


def parse_size(text: str) -> tuple[int, int]:
    """Height and width of ``32x32``.

    Raises
    ------
    InputError
        When the text is something else, or a size is zero.
    """
    sizes = _sizes(text)
    if len(sizes) != 2 or min(sizes) < 1:
        raise InputError(f"resize: '{text}' is not a size. Write HEIGHTxWIDTH, e.g. 32x32.")
    return sizes[0], sizes[1]


def parse_list(text: str) -> tuple[str, ...]:
    """Entries separated by commas: ``3x3 conv, identity``.

    Raises
    ------
    InputError
        When there is none.
    """
    entries = tuple(" ".join(entry.strip().strip("'\"").split()) for entry in text.split(",") if entry.strip())
    if not entries:
        raise InputError("operators: the list is empty. Write e.g. --operators '3x3 conv, identity'.")
    return entries


def paper_operators() -> tuple[str, ...]:
    """The paper's operators for images (section 4.1), in its order."""
    return tuple(preset("paper-image")["space"]["operators"])


def _sizes(text: str) -> list[int]:
    try:
        return [int(part) for part in text.lower().replace("×", "x").split("x")]
    except ValueError:
        return [0]
