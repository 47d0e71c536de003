"""What each operator costs in training time, as measured."""

from markupsafe import Markup

from vilfredo.report.page.figures import figure_html
from vilfredo.report.sections import Chapter
from vilfredo.report.view import RunView

CHAPTER: Chapter = "why"
ORDER = 35
TITLE = "What each operator costs"


def html(view: RunView) -> Markup:
    """Show the figure."""
    return figure_html("operator-times", view)
