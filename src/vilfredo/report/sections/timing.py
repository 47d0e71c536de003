"""Whether the machine was quiet while times were measured."""

from markupsafe import Markup

from vilfredo.report.page.figures import figure_html
from vilfredo.report.sections import Chapter
from vilfredo.report.view import RunView

CHAPTER: Chapter = "trust"
ORDER = 20
TITLE = "Were the times measured undisturbed?"


def html(view: RunView) -> Markup:
    """Show the figure."""
    return figure_html("timing", view)
