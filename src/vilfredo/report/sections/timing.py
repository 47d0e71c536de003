"""Whether the machine was quiet while times were measured."""

from markupsafe import Markup

from vilfredo.report.page.figures import figure_html
from vilfredo.report.page.templates import fill
from vilfredo.report.sections import Chapter
from vilfredo.report.view import RunView
from vilfredo.report.words import counted, was

CHAPTER: Chapter = "trust"
ORDER = 20
TITLE = "Were the times measured undisturbed?"

_FEW = 0.1
"""Share of disturbed times up to which nothing needs to be said against them."""


def html(view: RunView) -> Markup:
    """Return the answer and the figure; nothing where no times were measured."""
    figure = figure_html("timing", view)
    return fill("timing", figure=figure, verdict=_verdict(view)) if figure else Markup("")


def _verdict(view: RunView) -> str:
    timing = view.status["timing"]
    if timing is None:
        return ""
    disturbed, number = timing["disturbed"], view.status["trained"]
    if not disturbed:
        return "Yes, all of them."
    text = (
        f"{disturbed:,} of {counted(number, 'time')} {was(disturbed)} taken while others used the machine, or when its "
        "speed had changed."
    )
    if disturbed <= _FEW * number:
        return f"Mostly. {text} That is few enough to rely on the times."
    return (
        f"Not quite. {text} Each is corrected by a small reference network that was timed along with it, so that the "
        "order mostly holds; but a single time may still be off by a tenth, so smaller differences mean nothing here."
    )
