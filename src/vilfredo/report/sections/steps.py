"""What each step of the search considered, trained and took."""

from markupsafe import Markup

from vilfredo.report.page.figures import figure_html
from vilfredo.report.sections import Chapter
from vilfredo.report.view import RunView

CHAPTER: Chapter = "why"
ORDER = 40
TITLE = "The search, step by step"


def html(view: RunView) -> Markup:
    """Show the figure."""
    return figure_html("steps", view)
