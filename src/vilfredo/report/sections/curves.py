"""Learning curves: whether the short trainings of the search had converged."""

from markupsafe import Markup

from vilfredo.report.page.figures import figure_html
from vilfredo.report.sections import Chapter
from vilfredo.report.view import RunView

CHAPTER: Chapter = "trust"
ORDER = 30
TITLE = "Had the short trainings converged?"


def html(view: RunView) -> Markup:
    """Show the figure."""
    return figure_html("curves", view)
