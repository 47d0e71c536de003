"""The figures of a run, one module each. The folder is the registry: a module added here is found by scanning."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Protocol, cast

from vilfredo.discovery import find, modules
from vilfredo.report.charts.chart import Chart
from vilfredo.report.view import RunView


class Figure(Protocol):
    """What each module here offers. It is called like the module: ``front``, ``operator-times``."""

    ORDER: int
    """Place in lists of figures, lowest first."""
    CAPTION: str
    """What one sees and how to read it, for somebody who knows neither the search nor the paper."""

    def charts(self, view: RunView) -> Sequence[Chart]:
        """Return the panels, left to right; none where the run has nothing to show."""


def figures() -> dict[str, Figure]:
    """All figures by name, in order."""
    named = {name_of(module.__name__): cast(Figure, module) for module in modules(__name__)}
    return dict(sorted(named.items(), key=lambda item: attrgetter("ORDER")(item[1])))


def find_figure(name: str) -> Figure:
    """Return the figure called `name`.

    Raises
    ------
    InputError
        Naming the nearest and all known names.
    """
    return find(figures(), name, "figure")


def name_of(module: str) -> str:
    """Name of the figure that a module draws, from the module's dotted name."""
    return module.rpartition(".")[2].replace("_", "-")
