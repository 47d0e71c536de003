"""A chart as a plain value: what is drawn, in the units of the data, and nothing of how.

Numbers that are not finite are left out where a chart is drawn. Texts may come from users: whoever draws escapes them.
"""

from dataclasses import dataclass, field
from typing import Literal

Colour = Literal["blue", "orange", "green", "pink", "yellow", "sky", "grey", "ink"]
"""Of Okabe and Ito's palette (2008), which people of any colour vision tell apart; ``ink`` is that of the text."""
PALETTE: tuple[Colour, ...] = ("blue", "orange", "green", "pink", "yellow", "sky")
"""In the order in which several series take them."""
Symbol = Literal["dot", "ring", "cross", "diamond", "square"]
Quantity = Literal["number", "fraction", "seconds", "count", "percent"]
"""How values are spelt on an axis: ``seconds`` as ms, s or min, ``count`` as 12k or 1.3M, ``percent`` (12 is 12 %)."""

Numbers = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """One side of a chart."""

    label: str
    """What is shown, with its unit: ``training time per epoch``."""
    quantity: Quantity = "number"
    logarithmic: bool = False
    low: float | None = None
    """Where the axis ends; None: where the data do, with a margin."""
    high: float | None = None
    categories: tuple[str, ...] = ()
    """Names of the places 0, 1, …; where there are any, the axis has no other ticks."""


@dataclass(frozen=True, slots=True)
class Points:
    """One symbol for each pair (x, y)."""

    x: Numbers
    y: Numbers
    name: str = ""
    """In the legend; without a name it isn't listed."""
    colour: Colour = "blue"
    symbol: Symbol = "dot"
    size: float = 4.0
    """Radius, in pixels of a page as wide as `svg` draws; in proportion smaller in a figure for a paper."""
    tips: tuple[str, ...] = ()
    """Text for who points at a symbol, one for each, lines separated by newlines; none at all: the two values."""


@dataclass(frozen=True, slots=True)
class Line:
    """Pairs (x, y) joined in their order; one that is not finite breaks the line."""

    x: Numbers
    y: Numbers
    name: str = ""
    colour: Colour = "blue"
    dashed: bool = False
    steps: bool = False
    """Hold each value until the next x, as what is true until something better is found."""
    faint: bool = False
    """One of many alike."""


@dataclass(frozen=True, slots=True)
class Band:
    """The area between two values at each x."""

    x: Numbers
    low: Numbers
    high: Numbers
    name: str = ""
    colour: Colour = "blue"


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar from zero to each value, at the places of a categorical axis; several `Bars` stand side by side."""

    values: Numbers
    """One for each category; what is not finite has no bar."""
    name: str = ""
    colour: Colour = "blue"
    tips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line to compare with: at one x, at one y, or (neither given) where x equals y."""

    x: float | None = None
    y: float | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Heat:
    """How many lie in each cell of a grid: the denser, the stronger the colour."""

    x_edges: Numbers
    """n + 1 ascending values."""
    y_edges: Numbers
    """m + 1 ascending values."""
    counts: tuple[tuple[int, ...], ...]
    """m rows, lowest y first, of n counts; where none lie, nothing is drawn."""
    name: str = ""
    colour: Colour = "grey"


Layer = Points | Line | Band | Bars | Rule | Heat


@dataclass(frozen=True, slots=True)
class Chart:
    """One panel. Layers are drawn in their order, the first at the bottom."""

    title: str
    x: Axis
    y: Axis
    layers: tuple[Layer, ...]
    note: str = ""
    """What stands out, in a sentence or two; shown below."""
    horizontal: bool = field(default=False)
    """Bars grow to the right, for names that are long: then `y` has the categories and `x` the values."""
