"""What the names of colours stand for: on a page, which may be dark, and on paper."""

from collections.abc import Mapping

from vilfredo.palette import PALETTE
from vilfredo.report.charts.chart import Colour

HEX: Mapping[str, str] = {
    **PALETTE,
    "grey": "#7a7a7a",
    "ink": "#1f2328",
    "muted": "#57606a",
    "line": "#d0d7de",
    "paper": "#ffffff",
}
INK, MUTED, LINE = "var(--ink, #1f2328)", "var(--muted, #57606a)", "var(--line, #d0d7de)"
CARD = "var(--card, var(--paper, #ffffff))"
"""What a chart lies on."""


def css(colour: Colour) -> str:
    """Return the colour as the page defines it, or else as on paper."""
    return f"var(--{colour}, {HEX[colour]})"
