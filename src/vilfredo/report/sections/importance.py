"""What makes the networks of this run slow or fast to train."""

from markupsafe import Markup

from vilfredo.report.facts.feature_words import meaning, short
from vilfredo.report.facts.importance import importance_of
from vilfredo.report.page.figures import figure_html
from vilfredo.report.page.templates import fill
from vilfredo.report.sections import Chapter
from vilfredo.report.view import RunView

CHAPTER: Chapter = "why"
ORDER = 30
TITLE = "What makes a network slow to train?"


def html(view: RunView) -> Markup:
    """Show the figure and what its features are; nothing where too few networks were trained."""
    found = importance_of(view)
    figure = figure_html("importance", view)
    if found is None or not figure:
        return Markup("")
    return fill("importance", figure=figure, features=[(short(name), meaning(name)) for name in found.names])
