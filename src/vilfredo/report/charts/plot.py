"""The area in which a chart's layers are drawn."""

from dataclasses import dataclass
from typing import final

from vilfredo.report.charts.markup import element
from vilfredo.report.charts.scales import Scale

_FAR = 20.0
"""So many times the area's size away, a place can be anywhere: nobody sees it."""
_OVERHANG = 1.5


@final
@dataclass(frozen=True, slots=True)
class Plot:
    """Two scales and the size of the area in pixels, from its upper left corner."""

    x: Scale
    y: Scale
    width: float
    height: float

    def across(self, value: float) -> float:
        """Pixels from the left; NaN where the value has no place."""
        return self.width * _bounded(self.x.place(value))

    def down(self, value: float) -> float:
        """Pixels from the top, where the first of categories is; NaN where the value has no place."""
        share = self.y.place(value)
        return self.height * _bounded(share if self.y.categories else 1 - share)

    def holds(self, across: float, down: float) -> bool:
        """Whether a place is within the area."""
        return -0.1 <= across <= self.width + 0.1 and -0.1 <= down <= self.height + 0.1

    def clipped(self, markup: str) -> str:
        """Cut off what is outside; a line along the edge keeps its width."""
        if not markup:
            return ""
        wide, high = self.width + 2 * _OVERHANG, self.height + 2 * _OVERHANG
        view = f"{-_OVERHANG} {-_OVERHANG} {wide:.1f} {high:.1f}"
        return element(
            "svg", markup, x=-_OVERHANG, y=-_OVERHANG, width=wide, height=high, viewBox=view, overflow="hidden"
        )


def _bounded(share: float) -> float:
    return max(-_FAR, min(share, _FAR)) if share == share else share  # noqa: PLR0124 - NaN stays NaN
