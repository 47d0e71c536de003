"""Which operators and inputs the front uses, against how common they are in the space."""

from markupsafe import Markup

from vilfredo.report.page.figures import figure_html
from vilfredo.report.sections import Chapter
from vilfredo.report.view import RunView

CHAPTER: Chapter = "why"
ORDER = 10
TITLE = "What the front is made of"


def html(view: RunView) -> Markup:
    """Show the figure."""
    return figure_html("usage", view)
