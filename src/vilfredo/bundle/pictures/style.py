"""Colours, fonts and formats that all panels share."""

from collections.abc import Mapping
from typing import Any

from vilfredo.bundle.pictures.names import families
from vilfredo.palette import PALETTE

BLUE, ORANGE, GREY = PALETTE["blue"], PALETTE["orange"], "#595959"
EMPTY = "#ECECEC"
"""Where there is nothing to show."""

FORMATS: Mapping[str, Mapping[str, Any]] = {".png": {"Software": None}, ".svg": {"Date": None, "Creator": None}}
"""What may be drawn, by the file's ending, and what is kept out of the file: who made it when."""


def style() -> dict[str, Any]:
    """Return settings of matplotlib. A label is never read as a formula: ``$`` in it is a dollar."""
    return {
        "font.family": families(),
        "font.size": 11,
        "axes.titlesize": 12.5,
        "axes.titlepad": 9,
        "axes.labelsize": 11,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.unicode_minus": True,
        "legend.frameon": False,
        "legend.fontsize": 10.5,
        "text.parse_math": False,
        "text.usetex": False,
        "axes.formatter.use_mathtext": False,
        "axes.formatter.useoffset": False,
    }
