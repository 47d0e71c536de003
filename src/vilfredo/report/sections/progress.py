"""How the best score and the front grew while the search went on."""

from markupsafe import Markup

from vilfredo.report.page.figures import figure_html
from vilfredo.report.sections import Chapter
from vilfredo.report.view import RunView

CHAPTER: Chapter = "got"
ORDER = 40
TITLE = "Best score and front over time"


def html(view: RunView) -> Markup:
    """Show the figure."""
    return figure_html("progress", view)
