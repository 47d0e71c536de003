"""A figure within the page: its panels side by side, what stands out in each, and how to read it."""

from markupsafe import Markup

from vilfredo.report.charts.svg import svg
from vilfredo.report.figures import find_figure
from vilfredo.report.page.templates import fill
from vilfredo.report.view import RunView

_SIZES = {1: (620, 300), 3: (345, 265)}
_USUAL = (400, 280)
"""Of a panel, in pixels, by the number of panels: about as wide as it will be shown, so that its text is legible."""


def figure_html(name: str, view: RunView) -> Markup:
    """Draw the figure called `name` with its caption and notes; nothing at all where the run has nothing to show.

    The `figure` element has the id ``figure-NAME``; its panels are in ``.panels``, each a ``.panel`` with a ``.note``.

    Raises
    ------
    InputError
        When there is no figure of that name.
    """
    figure = find_figure(name)
    charts = figure.charts(view)
    if not charts:
        return Markup("")
    panels = [{"picture": svg(chart, *_SIZES.get(len(charts), _USUAL)), "note": chart.note} for chart in charts]
    return fill("figure", name=name, panels=panels, caption=figure.CAPTION)
