"""What the names of colours stand for: on a page, which may be dark, and on paper."""

from collections.abc import Mapping

from vilfredo.report.charts.chart import Colour

HEX: Mapping[str, str] = {
    "blue": "#0072B2",
    "orange": "#D55E00",
    "green": "#009E73",
    "pink": "#CC79A7",
    "yellow": "#E69F00",
    "sky": "#56B4E9",
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
